"""What the stopwatch shows: the drill as it stands, in a form that several tablets can share."""

from datetime import datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from drills.models import Drill, Entry
from drills.service import attending, clock
from drills.service.planning import moments_of
from safety_app.accounts import service as accounts
from safety_app.core.i18n import bilingual
from safety_app.workplace import service as workplace

Facts = dict[str, Any]


def mark_of(session: Session, drill: Drill) -> str:
    """A word that changes whenever anything on the face does."""
    last = session.scalar(select(func.max(Entry.id)).where(Entry.drill_id == drill.id)) or 0
    return f"{drill.row_version}.{last}"


def face(session: Session, drill: Drill, *, now: datetime, seen: str = "") -> Facts:
    """All that the stopwatch shows; only the time where nothing has changed since `seen`."""
    mark = mark_of(session, drill)
    facts: Facts = {"now": _ms(now), "mark": mark}
    if mark == seen:
        return facts
    return facts | {
        "status": str(drill.status),
        "started_at": _ms(drill.started_at),
        "ended_at": _ms(drill.ended_at),
        "visitors": drill.visitors,
        "third_parties": drill.third_parties,
        "milestones": _milestones(session, drill),
        "people": [_person(one) for one in attending.heads(session, drill)],
    }


def colleagues(session: Session, drill: Drill) -> list[Facts]:
    """Everybody of the hall, for who comes without being expected."""
    windows = workplace.window_names(session, drill.site_id)
    return [
        {
            "id": person.id,
            "name": person.display_name,
            "place": "、".join(windows[one] for one in sorted(person.window_ids) if one in windows),
        }
        for person in accounts.list_people(session, drill.site_id)
    ]


def _milestones(session: Session, drill: Drill) -> list[Facts]:
    stamps = clock.standing_stamps(session, drill.id)
    found = moments_of(session, drill.id)
    names = accounts.names(session, [one.stamped_by for one in found])
    return [
        {
            "id": one.id,
            "name": bilingual(one.name, one.name_en),
            "target": one.target_seconds,
            "at": _ms(one.stamped_at),
            "by": names.get(one.stamped_by or 0, ""),
            "key": stamps[one.id].client_key if one.id in stamps else "",
        }
        for one in found
    ]


def _person(one: attending.Head) -> Facts:
    return {
        "id": one.user_id,
        "name": one.name,
        "place": one.place,
        "expected": one.is_expected,
        "present": one.is_present,
        "how": str(one.how) if one.how else "",
        "reason": one.reason,
    }


def _ms(moment: datetime | None) -> int | None:
    """Milliseconds since 1970."""
    return round(moment.timestamp() * 1000) if moment else None
