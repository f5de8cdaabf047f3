"""Tests of Today and the system page."""
