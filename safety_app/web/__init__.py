"""ASGI parts without domain: guard, security headers, photos, health."""
