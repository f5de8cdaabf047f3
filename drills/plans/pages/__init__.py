"""Pages of emergency plans and rules."""
