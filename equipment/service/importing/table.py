"""How lists write safety facilities, from `synonyms.toml`, read once."""

import tomllib
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any, Final

FILE: Final = Path(__file__).parents[2] / "synonyms.toml"


@lru_cache(maxsize=1)
def table() -> Mapping[str, Any]:
    """The whole table."""
    return tomllib.loads(FILE.read_text(encoding="utf-8"))
