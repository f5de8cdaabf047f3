"""One hall with its server, and one browser, for all tests of the whole house."""

from collections.abc import Iterator

import pytest

from tests.e2e.hall import Hall, opened_hall
from tests.e2e.screens import Stage, set_stage


@pytest.fixture(scope="session")
def open_hall(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Hall]:
    """The hall; use `hall`."""
    with opened_hall(tmp_path_factory.mktemp("hall")) as opened:
        yield opened


@pytest.fixture
def hall(open_hall: Hall) -> Hall:
    """The hall with its server up, whatever the last test did to it."""
    if not open_hall.house.is_up:
        open_hall.house.start()
    return open_hall


@pytest.fixture(scope="session")
def stage(open_hall: Hall) -> Stage:
    """Something to show on every screen."""
    return set_stage(open_hall)
