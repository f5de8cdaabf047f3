"""Tests of hazards."""
