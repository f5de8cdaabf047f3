"""Who was on post: the month and the day agree on exceptions and on whom the gate kept off."""

from collections.abc import Callable, Mapping
from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy.orm import Session

from checklists import service as checklists
from drills import readiness
from drills.training import dossier, sections, service
from drills.training.models import GatePeriod, Override
from drills.training.service.gating import at_gate
from drills.training.service.month import Month, month_of
from drills.training.service.on_post import OnPost, on_post
from safety_app.accounts.errors import NotQualified
from safety_app.core import clock
from safety_app.core.db import Database
from safety_app.core.feature import Period
from safety_app.core.i18n import use_language
from safety_app.core.pdf.blocks import Block, Table
from safety_app.features import features
from safety_app.reports.months import period_of
from safety_app.workplace import service as workplace
from safety_app.workplace.models import Duty
from tests.cast import NOW, TODAY, Cast
from tests.checklists.sheets import Tablet
from tests.dialects import sqlite_only
from tests.drills.training.lessons import here_since, only, passed
from tests.factories import make_task
from tests.screens import open_page, text_of

DAY = timedelta(days=1)
HOUR = timedelta(hours=1)
EVENING = NOW + 8 * HOUR


@pytest.fixture(autouse=True)
def _it_is_now(monkeypatch: pytest.MonkeyPatch) -> None:
    features()
    monkeypatch.setattr(clock, "now", lambda: NOW)


def close_gate(session: Session, hall: Cast) -> int:
    """The gate has been on for long; of all only 王晓燕 lacks what it asks for."""
    here_since(session, hall)
    only(session, hall, "FIRE")
    for actor in (
        hall.second_staff, hall.lead, hall.officer, hall.manager, hall.other_staff, hall.other_lead,
    ):  # fmt: skip
        passed(session, hall, actor.user_id, "FIRE", date(2026, 3, 15), now=NOW - 200 * DAY)
    session.add(
        GatePeriod(
            site_id=hall.site_id, starts_on=date(2026, 1, 5), grace_days=0,
            set_by=hall.manager.user_id, set_at=NOW - 330 * DAY,
        )
    )  # fmt: skip
    session.flush()
    return hall.staff.user_id


def let_through(
    session: Session, hall: Cast, days: int = 0, *, taken_back: timedelta | None
) -> Override:
    row = service.allow(
        session, hall.manager, user_id=hall.staff.user_id, first=TODAY, last=TODAY + days * DAY,
        reason="缺人", now=NOW,
    )  # fmt: skip
    if taken_back is not None:
        service.withdraw(session, hall.manager, row.id, now=NOW + taken_back)
    return row


def named(session: Session, hall: Cast, on: date = TODAY) -> None:
    """The roster names 王晓燕 and a colleague, as it may have before the gate shut."""
    session.add_all(
        Duty(site_id=hall.site_id, user_id=one.user_id, on_date=on, window_id=hall.a01)
        for one in (hall.staff, hall.second_staff)
    )
    session.flush()


def month(session: Session, hall: Cast) -> Month:
    return month_of(session, hall.site_id, None, november())


def november() -> Period:
    return period_of(2026, 11, "Asia/Shanghai", now=clock.now())


def day(session: Session, hall: Cast, on: date = TODAY) -> OnPost:
    return on_post(session, hall.manager, on, now=clock.now())


def rows_of(blocks: tuple[Block, ...]) -> list[tuple[Any, ...]]:
    return [row for one in blocks if isinstance(one, Table) for row in one.rows]


@pytest.mark.parametrize("days", [0, 1], ids=["in the evening", "on the day after"])
def test_an_exception_taken_back_on_its_day_covers_what_was(
    session: Session, hall: Cast, monkeypatch: pytest.MonkeyPatch, days: int
) -> None:
    user_id = close_gate(session, hall)
    row = let_through(session, hall, 2, taken_back=None)
    named(session, hall)
    sheet = Tablet(session, hall.staff, make_task(session, hall))
    sheet.pass_all()
    sheet.submit()
    service.withdraw(session, hall.manager, row.id, now=NOW + 6 * HOUR)
    monkeypatch.setattr(clock, "now", lambda: EVENING + days * DAY)
    found = day(session, hall)
    assert [(one.name, one.is_excepted) for one in found.lacking] == [("王晓燕", True)]
    assert (found.without_exception, found.kept_off) == ([], 0)
    told = month(session, hall)
    assert told.unfit == ()
    assert [(one.first, one.last) for one in told.overrides] == [(TODAY, TODAY)]
    assert not told.is_clean
    content = sections.build(session, hall.site_id, None, november())
    assert ("王晓燕", "2026-11-23") in {row[:2] for row in rows_of(content.blocks)}
    assert content.facts["training"]["overrides"] == [[user_id, "2026-11-23", "2026-11-23"]]
    on_duty = user_id in workplace.on_duty(session, hall.site_id, TODAY, hall.a01)
    assert on_duty is bool(days), "until the day is over nobody is let on duty any more"


def test_from_the_moment_it_is_taken_back_the_gate_refuses(session: Session, hall: Cast) -> None:
    user_id = close_gate(session, hall)
    row = let_through(session, hall, 2, taken_back=None)

    def put_on_duty(on: date, window_id: int) -> None:
        workplace.set_duty(
            session, hall.officer, site_id=hall.site_id, on=on, window_id=window_id,
            user_ids=[user_id], now=NOW,
        )  # fmt: skip

    put_on_duty(TODAY, hall.a01)
    assert at_gate(session, hall.officer, TODAY).refused == ()
    service.withdraw(session, hall.manager, row.id, now=NOW)
    for on in (TODAY, TODAY + DAY):
        with pytest.raises(NotQualified):
            put_on_duty(on, hall.a02)
    assert [one.user_id for one in at_gate(session, hall.officer, TODAY).refused] == [user_id]


@pytest.mark.parametrize("later", [1, 2, 6])
def test_an_exception_taken_back_counts_on_no_later_day(
    session: Session, hall: Cast, monkeypatch: pytest.MonkeyPatch, later: int
) -> None:
    user_id = close_gate(session, hall)
    let_through(session, hall, 3, taken_back=HOUR)
    on = TODAY + min(later, 2) * DAY
    named(session, hall, on)
    sheets = [(on, user_id)]
    monkeypatch.setattr(checklists, "signed", lambda *_args, **_more: iter(sheets))
    monkeypatch.setattr(clock, "now", lambda: EVENING + later * DAY)
    assert [one.user_id for one in at_gate(session, hall.officer, on).refused] == [user_id]
    found = day(session, hall, on)
    assert [(one.name, one.is_excepted) for one in found.lacking] == [("王晓燕", False)]
    assert [one.name for one in month(session, hall).unfit] == ["王晓燕"]
    *_others, people = readiness.answers(session, hall.manager, on, now=clock.now())
    assert people.wrong
    sheets.clear()
    found = day(session, hall, on)
    assert (found.lacking, found.kept_off) == ((), 1)
    assert month(session, hall).unfit == ()


def test_an_exception_taken_back_before_its_first_day_was_none(
    session: Session, hall: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    close_gate(session, hall)
    row = service.allow(
        session, hall.manager, user_id=hall.staff.user_id, first=TODAY + DAY,
        last=TODAY + 3 * DAY, reason="缺人", now=NOW,
    )  # fmt: skip
    service.withdraw(session, hall.manager, row.id, now=NOW + HOUR)
    monkeypatch.setattr(clock, "now", lambda: NOW + 5 * DAY)
    assert month(session, hall).overrides == ()
    assert month(session, hall).is_clean
    chapter = dossier.training(session, hall.site_id, NOW + 5 * DAY)
    assert "缺人" not in {cell for row in rows_of(chapter.blocks) for cell in row}


@sqlite_only
def test_pages_say_on_which_days_an_exception_really_held(database: Database, hall: Cast) -> None:
    with database.transaction() as session:
        close_gate(session, hall)
        let_through(session, hall, 2, taken_back=HOUR)
        later = service.allow(
            session, hall.manager, user_id=hall.staff.user_id, first=TODAY + DAY,
            last=TODAY + 2 * DAY, reason="缺人", now=NOW,
        )  # fmt: skip
        service.withdraw(session, hall.manager, later.id, now=NOW + HOUR)
    for page in (
        open_page(hall.manager, "training-gate"),
        open_page(hall.manager, "training-person", id=str(hall.staff.user_id)),
    ):
        said = " ".join(text_of(page))
        assert "2026年11月23日" in said
        assert "原定2026年11月24日起，生效前已撤销" in said
        assert "2026年11月25日" not in said


def absent(session: Session, hall: Cast) -> None:
    named(session, hall)
    workplace.record_absence(
        session, hall.officer, user_id=hall.staff.user_id, site_id=hall.site_id, first=TODAY,
        last=TODAY, reason="sick", now=NOW,
    )  # fmt: skip


def signed(session: Session, hall: Cast) -> None:
    """王晓燕 had the sheet before the gate shut, and signs it."""
    named(session, hall)
    gates = session.query(GatePeriod).one()
    gates.starts_on, before = date(2027, 1, 1), gates.starts_on
    session.flush()
    sheet = Tablet(session, hall.staff, make_task(session, hall))
    gates.starts_on = before
    session.flush()
    sheet.pass_all()
    sheet.submit()


def excepted(session: Session, hall: Cast) -> None:
    named(session, hall)
    let_through(session, hall, taken_back=None)


def excepted_for_a_while(session: Session, hall: Cast) -> None:
    named(session, hall)
    let_through(session, hall, 2, taken_back=6 * HOUR)


def excepted_as_one_of_the_window(session: Session, hall: Cast) -> None:
    let_through(session, hall, 2, taken_back=6 * HOUR)


def only_warned(session: Session, hall: Cast) -> None:
    named(session, hall)
    session.query(GatePeriod).one().grace_days = 3000
    session.flush()


def nothing(_session: Session, _hall: Cast) -> None:
    """Nobody is named: everybody of the window is on duty."""


DAYS: Mapping[str, tuple[Callable[[Session, Cast], None], bool, bool, int]] = {
    "named and kept off": (named, False, False, 1),
    "nobody named": (nothing, False, False, 0),
    "away": (absent, False, False, 0),
    "signed all the same": (signed, True, False, 0),
    "let through": (excepted, False, True, 0),
    "let through for a while": (excepted_for_a_while, False, True, 0),
    "let through, nobody named": (excepted_as_one_of_the_window, False, True, 0),
    "only warned": (only_warned, True, False, 0),
}


@pytest.mark.parametrize("case", DAYS)
@pytest.mark.parametrize("days", [0, 3], ids=["on the day", "later"])
def test_the_day_and_the_month_say_the_same(
    session: Session, hall: Cast, monkeypatch: pytest.MonkeyPatch, case: str, days: int
) -> None:
    happens, is_wrong, is_excepted, kept_off = DAYS[case]
    close_gate(session, hall)
    happens(session, hall)
    monkeypatch.setattr(clock, "now", lambda: EVENING + days * DAY)
    told = month(session, hall)
    unfit = {one.name for one in told.unfit if TODAY in one.on}
    excepted = {one.name for one in told.overrides if one.first <= TODAY <= one.last}
    found = day(session, hall)
    assert {one.name for one in found.without_exception} == unfit
    assert {one.name for one in found.lacking if one.is_excepted} == excepted
    assert (bool(unfit), bool(excepted), found.kept_off) == (is_wrong, is_excepted, kept_off)
    *_others, people = readiness.answers(session, hall.manager, TODAY, now=clock.now())
    assert bool(people.wrong) is is_wrong
    if not is_wrong and not is_excepted:
        assert told.is_clean
    assert ("排班列有、因培训缺项未准上岗 1 人。" in people.facts) is bool(kept_off)
    with use_language("en"):
        *_others, people = readiness.answers(session, hall.manager, TODAY, now=clock.now())
    said = "1 person named on the roster was kept off duty by the gate."
    assert (said in people.facts) is bool(kept_off)


def test_on_a_closed_day_the_roster_puts_nobody_on_post(session: Session, hall: Cast) -> None:
    close_gate(session, hall)
    sunday = TODAY - DAY
    named(session, hall, sunday)
    found = day(session, hall, sunday)
    assert (found.is_open, found.people, found.kept_off) == (False, 0, 0)


def test_on_a_day_on_which_the_gate_was_on_for_some_hours_people_were_only_warned(
    session: Session, hall: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    close_gate(session, hall)
    only_warned(session, hall)
    session.query(GatePeriod).one().starts_on = TODAY
    session.flush()
    service.end_gate(session, hall.manager, now=NOW + HOUR)
    monkeypatch.setattr(clock, "now", lambda: EVENING)
    (row,) = month(session, hall).unfit
    assert (row.name, row.on, row.is_only_warned) == ("王晓燕", (TODAY,), True)
