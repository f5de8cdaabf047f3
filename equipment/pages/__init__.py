"""Pages of safety facilities."""
