"""Papers of drills."""
