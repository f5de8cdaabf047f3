"""Fixtures: a real SQLite file and a real PostgreSQL, each with the cast's hall inside."""

import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck
from hypothesis import settings as trying
from sqlalchemy import make_url
from sqlalchemy.orm import Session

from safety_app import migrate
from safety_app.core import db
from safety_app.core.db import Database
from safety_app.core.i18n import DEFAULT, set_language
from safety_app.core.settings import settings
from safety_app.features import features
from tests import browser, cast, postgres
from tests.dialects import DIALECTS

if TYPE_CHECKING:
    from playwright.sync_api import Browser

# How long a try takes says something of the machine, not of the rule.
trying.register_profile("patient", deadline=None, suppress_health_check=[HealthCheck.too_slow])
trying.load_profile("patient")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The browser comes last: while it is open its loop runs in this thread, and no other can."""
    items.sort(key=lambda item: item.get_closest_marker("e2e") is not None)


@dataclass(frozen=True, slots=True)
class Template:
    """A migrated database with the hall, to be cloned or rolled back."""

    database: Database
    url: str
    hall: cast.Cast


def _furnish(url: str) -> Template:
    database = Database(url)
    migrate.upgrade(database)
    with database.transaction() as session:
        hall = cast.build(session)
        for feature in features():
            if feature.prepare:
                feature.prepare(session, cast.NOW)
    return Template(database, url, hall)


@pytest.fixture(scope="session")
def templates(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, Template]]:
    """Templates made so far; each dialect's is made when it is first asked for."""
    made: dict[str, Template] = {}
    made_in = tmp_path_factory.mktemp("template")

    class Lazy(dict[str, Template]):
        def __missing__(self, dialect: str) -> Template:
            sqlite = dialect == "sqlite"
            url = f"sqlite:///{made_in / 'safety.db'}" if sqlite else postgres.create()
            made[dialect] = self[dialect] = _furnish(url)
            return made[dialect]

    yield Lazy()
    for dialect, template in made.items():
        template.database.engine.dispose()
        if dialect == "postgresql":
            postgres.drop(template.url)


@pytest.fixture(scope="session")
def chromium(tmp_path_factory: pytest.TempPathFactory) -> Iterator["Browser"]:
    """The one browser of all tests: a second could not be opened while its loop runs."""
    with browser.opened(tmp_path_factory.mktemp("fonts")) as opened:
        yield opened


@pytest.fixture(params=DIALECTS)
def dialect(request: pytest.FixtureRequest) -> str:
    """Which database a test runs on."""
    return str(request.param)


@pytest.fixture
def hall(templates: dict[str, Template], dialect: str) -> cast.Cast:
    """Ids and people of the hall in `session` and `database`."""
    return templates[dialect].hall


@pytest.fixture
def session(templates: dict[str, Template], dialect: str) -> Iterator[Session]:
    """A session on the hall whose changes are rolled back."""
    with templates[dialect].database.engine.connect() as connection:
        outer = connection.begin()
        with Session(
            connection, expire_on_commit=False, join_transaction_mode="create_savepoint"
        ) as opened:
            yield opened
        outer.rollback()


@pytest.fixture
def database(
    templates: dict[str, Template],
    dialect: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> Iterator[Database]:
    """A copy of the hall as the database of this process, in an own data folder."""
    template = templates[dialect]
    monkeypatch.setenv("SAFETY_DATA_DIR", str(tmp_path))
    settings.cache_clear()
    if dialect == "sqlite":
        template.database.engine.dispose()
        source = make_url(template.url).database
        assert source
        shutil.copy(source, tmp_path / "safety.db")
        url = f"sqlite:///{tmp_path / 'safety.db'}"
    else:
        template.database.engine.dispose()
        url = postgres.create(make_url(template.url).database)
    yield db.configure(url)
    db.database().engine.dispose()
    if dialect == "postgresql":
        postgres.drop(url)
    settings.cache_clear()


@pytest.fixture(autouse=True)
def _speak_chinese() -> None:
    """Each test starts in the default language."""
    set_language(DEFAULT)
