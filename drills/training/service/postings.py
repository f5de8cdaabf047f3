"""Keeping what people were: their postings, and the days on which they changed posts."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Final

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from drills.training.coverage import DAY, add_months, merged
from drills.training.models import Event, EventKind, Posting, SessionStatus, TrainingSession
from drills.training.service.people import joined, windows_of
from drills.training.shipped import figures
from safety_app.accounts import service as accounts
from safety_app.accounts.service import Staffed
from safety_app.core import clock
from safety_app.core.access import Actor
from safety_app.workplace import service as workplace

_LOOK_BACK: Final = timedelta(days=3 * 366)
"""Absences that ended longer ago have been looked at."""


def follow_people(session: Session, site_id: int, now: datetime) -> int:
    """Write down who is something else than before; safe to run twice. The changes written."""
    zone = workplace.site(session, site_id).timezone
    today = clock.local_day(now, zone)
    known = _postings(session, site_id)
    keeper = _Keeper(session, site_id, today, now)
    for one in accounts.staffing(session, site_id):
        keeper.look_at(one, known.get(one.id, ()), joined(one, clock.zone(zone)))
    keeper.look_at_absences()
    session.flush()
    return keeper.changes


def merge_windows(
    session: Session, _actor: Actor | None, old_id: int, new_id: int, _now: datetime
) -> None:
    """A window goes on in another one: nobody is transferred by that, sessions ahead follow."""
    for row in session.scalars(select(Posting).where(Posting.last.is_(None))):
        windows = windows_of(row)
        if old_id in windows:
            row.windows = _numbers((windows - {old_id}) | {new_id})
    session.execute(
        update(TrainingSession)
        .where(TrainingSession.window_id == old_id, TrainingSession.status == SessionStatus.PLANNED)
        .values(window_id=new_id)
    )
    session.flush()


def _postings(session: Session, site_id: int) -> dict[int, list[Posting]]:
    query = select(Posting).where(Posting.site_id == site_id)
    found: dict[int, list[Posting]] = {}
    for row in session.scalars(query.order_by(Posting.first, Posting.id)):
        found.setdefault(row.user_id, []).append(row)
    return found


class _Keeper:
    """Compares what people are with what was written of them last."""

    def __init__(self, session: Session, site_id: int, today: date, now: datetime) -> None:
        self.session, self.site_id, self.today, self.now = session, site_id, today, now
        self.changes = 0
        self.events = {
            (row.user_id, row.kind, row.on_date): row
            for row in session.scalars(select(Event).where(Event.site_id == site_id))
        }

    def look_at(self, one: Staffed, before: Sequence[Posting], came: date) -> None:
        """One person: begin, end or change the posting that is open."""
        last = before[-1] if before else None
        still = last if last is not None and last.last is None else None
        if not one.is_active:
            if still is not None:
                self._end(still, one.left_on or self.today)
        elif still is None:
            self._begin(one, came, last)
        elif len(before) == 1 and still.first != min(came, self.today):
            still.first = min(came, self.today)  # the day of joining was put right
            self.changes += 1
        elif _facts(one) != (still.roles, still.windows, still.post):
            self._change(one, still)

    def look_at_absences(self) -> None:
        """Who was away for so long comes back on the day after, as if new to the post."""
        wanted = set(self._returns())
        for user_id, on in sorted(wanted):
            self._happen(user_id, EventKind.BACK, on)
        for (user_id, kind, on), row in self.events.items():
            stale = on > self.today and kind == EventKind.BACK and row.by is None
            if stale and (user_id, on) not in wanted and row.withdrawn_at is None:
                row.withdrawn_at = self.now
                self.changes += 1

    def _begin(self, one: Staffed, came: date, last: Posting | None) -> None:
        first = min(came, self.today) if last is None else self.today
        self._open(one, first)
        if last is not None and last.last is not None and _is_long(last.last + DAY, first):
            self._happen(one.id, EventKind.BACK, first)

    def _change(self, one: Staffed, still: Posting) -> None:
        if still.first >= self.today:  # put right on the same day
            still.roles, still.windows, still.post = _facts(one)
            self.changes += 1
            return
        before = windows_of(still)
        self._end(still, self.today - DAY)
        self._open(one, self.today)
        if before and one.window_ids and not before & one.window_ids:
            self._happen(one.id, EventKind.TRANSFERRED, self.today)

    def _open(self, one: Staffed, first: date) -> None:
        roles, windows, post = _facts(one)
        self.session.add(
            Posting(
                site_id=self.site_id, user_id=one.id, first=first,
                roles=roles, windows=windows, post=post,
            )
        )  # fmt: skip
        self.changes += 1

    def _end(self, row: Posting, last: date) -> None:
        row.last = max(row.first, last)
        self.changes += 1

    def _happen(self, user_id: int, kind: EventKind, on: date) -> None:
        if (user_id, kind, on) in self.events:
            return
        row = Event(site_id=self.site_id, user_id=user_id, kind=kind, on_date=on, at=self.now)
        self.session.add(row)
        self.events[user_id, kind, on] = row
        self.changes += 1

    def _returns(self) -> Iterator[tuple[int, date]]:
        """Person and day of every return after an absence that was long enough."""
        since = self.today - _LOOK_BACK
        for user_id, spells in self._spells(since).items():
            for first, last in merged(spells):
                if _is_long(first, last + DAY):
                    yield user_id, last + DAY

    def _spells(self, since: date) -> Mapping[int, list[tuple[date, date]]]:
        found: dict[int, list[tuple[date, date]]] = {}
        for user_id, first, last in workplace.absent_days(self.session, self.site_id, since):
            found.setdefault(user_id, []).append((first, last))
        return found


def _facts(one: Staffed) -> tuple[str, str, str]:
    """Roles, windows and post as a posting keeps them."""
    return ",".join(sorted(one.roles)), _numbers(one.window_ids), one.post


def _is_long(first: date, until: date) -> bool:
    """Whether somebody off post from a day until another one begins anew."""
    return add_months(first, figures().off_post_months) <= until


def _numbers(ids: frozenset[int]) -> str:
    return ",".join(str(number) for number in sorted(ids))
