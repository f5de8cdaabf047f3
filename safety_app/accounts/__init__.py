"""Users, passwords, PINs, sessions, shared tablets."""
