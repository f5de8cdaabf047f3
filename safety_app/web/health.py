"""`GET /healthz`: whether the service works, as JSON for a monitor; no secrets in it."""

import shutil
from collections.abc import Callable
from datetime import datetime
from functools import partial
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any, Final

import structlog
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from safety_app.core import clock, lease
from safety_app.core.db import reading
from safety_app.core.errors import AppError
from safety_app.core.settings import ROOT, settings

LOW_DISK_MB: Final = 200
LATE_WORKER_S: Final = 120
UpToDate = Callable[[Session], bool]
_log = structlog.get_logger("safety_app.web")


def examine(up_to_date: UpToDate, now: datetime) -> dict[str, Any]:
    """What a monitor wants to know; `status` is `ok`, `degraded` (works, but look) or `down`."""
    facts: dict[str, Any] = {"status": "ok", "version": _version()}
    facts |= _database(up_to_date, now)
    facts["disk_free_mb"] = _disk_free_mb(settings().data_dir)
    age = facts.get("worker_age_s")
    if facts["database"] != "ok" or facts.get("migrations") != "ok":
        facts["status"] = "down"
    elif facts["disk_free_mb"] < LOW_DISK_MB or age is None or age > LATE_WORKER_S:
        facts["status"] = "degraded"
    return facts


def health_route(up_to_date: UpToDate) -> Route:
    """The route, told by the caller how to see whether the tables are those of this version."""

    async def health(_request: Request) -> Response:
        facts = await run_in_threadpool(partial(examine, up_to_date, clock.now()))
        code = 503 if facts["status"] == "down" else 200
        return JSONResponse(facts, code, headers={"cache-control": "no-store"})

    return Route("/healthz", health)


def _database(up_to_date: UpToDate, now: datetime) -> dict[str, Any]:
    try:
        with reading() as session:
            session.execute(text("SELECT 1"))
            migrated = up_to_date(session)
            beat = lease.heartbeat(session) if migrated else None
    except (AppError, SQLAlchemyError, OSError):
        _log.exception("the database is unreachable")
        return {"database": "unreachable"}
    age = None if beat is None else max(0, round((now - beat).total_seconds()))
    return {
        "database": "ok",
        "migrations": "ok" if migrated else "behind",
        "worker_age_s": age,
    }


def _disk_free_mb(folder: Path) -> int:
    while not folder.exists():
        folder = folder.parent
    return shutil.disk_usage(folder).free // 1_000_000


def _version() -> str:
    try:
        return version("safety-app")
    except PackageNotFoundError:
        return _stated_version()


def _stated_version() -> str:
    """The program runs from its folder, where `pyproject.toml` states the version."""
    import tomllib

    with (ROOT / "pyproject.toml").open("rb") as file:
        return str(tomllib.load(file)["project"]["version"])
