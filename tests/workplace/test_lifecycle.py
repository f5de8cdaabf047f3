"""Windows that rest, go on in another one, or go out of use."""

from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from safety_app.accounts import service as accounts
from safety_app.accounts.models import Deputy, Membership
from safety_app.core.access import Actor, Role
from safety_app.core.errors import NotAllowed, NotFound, TextTooLong
from safety_app.core.journal import Entry
from safety_app.features import features
from safety_app.workplace import service
from safety_app.workplace.errors import (
    LastBeforeFirst,
    MergesIntoItself,
    PausedWhenMerged,
    PausedWhenRetired,
    PauseInPast,
    PauseOver,
    PausesOverlap,
    ReasonMissing,
    RetireInPast,
    RetirementPlanned,
    SuccessorEnds,
    SuccessorOfOthers,
    SuccessorPaused,
    WindowGone,
)
from safety_app.workplace.models import Duty, Window, WindowPause
from safety_app.workplace.service import lifecycle
from tests.accounts.people import tablet
from tests.cast import NOW, TODAY, Cast

LATER = TODAY + timedelta(days=10)
DAY = timedelta(days=1)


@pytest.fixture(autouse=True)
def _words() -> None:
    features()


@pytest.fixture
def merged(monkeypatch: pytest.MonkeyPatch) -> list[tuple[int, int]]:
    """The mergers of which a feature was told, besides the real ones."""
    told: list[tuple[int, int]] = []

    def listen(_s: Session, _a: Actor | None, one: int, other: int, _now: datetime) -> None:
        told.append((one, other))

    listener = replace(features()[0], merge=listen)
    monkeypatch.setattr(lifecycle, "features", lambda: (*features(), listener))
    return told


def pause(session: Session, hall: Cast, first: date, last: date, **facts: Any) -> WindowPause:
    """A pause of A01 by the administrator."""
    facts = {"reason": "装修", "window_id": hall.a01, "now": NOW, **facts}
    return service.pause_window(
        session,
        facts.pop("by", hall.administrator),
        facts.pop("window_id"),
        site_id=hall.site_id,
        first=first,
        last=last,
        **facts,
    )


def end(session: Session, hall: Cast, window_id: int, on: date, **facts: Any) -> Window:
    """A window that goes out of use, or into `successor_id`."""
    facts = {"now": NOW, **facts}
    return service.retire_window(
        session, facts.pop("by", hall.administrator), window_id,
        site_id=hall.site_id, on=on, **facts,
    )  # fmt: skip


def spans(session: Session, hall: Cast) -> list[tuple[date, date]]:
    """The pauses of A01."""
    return [
        (one.first, one.last) for one in service.pauses(session, hall.site_id).get(hall.a01, [])
    ]


def test_a_pause_begins_today_or_later(session: Session, hall: Cast) -> None:
    pause(session, hall, TODAY, TODAY + 2 * DAY)
    assert spans(session, hall) == [(TODAY, TODAY + 2 * DAY)]
    with pytest.raises(PauseInPast):
        pause(session, hall, TODAY - DAY, TODAY, window_id=hall.a02)


def test_today_is_the_day_in_the_halls_own_zone(session: Session, hall: Cast) -> None:
    evening = NOW.replace(hour=17)  # Tuesday already in Shanghai
    with pytest.raises(PauseInPast):
        pause(session, hall, TODAY, LATER, now=evening)
    pause(session, hall, TODAY + DAY, LATER, now=evening)


@pytest.mark.parametrize(
    ("facts", "error"),
    [
        ({"reason": "  "}, ReasonMissing),
        ({"reason": "长" * 201}, TextTooLong),
        ({"last": TODAY + DAY}, LastBeforeFirst),
    ],
)
def test_a_pause_needs_a_reason_and_an_end(
    session: Session, hall: Cast, facts: dict[str, Any], error: type[Exception]
) -> None:
    with pytest.raises(error):
        pause(session, hall, TODAY + 2 * DAY, **{"last": LATER, **facts})


def test_pauses_of_a_window_do_not_overlap(session: Session, hall: Cast) -> None:
    pause(session, hall, TODAY + 2 * DAY, TODAY + 4 * DAY)
    for first, last in ((2, 4), (0, 2), (4, 6), (0, 9), (3, 3)):
        with pytest.raises(PausesOverlap):
            pause(session, hall, TODAY + first * DAY, TODAY + last * DAY)
    pause(session, hall, TODAY, TODAY + DAY)
    pause(session, hall, TODAY + 5 * DAY, TODAY + 6 * DAY)
    pause(session, hall, TODAY + 2 * DAY, TODAY + 4 * DAY, window_id=hall.a02)


def test_a_pause_may_be_extended_or_end_early(session: Session, hall: Cast) -> None:
    made = pause(session, hall, TODAY, LATER)
    later = NOW + 3 * DAY

    def set_end(last: date, now: datetime = later) -> None:
        service.set_pause_end(
            session, hall.administrator, made.id, site_id=hall.site_id, last=last, now=now
        )

    set_end(LATER + 5 * DAY)
    assert spans(session, hall) == [(TODAY, LATER + 5 * DAY)]
    set_end(TODAY)  # served again today: the days gone by stay excused
    assert spans(session, hall) == [(TODAY, TODAY + 2 * DAY)]
    with pytest.raises(PauseOver):
        set_end(LATER)


def test_a_pause_that_has_not_begun_can_be_dropped(session: Session, hall: Cast) -> None:
    made = pause(session, hall, TODAY + 2 * DAY, LATER)
    service.set_pause_end(
        session, hall.administrator, made.id, site_id=hall.site_id, last=TODAY, now=NOW
    )
    assert spans(session, hall) == []


def test_a_pause_is_not_extended_into_the_next_one(session: Session, hall: Cast) -> None:
    made = pause(session, hall, TODAY, TODAY + DAY)
    pause(session, hall, TODAY + 3 * DAY, LATER)
    with pytest.raises(PausesOverlap):
        service.set_pause_end(
            session, hall.administrator, made.id, site_id=hall.site_id, last=LATER, now=NOW
        )


def test_a_window_that_is_to_end_rests_before_that_day_only(session: Session, hall: Cast) -> None:
    end(session, hall, hall.a01, LATER)
    with pytest.raises(PausedWhenRetired):
        pause(session, hall, TODAY, LATER)
    pause(session, hall, TODAY, LATER - DAY)


def test_the_end_of_a_window_cuts_its_pauses(session: Session, hall: Cast) -> None:
    pause(session, hall, TODAY, LATER + DAY)
    pause(session, hall, LATER + 3 * DAY, LATER + 5 * DAY)
    end(session, hall, hall.a01, LATER)
    assert spans(session, hall) == [(TODAY, LATER - DAY)]


def test_a_window_ends_on_its_day_and_its_people_keep_their_access(
    session: Session, hall: Cast
) -> None:
    window = end(session, hall, hall.a01, LATER)
    assert (window.is_active, window.retired_on) == (True, LATER)
    assert service.end_windows(session, NOW + 9 * DAY) == 0
    assert service.end_windows(session, NOW + 10 * DAY) == 1
    assert service.end_windows(session, NOW + 10 * DAY) == 0
    assert not window.is_active
    assert [one.code for one in service.list_windows(session, hall.site_id)] == ["A02", "A03"]
    assert hall.a01 in service.window_names(session, hall.site_id)
    assert accounts.lead_of(session, hall.a01) == hall.lead.user_id
    with pytest.raises(WindowGone):
        pause(session, hall, LATER, LATER)
    with pytest.raises(WindowGone):
        end(session, hall, hall.a01, LATER)
    with pytest.raises(WindowGone):
        service.update_window(
            session, hall.administrator, hall.a01, site_id=hall.site_id, name="新名", now=NOW
        )


def test_a_window_may_end_today_but_not_in_hindsight(session: Session, hall: Cast) -> None:
    with pytest.raises(RetireInPast):
        end(session, hall, hall.a01, TODAY - DAY)
    assert not end(session, hall, hall.a01, TODAY).is_active


def test_an_end_that_lies_ahead_can_be_taken_back(session: Session, hall: Cast) -> None:
    window = end(session, hall, hall.a01, LATER, successor_id=hall.a02)
    with pytest.raises(RetirementPlanned):
        end(session, hall, hall.a01, LATER + DAY)
    service.keep_window(session, hall.administrator, hall.a01, site_id=hall.site_id, now=NOW)
    assert (window.retired_on, window.successor_id) == (None, None)
    assert service.end_windows(session, NOW + 30 * DAY) == 0


def test_a_merger_takes_effect_on_its_day_and_tells_every_feature_once(
    session: Session, hall: Cast, merged: list[tuple[int, int]]
) -> None:
    end(session, hall, hall.a01, LATER, successor_id=hall.a03)
    assert merged == []
    assert accounts.lead_of(session, hall.a01) == hall.lead.user_id
    for _again in range(2):
        service.end_windows(session, NOW + 10 * DAY)
    assert merged == [(hall.a01, hall.a03)]


def _roles_at(session: Session, window_id: int) -> dict[int, str]:
    query = select(Membership).where(Membership.window_id == window_id)
    return {one.user_id: one.role for one in session.scalars(query)}


def test_people_go_to_the_successor_which_keeps_its_lead(session: Session, hall: Cast) -> None:
    end(session, hall, hall.a01, TODAY, successor_id=hall.a03)
    assert _roles_at(session, hall.a01) == {}
    assert _roles_at(session, hall.a03) == {
        hall.other_lead.user_id: "lead",
        hall.other_staff.user_id: "staff",
        hall.staff.user_id: "staff",
        hall.second_staff.user_id: "staff",
        hall.lead.user_id: "staff",
    }
    assert accounts.lead_of(session, hall.a02) == hall.lead.user_id


def test_one_who_leads_both_goes_on_leading_the_one(session: Session, hall: Cast) -> None:
    end(session, hall, hall.a01, TODAY, successor_id=hall.a02)
    assert _roles_at(session, hall.a02)[hall.lead.user_id] == "lead"
    assert accounts.lead_of(session, hall.a02) == hall.lead.user_id


def test_a_successor_without_a_lead_gets_the_other_windows(session: Session, hall: Cast) -> None:
    accounts.revoke_role(session, None, hall.other_lead.user_id, Role.LEAD, hall.a03, now=NOW)
    end(session, hall, hall.a01, TODAY, successor_id=hall.a03)
    assert accounts.lead_of(session, hall.a03) == hall.lead.user_id


def test_tablets_deputies_and_the_roster_ahead_follow_a_merger(
    session: Session, hall: Cast
) -> None:
    token = tablet(session, hall, hall.a01)
    facts = {"site_id": hall.site_id, "window_id": hall.a01, "created_at": NOW}
    past = Deputy(user_id=hall.staff.user_id, first=TODAY - 3 * DAY, last=None, **facts)
    session.add(past)
    session.add(Deputy(user_id=hall.staff.user_id, first=LATER, last=None, **facts))
    staff = {"site_id": hall.site_id, "user_id": hall.staff.user_id, "window_id": hall.a01}
    session.add_all(Duty(**staff, on_date=on) for on in (TODAY - DAY, TODAY + DAY))
    session.flush()
    end(session, hall, hall.a01, TODAY, successor_id=hall.a03)
    found = accounts.tablet_of(session, token)
    assert found is not None and found.window_ids == {hall.a03}
    assert session.scalars(select(Deputy)).all() == [past]
    assert past.last == TODAY - DAY
    duties = session.execute(select(Duty.on_date, Duty.window_id).order_by(Duty.on_date)).all()
    assert [tuple(row) for row in duties] == [
        (TODAY - DAY, hall.a01),
        (TODAY + DAY, hall.a03),
    ]


def test_deputies_end_with_a_window_that_goes_out_of_use(session: Session, hall: Cast) -> None:
    facts = {"site_id": hall.site_id, "window_id": hall.a01, "created_at": NOW}
    user_id = hall.staff.user_id
    over = Deputy(user_id=user_id, first=TODAY - 9 * DAY, last=TODAY - 8 * DAY, **facts)
    past = Deputy(user_id=user_id, first=TODAY - 3 * DAY, last=None, **facts)
    ahead = Deputy(user_id=user_id, first=LATER, last=None, **facts)
    other = Deputy(user_id=user_id, first=TODAY, last=None, **{**facts, "window_id": hall.a02})
    session.add_all([over, past, ahead, other])
    session.flush()
    end(session, hall, hall.a01, TODAY)
    left = session.scalars(select(Deputy).order_by(Deputy.id)).all()
    assert [(one.id, one.last) for one in left] == [
        (over.id, TODAY - 8 * DAY), (past.id, TODAY - DAY), (other.id, None),
    ]  # fmt: skip
    ended = select(Entry).where(Entry.action == "accounts.end_deputy")
    assert [one.object_id for one in session.scalars(ended)] == [user_id, user_id]


def test_a_successor_is_not_paused_over_the_day_of_a_merger(session: Session, hall: Cast) -> None:
    end(session, hall, hall.a01, LATER, successor_id=hall.a02)
    with pytest.raises(PausedWhenMerged) as told:
        pause(session, hall, LATER - DAY, LATER, window_id=hall.a02)
    assert "A01" in told.value.message() and "12月3日" in told.value.message()
    before = pause(session, hall, LATER - 2 * DAY, LATER - DAY, window_id=hall.a02)
    pause(session, hall, LATER + DAY, LATER + DAY, window_id=hall.a02)
    with pytest.raises(PausedWhenMerged):
        service.set_pause_end(
            session, hall.administrator, before.id, site_id=hall.site_id, last=LATER, now=NOW
        )
    service.keep_window(session, hall.administrator, hall.a01, site_id=hall.site_id, now=NOW)
    pause(session, hall, LATER, LATER, window_id=hall.a02)


def test_a_successor_stays_and_serves(session: Session, hall: Cast) -> None:
    def merge(into: int, window_id: int = hall.a01) -> None:
        end(session, hall, window_id, LATER, successor_id=into)

    with pytest.raises(MergesIntoItself):
        merge(hall.a01)
    with pytest.raises(NotFound):
        merge(hall.foreign_window)
    resting = pause(session, hall, LATER - DAY, LATER + 90 * DAY, window_id=hall.a02)
    with pytest.raises(SuccessorPaused):
        merge(hall.a02)
    service.set_pause_end(
        session, hall.administrator, resting.id, site_id=hall.site_id, last=TODAY, now=NOW
    )
    merge(hall.a02)
    with pytest.raises(SuccessorOfOthers):  # no circle
        merge(hall.a01, hall.a02)
    with pytest.raises(SuccessorEnds):
        merge(hall.a01, hall.a03)
    with pytest.raises(SuccessorOfOthers):
        merge(hall.a03, hall.a02)
    service.end_windows(session, NOW + 10 * DAY)
    with pytest.raises(SuccessorEnds):
        merge(hall.a01, hall.a03)


def test_windows_are_the_administrators_and_those_of_the_own_hall(
    session: Session, hall: Cast
) -> None:
    made = pause(session, hall, TODAY, LATER)
    for role, actor in hall.everyone().items():
        if role == "administrator":
            continue
        with pytest.raises(NotAllowed):
            pause(session, hall, LATER + DAY, LATER + DAY, by=actor)
        with pytest.raises(NotAllowed):
            end(session, hall, hall.a02, LATER, by=actor)
        with pytest.raises(NotAllowed):
            service.keep_window(session, actor, hall.a02, site_id=hall.site_id, now=NOW)
        with pytest.raises(NotAllowed):
            service.set_pause_end(
                session, actor, made.id, site_id=hall.site_id, last=LATER, now=NOW
            )
    with pytest.raises(NotFound):
        pause(session, hall, TODAY, TODAY, window_id=hall.foreign_window)
    with pytest.raises(NotFound):
        end(session, hall, hall.foreign_window, LATER)


def test_every_step_is_in_the_journal(session: Session, hall: Cast) -> None:
    made = pause(session, hall, TODAY, LATER)
    service.set_pause_end(
        session, hall.administrator, made.id, site_id=hall.site_id, last=TODAY, now=NOW
    )
    end(session, hall, hall.a01, LATER)
    service.keep_window(session, hall.administrator, hall.a01, site_id=hall.site_id, now=NOW)
    end(session, hall, hall.a01, TODAY, successor_id=hall.a02)
    actions = session.scalars(
        select(Entry.action)
        .where(Entry.object == "window", Entry.object_id == hall.a01)
        .order_by(Entry.id)
    )
    assert list(actions) == [
        "workplace.pause_window", "workplace.set_pause_end", "workplace.retire_window",
        "workplace.keep_window", "workplace.merge_window", "accounts.move_members",
        "workplace.end_window",
    ]  # fmt: skip
