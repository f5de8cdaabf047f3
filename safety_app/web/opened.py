"""Addresses that features answer without a session, and those that the browser may keep."""

from functools import lru_cache

from safety_app.features import door, features


@lru_cache(maxsize=1)
def _paths() -> tuple[frozenset[str], tuple[str, ...]]:
    """Whole addresses, and beginnings of others."""
    paths = [path for feature in features() for path in feature.open_paths]
    if found := door():
        paths += [found.address, f"{found.address}/"]
    return (
        frozenset(path for path in paths if not path.endswith("/")),
        tuple(path for path in paths if path.endswith("/")),
    )


def is_open(path: str) -> bool:
    """Whether a route answers this address whoever asks."""
    whole, under = _paths()
    return path in whole or path.startswith(under)


def is_kept(path: str) -> bool:
    """Whether the browser may keep this page: it shows the same to everybody who may read it."""
    found = door()
    return bool(found and path == found.address) or path.startswith(_paths()[1])
