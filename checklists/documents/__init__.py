"""The papers of patrols and checks."""
