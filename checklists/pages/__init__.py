"""Pages and tiles of patrols."""
