"""Incidents and near misses: reported, investigated, closed."""
