"""Keeping what people were: their postings, and the days on which they changed posts."""

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from datetime import UTC, date, datetime, time, tzinfo
from typing import Final

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from drills.training.coverage import DAY
from drills.training.models import Event, EventKind, Posting, SessionStatus, TrainingSession
from drills.training.posts import plain_post
from drills.training.service.people import joined, windows_of
from drills.training.service.returns import is_long, returns
from drills.training.shipped import figures
from safety_app.accounts import service as accounts
from safety_app.accounts.service import Staffed
from safety_app.core import clock, journal
from safety_app.core.access import Actor
from safety_app.workplace import service as workplace

FEW: Final = 50
"""Of more people than that everybody is looked at."""


def follow_people(
    session: Session, site_id: int, now: datetime, user_ids: Collection[int] | None = None
) -> int:
    """Write down who is something else than before; safe to run twice. The changes written.

    Of everybody, or of some who have just been changed; where their post is another one it takes
    everybody to tell a transfer from another name of the post.
    """
    journal.lock(session)  # nobody writes the same transfer at the same time
    zone = workplace.site(session, site_id).timezone
    today = clock.local_day(now, zone)
    if user_ids is not None and len(user_ids) > FEW:
        user_ids = None
    known = _postings(session, site_id, user_ids)
    staff = accounts.staffing(session, site_id, user_ids)
    if user_ids is not None and any(_has_other_post(one, known, today) for one in staff):
        user_ids = None
        known, staff = _postings(session, site_id), accounts.staffing(session, site_id)
    renamed = _renamed(staff, known, today)
    keeper = _Keeper(session, site_id, today, now, renamed, user_ids)
    for one in staff:
        keeper.look_at(one, known.setdefault(one.id, []), clock.zone(zone))
    keeper.look_at_returns(known, user_ids)
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


def _postings(
    session: Session, site_id: int, user_ids: Collection[int] | None = None
) -> dict[int, list[Posting]]:
    query = select(Posting).where(Posting.site_id == site_id)
    if user_ids is not None:
        query = query.where(Posting.user_id.in_(user_ids))
    found: dict[int, list[Posting]] = {}
    for row in session.scalars(query.order_by(Posting.first, Posting.id)):
        found.setdefault(row.user_id, []).append(row)
    return found


def _held_before(rows: Sequence[Posting], today: date) -> Posting | None:
    """What somebody was yesterday, as one who is here without a break since."""
    for row in reversed(rows[-2:]):
        if row.first < today:
            return row if row.last is None or row.last == today - DAY else None
    return None


def _has_other_post(one: Staffed, known: Mapping[int, Sequence[Posting]], today: date) -> bool:
    return _last_post(known.get(one.id, ()), today) not in ("", plain_post(one.post))


def _last_post(rows: Sequence[Posting], today: date) -> str:
    """The post somebody had before today, emptied or not since; none who comes back today."""
    if _held_before(rows, today) is None:
        return ""
    posts = (plain_post(row.post) for row in reversed(rows) if row.first < today)
    return next((post for post in posts if post), "")


def _renamed(
    staff: Sequence[Staffed], known: Mapping[int, Sequence[Posting]], today: date
) -> frozenset[tuple[str, str]]:
    """Old and new name of posts whose several holders have all come to one that nobody held.

    Who was left without a post before and still is holds none.
    """
    became: dict[str, list[str]] = {}
    for one in staff:
        rows = known.get(one.id, ())
        before = _held_before(rows, today)
        if one.is_active and before is not None and (before.post or one.post):
            became.setdefault(_last_post(rows, today), []).append(plain_post(one.post))
    return frozenset(
        (old, new[0])
        for old, new in became.items()
        if old and new[0] and new[0] not in became and len(new) > 1 and len(set(new)) == 1
    )


class _Keeper:
    """Compares what people are with what was written of them last."""

    def __init__(
        self,
        session: Session,
        site_id: int,
        today: date,
        now: datetime,
        renamed: frozenset[tuple[str, str]],
        user_ids: Collection[int] | None,
    ) -> None:
        self.session, self.site_id, self.today, self.now = session, site_id, today, now
        self.renamed = renamed
        self.changes = 0
        self.successors = _successors(session, site_id)
        query = select(Event).where(Event.site_id == site_id)
        if user_ids is not None:
            query = query.where(Event.user_id.in_(user_ids))
        self.events = {(row.user_id, row.kind, row.on_date): row for row in session.scalars(query)}

    def look_at(self, one: Staffed, rows: list[Posting], zone: tzinfo) -> None:
        """One person: begin, end or change the posting that is open, and judge what it means."""
        before = tuple(rows)
        came = min(joined(one, zone), self.today)
        is_new = one.created_at.astimezone(zone).date() == self.today
        last = before[-1] if before else None
        still = last if last is not None and last.last is None else None
        if not one.is_active:
            if still is not None:
                self._end(still, one.left_on or self.today)
            elif last is None and one.left_on is not None:  # before anything was written of them
                self._end(self._open(one, rows, came), one.left_on)
            return
        if still is None and last is not None and self._was_closed_today(last, zone):
            last.last, still = None, last  # closed by mistake, and opened on the same day
            self.changes += 1
        if still is None:
            self._open(one, rows, came if last is None else self.today)
        else:
            if len(before) == 1 and still.first != came:
                still.first = came  # the day of joining was put right
                self.changes += 1
            if _facts(one) != (still.roles, still.windows, still.post):
                self._change(one, rows, still, is_new=is_new)
        if not is_new:
            self._judge(one, [row for row in before if row.first < self.today])

    def look_at_returns(
        self, known: Mapping[int, Sequence[Posting]], user_ids: Collection[int] | None
    ) -> None:
        """Who was off post for so long comes back on the day after, as if new to the post."""
        wanted = returns(self.session, self.site_id, known, self.today, user_ids)
        for user_id, on in sorted(wanted):
            self._happen(user_id, EventKind.BACK, on)
        for (user_id, kind, on), row in self.events.items():
            stale = on >= self.today and kind == EventKind.BACK and row.by is None
            if stale and (user_id, on) not in wanted and row.withdrawn_at is None:
                row.withdrawn_at = self.now
                self.changes += 1

    def _was_closed_today(self, last: Posting, zone: tzinfo) -> bool:
        """Whether an account that is opened now was closed today, whatever last day was entered."""
        if last.last is not None and last.last >= self.today:
            return True
        began = datetime.combine(self.today, time(), zone).astimezone(UTC)
        before, until_now = (
            accounts.closed_at(self.session, self.site_id, moment, [last.user_id])
            for moment in (began, self.now)
        )
        return bool(until_now - before)

    def _change(self, one: Staffed, rows: list[Posting], still: Posting, *, is_new: bool) -> None:
        if is_new or still.first >= self.today:  # put right on the same day
            still.roles, still.windows, still.post = _facts(one)
            self.changes += 1
            return
        self._end(still, self.today - DAY)
        self._open(one, rows, self.today)

    def _judge(self, one: Staffed, past: Sequence[Posting]) -> None:
        """Whether somebody came to another post today; one that was none after all goes."""
        if self._is_at_other_windows(one, past) or self._is_at_other_post(one, past):
            self._happen(one.id, EventKind.TRANSFERRED, self.today)
            return
        row = self.events.get((one.id, EventKind.TRANSFERRED, self.today))
        if row is not None and row.by is None and row.withdrawn_at is None:
            row.withdrawn_at = self.now
            self.changes += 1

    def _is_at_other_windows(self, one: Staffed, past: Sequence[Posting]) -> bool:
        """Whether somebody serves today at windows of which they knew none yesterday."""
        here = self._gone_on(one.window_ids)
        before = [(row, self._gone_on(windows_of(row))) for row in past]
        if not here or not any(windows for _row, windows in before) or before[-1][1] == here:
            return False
        return not here & self._known(one.id, before)

    def _known(self, user_id: int, past: Sequence[tuple[Posting, frozenset[int]]]) -> set[int]:
        """The windows that are the post of somebody: where they began in the hall or after the
        last transfer, where the officer said that it was none, and where they served for so many
        days; but none that they left so long ago that they begin there anew.
        """
        began, none_after_all = self._began(user_id), self._none_after_all(user_id)
        days: Counter[int] = Counter()
        known: set[int] = set()
        is_first = True
        for row, windows in past:
            last = min(row.last or self.today, self.today - DAY)
            if not windows or is_long(last + DAY, self.today):
                continue
            days.update(dict.fromkeys(windows, (last - row.first).days + 1))
            if is_first and last >= began:
                known |= windows
                is_first = False
            if any(row.first <= day <= last for day in none_after_all):
                known |= windows
        return known | {one for one, n in days.items() if n >= figures().known_window_days}

    def _began(self, user_id: int) -> date:
        """The day of the last transfer or return before today; long ago, if there was none."""
        found = (
            on
            for (whom, _kind, on), row in self.events.items()
            if whom == user_id and on < self.today and row.withdrawn_at is None
        )
        return max(found, default=date.min)

    def _none_after_all(self, user_id: int) -> list[date]:
        """The days of changes that somebody has said were no transfer."""
        return [
            on
            for (whom, kind, on), row in self.events.items()
            if whom == user_id and kind == EventKind.TRANSFERRED and row.withdrawn_by is not None
        ]

    def _gone_on(self, windows: frozenset[int]) -> frozenset[int]:
        """Windows under the one they have gone on in."""
        found = set()
        for one in windows:
            while one in self.successors:
                one = self.successors[one]
            found.add(one)
        return frozenset(found)

    def _is_at_other_post(self, one: Staffed, past: Sequence[Posting]) -> bool:
        """Whether the post is another one, not only another name of the same."""
        posts = (_last_post(past, self.today), plain_post(one.post))
        return all(posts) and posts[0] != posts[1] and posts not in self.renamed

    def _open(self, one: Staffed, rows: list[Posting], first: date) -> Posting:
        roles, windows, post = _facts(one)
        row = Posting(
            site_id=self.site_id, user_id=one.id, first=first,
            roles=roles, windows=windows, post=post,
        )  # fmt: skip
        self.session.add(row)
        rows.append(row)
        self.changes += 1
        return row

    def _end(self, row: Posting, last: date) -> None:
        row.last = max(row.first, last)
        self.changes += 1

    def _happen(self, user_id: int, kind: EventKind, on: date) -> None:
        known = self.events.get((user_id, kind, on))
        if known is not None:
            if known.withdrawn_at is not None and known.withdrawn_by is None:
                known.withdrawn_at = None  # it went because of a slip that is put right again
                self.changes += 1
            return
        row = Event(site_id=self.site_id, user_id=user_id, kind=kind, on_date=on, at=self.now)
        self.session.add(row)
        self.events[user_id, kind, on] = row
        self.changes += 1


def _successors(session: Session, site_id: int) -> dict[int, int]:
    """The windows that went on in another one, with it."""
    windows = workplace.list_windows(session, site_id, active=False)
    return {one.id: one.successor_id for one in windows if one.successor_id and not one.is_active}


def _facts(one: Staffed) -> tuple[str, str, str]:
    """Roles, windows and post as a posting keeps them."""
    return ",".join(sorted(one.roles)), _numbers(one.window_ids), one.post


def _numbers(ids: frozenset[int]) -> str:
    return ",".join(str(number) for number in sorted(ids))
