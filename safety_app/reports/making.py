"""Papers that take a while: made in the background, one line of progress, one file at the end.

Whoever asked may leave the page and come back; the file is theirs alone and lasts two hours.
"""

import secrets
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import Final

import structlog

from safety_app.core import i18n
from safety_app.core.access import Actor
from safety_app.core.errors import AppError, NotFound
from safety_app.core.failures import explain
from safety_app.core.settings import settings
from safety_app.reports.errors import PaperFailed

KEPT_SECONDS: Final = 2 * 60 * 60
WORKERS: Final = 2
log = structlog.get_logger("safety_app.reports")


class State(StrEnum):
    """How far a paper is."""

    WAITING = "waiting"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"
    STOPPED = "stopped"


class Stopped(Exception):
    """Whoever asked for it does not want it any more."""


@dataclass(slots=True)
class Making:
    """One paper under way, or finished; `may` is asked again before the file is given out."""

    token: str
    owner_id: int
    key: str
    name: str
    may: Callable[[Actor], bool]
    state: State = State.WAITING
    done: int = 0
    total: int = 0
    at: str = ""
    error: AppError | None = None
    facts: dict[str, str] = field(default_factory=dict)
    began: float = field(default_factory=time.monotonic)
    ended: float = 0
    stop: threading.Event = field(default_factory=threading.Event)

    @property
    def is_under_way(self) -> bool:
        """Whether there is something to wait for."""
        return self.state in (State.WAITING, State.RUNNING)

    @property
    def path(self) -> Path:
        """Where the file is, or will be."""
        return folder() / f"{self.token}{Path(self.name).suffix}"

    def step(self, done: int, total: int, at: str = "") -> None:
        """Say how far it is; raises `Stopped` once nobody wants it."""
        if self.stop.is_set():
            raise Stopped
        self.done, self.total, self.at = done, total, at


Work = Callable[[Making, Path], None]
_known: dict[tuple[int, str], Making] = {}
_lock = threading.Lock()
_turns: Final = threading.BoundedSemaphore(WORKERS)


def folder() -> Path:
    """Where finished papers wait to be fetched."""
    return settings().data_dir / "made"


def start(actor: Actor, key: str, name: str, work: Work, may: Callable[[Actor], bool]) -> Making:
    """Begin to make a paper; the same one under way is not begun twice."""
    with _lock:
        _forget_old()
        known = _known.get((actor.user_id, key))
        if known and known.is_under_way:
            return known
        if known:
            _remove(known.path)
        made = Making(secrets.token_urlsafe(18), actor.user_id, key, name, may)
        _known[actor.user_id, key] = made
    thread = threading.Thread(target=_run, args=(made, work, i18n.language()), daemon=True)
    thread.start()
    return made


def find(actor: Actor, key: str) -> Making | None:
    """What this person asked for last under this key, unless it is too old."""
    with _lock:
        _forget_old()
        return _known.get((actor.user_id, key))


def stop(actor: Actor, key: str) -> None:
    """Give up what is under way."""
    found = find(actor, key)
    if found and found.is_under_way:
        found.stop.set()


def fetch(actor: Actor, token: str) -> Making:
    """A finished paper of this person; raises `NotFound`."""
    with _lock:
        _forget_old()
        mine = [one for one in _known.values() if one.owner_id == actor.user_id]
    found = next((one for one in mine if secrets.compare_digest(one.token, token)), None)
    if found is None or found.state is not State.DONE or not found.may(actor):
        raise NotFound()
    if not found.path.is_file():
        raise NotFound()
    return found


def sweep(now: float) -> int:
    """Remove files that nobody may fetch any more; `now` in seconds since 1970."""
    if not folder().is_dir():
        return 0
    old = [one for one in folder().iterdir() if now - one.stat().st_mtime > KEPT_SECONDS]
    for path in old:
        _remove(path)
    return len(old)


def _run(made: Making, work: Work, language: str) -> None:
    with _turns, i18n.use_language(language):
        beside = made.path.with_suffix(".part")
        try:
            made.step(0, 1)
            made.state = State.RUNNING
            folder().mkdir(parents=True, exist_ok=True)
            work(made, beside)
            made.step(made.total, made.total)
            beside.replace(made.path)
            made.state = State.DONE
        except Stopped:
            made.state = State.STOPPED
        except Exception as error:
            made.error = explain(error) or PaperFailed()
            log.exception("paper failed", key=made.key)
            made.state = State.FAILED
        finally:
            made.ended = time.monotonic()
            _remove(beside)


def _forget_old() -> None:
    """Called with the lock held."""
    limit = time.monotonic() - KEPT_SECONDS
    for key, made in list(_known.items()):
        if not made.is_under_way and made.ended < limit:
            _remove(made.path)
            del _known[key]


def _remove(path: Path) -> None:
    with suppress(OSError):
        path.unlink(missing_ok=True)
