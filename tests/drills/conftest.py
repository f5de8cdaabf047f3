"""The words of every package are known before the first test."""

import pytest

from safety_app.features import features


@pytest.fixture(autouse=True, scope="session")
def _words() -> None:
    features()
