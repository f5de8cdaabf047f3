"""Alembic revisions, run at start."""
