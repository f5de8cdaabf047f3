"""The home page, made of every feature's tiles."""
