"""Plain functions that make one thing for a test."""
