"""Training: courses, sessions, certificates, who is covered, and the gate before duty."""
