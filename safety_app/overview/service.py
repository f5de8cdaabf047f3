"""What the frame and Today say about the hall: asked once a minute, not on every click."""

from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache

from safety_app.core import clock
from safety_app.core.access import Actor
from safety_app.core.db import Database, database
from safety_app.core.i18n import bilingual, language
from safety_app.workplace import service as workplace


@dataclass(frozen=True, slots=True)
class Hall:
    """Names in one language, and whether today is an open day."""

    name: str
    is_demo: bool
    windows: dict[int, str]
    is_open: bool
    why: str


def hall(actor: Actor, now: datetime) -> Hall:
    """The actor's hall, at most a minute old."""
    today = clock.local_day(now, actor.timezone)
    return _hall(database(), actor.site_id, today, language(), int(now.timestamp()) // 60)


@lru_cache(maxsize=64)
def _hall(source: Database, site_id: int, today: date, _language: str, _minute: int) -> Hall:
    with source.reading() as session:
        site = workplace.site(session, site_id)
        day = workplace.day(session, site_id, today)
        return Hall(
            name=bilingual(site.name, site.name_en),
            is_demo=site.is_demo,
            windows=workplace.window_names(session, site_id),
            is_open=day.is_open,
            why=day.why,
        )
