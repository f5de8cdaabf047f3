"""Tests of safety facilities."""
