"""Papers of emergency plans and rules."""
