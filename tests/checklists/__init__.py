"""Tests of the inspection engine."""
