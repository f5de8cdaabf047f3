"""The benchmark: this application beside bare programs that do the same work."""
