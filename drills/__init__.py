"""Emergency plans, drills and training."""
