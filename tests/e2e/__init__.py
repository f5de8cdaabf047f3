"""The whole house in a real browser, on plain HTTP, before the real server."""
