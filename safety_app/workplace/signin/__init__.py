"""The sign-in pages: plain HTML that works without scripts, names on duty first."""
