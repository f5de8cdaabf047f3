"""The hazard log: what was found, who fixes it by when, who verified it."""
