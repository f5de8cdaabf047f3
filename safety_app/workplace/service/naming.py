"""What windows are called, and what they were called before."""

from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from safety_app.core.db import kept
from safety_app.core.i18n import bilingual
from safety_app.workplace.models import Window, WindowName


def window_names(session: Session, site_id: int, on: date | None = None) -> dict[int, str]:
    """Code and name of every window in the current language, also of those out of use.

    With a day: as the windows were called on it.
    """
    rows = kept(session, ("windows", site_id), lambda: session.execute(
        select(Window.id, Window.code, Window.name, Window.name_en)
        .where(Window.site_id == site_id)
        .order_by(Window.code, Window.id)
    ).all())  # fmt: skip
    called = _names_on(session, site_id, on) if on else {}
    return {
        id_: f"{code} {bilingual(*called.get(id_, (name, name_en)))}"
        for id_, code, name, name_en in rows
    }


def former_names(session: Session, window_id: int) -> list[WindowName]:
    """What a window was called before, the newest first."""
    query = select(WindowName).where(WindowName.window_id == window_id)
    return list(session.scalars(query.order_by(WindowName.until.desc(), WindowName.id.desc())))


def _names_on(session: Session, site_id: int, on: date) -> dict[int, tuple[str, str]]:
    """The names that have been given up since a day."""
    query = (
        select(WindowName)
        .where(WindowName.site_id == site_id, WindowName.until > on)
        .order_by(WindowName.until.desc(), WindowName.id.desc())
    )
    return {row.window_id: (row.name, row.name_en) for row in session.scalars(query)}


def keep_name(session: Session, window: Window, today: date) -> None:
    """Keep what a window was called; a name given only today was a slip and is not kept."""
    kept = former_names(session, window.id)
    if kept and kept[0].until == today:
        return
    session.add(
        WindowName(
            site_id=window.site_id,
            window_id=window.id,
            name=window.name,
            name_en=window.name_en,
            until=today,
        )
    )
