"""Fixtures of training."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from safety_app.core.settings import settings


@pytest.fixture
def store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A folder of its own for what is handed in."""
    monkeypatch.setenv("SAFETY_DATA_DIR", str(tmp_path))
    settings.cache_clear()
    yield
    settings.cache_clear()
