"""Who has read the version in force, and who has not."""

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy.orm import Session

from drills.plans.errors import CodeNeeded, NotTheLatest
from drills.plans.models import RULES
from drills.plans.service import acknowledge, as_of, coverage, unread, withdraw
from drills.plans.service.detail import get_detail
from drills.plans.service.reading import read_by, readers
from safety_app.accounts.models import User
from safety_app.core.errors import NotAllowed, NotFound
from tests.cast import NOW, TODAY, Cast
from tests.drills.plans.documents import make_draft, make_plan, next_version, put_in_force


def test_a_version_is_read_once_by_each(session: Session, hall: Cast) -> None:
    document = make_plan(session, hall)
    (held,) = unread(session, hall.staff, TODAY)
    first = acknowledge(session, hall.staff, held.version_id, proved=False, now=NOW)
    again = acknowledge(session, hall.staff, held.version_id, proved=False, now=NOW)
    assert first.id == again.id
    assert unread(session, hall.staff, TODAY) == []
    assert [one.plan_id for one in unread(session, hall.lead, TODAY)] == [document.id]


def test_a_new_version_is_read_anew(session: Session, hall: Cast) -> None:
    document = make_plan(session, hall)
    old = document.current_id or 0
    acknowledge(session, hall.staff, old, proved=False, now=NOW)
    next_version(session, hall, document, days=0)
    assert [one.version for one in unread(session, hall.staff, TODAY)] == [2]
    with pytest.raises(NotTheLatest):
        acknowledge(session, hall.lead, old, proved=False, now=NOW)


def test_on_a_shared_tablet_the_own_six_digits_say_who_it_was(session: Session, hall: Cast) -> None:
    version_id = make_plan(session, hall).current_id or 0
    on_tablet = replace(hall.staff, device_id=1)
    with pytest.raises(CodeNeeded):
        acknowledge(session, on_tablet, version_id, proved=False, now=NOW)
    assert acknowledge(session, on_tablet, version_id, proved=True, now=NOW).by_code


def test_everybody_who_works_here_reads_plans_third_parties_where_they_are_named(
    session: Session, hall: Cast
) -> None:
    make_plan(session, hall)
    make_plan(session, hall, "evacuation", member_ids=(hall.third_party.user_id,))
    fire, evacuation = as_of(session, hall.site_id, TODAY)
    found = coverage(session, hall.site_id, [fire, evacuation])
    assert (found[fire.version_id].of, found[evacuation.version_id].of) == (8, 9)
    named = [one.scenario for one in unread(session, hall.third_party, TODAY)]
    assert named == ["evacuation"]


def test_rules_are_read_by_those_they_are_made_for(session: Session, hall: Cast) -> None:
    for scenario in RULES:
        put_in_force(session, hall, make_draft(session, hall, scenario))
    held = as_of(session, hall.site_id, TODAY, kinds=RULES)
    found = {one.kind: coverage(session, hall.site_id, held)[one.version_id].of for one in held}
    assert found == {"staff_rules": 8, "visitor_rules": 0, "third_party_rules": 1}
    assert [one.kind for one in unread(session, hall.third_party, TODAY)] == ["third_party_rules"]


def test_who_has_not_read_stands_first_and_who_left_is_not_counted(
    session: Session, hall: Cast
) -> None:
    make_plan(session, hall)
    (held,) = as_of(session, hall.site_id, TODAY)
    acknowledge(session, hall.staff, held.version_id, proved=False, now=NOW)
    acknowledge(session, hall.other_lead, held.version_id, proved=False, now=NOW)
    session.get_one(User, hall.other_lead.user_id).is_active = False
    session.flush()
    found = coverage(session, hall.site_id, [held])[held.version_id]
    assert (found.read, found.of, found.is_whole) == (1, 7, False)
    listed = readers(session, hall.officer, held)
    assert len(listed) == 7 and listed[-1].name == "王晓燕"
    assert [one.at is None for one in listed] == [True] * 6 + [False]
    with pytest.raises(NotAllowed):
        readers(session, hall.staff, held)


def test_a_version_of_another_hall_is_not_found(session: Session, hall: Cast) -> None:
    version_id = make_plan(session, hall).current_id or 0
    with pytest.raises(NotFound):
        acknowledge(session, hall.foreign_manager, version_id, proved=False, now=NOW)


def test_a_version_that_begins_later_is_read_beforehand(session: Session, hall: Cast) -> None:
    document = make_plan(session, hall)
    old = document.current_id or 0
    acknowledge(session, hall.lead, old, proved=False, now=NOW)
    begins = TODAY + timedelta(days=9)
    new = next_version(session, hall, document, days=1, effective_on=begins).id
    later = NOW + timedelta(days=2)
    seen = get_detail(session, hall.staff, document.id, today=later.date())
    assert seen.ahead is not None and seen.ahead.version.id == new and seen.ahead.must_read
    acknowledge(session, hall.staff, new, proved=False, now=later)
    acknowledge(session, hall.staff, old, proved=False, now=later)
    assert unread(session, hall.staff, begins) == []
    found = read_by(session, hall.manager, [old, new])
    assert {key: [one.user_id for one in some] for key, some in found.items()} == {
        old: [hall.staff.user_id, hall.lead.user_id], new: [hall.staff.user_id],
    }  # fmt: skip
    with pytest.raises(NotAllowed):
        read_by(session, hall.staff, [old])


def test_a_version_withdrawn_before_it_began_is_not_read(session: Session, hall: Cast) -> None:
    document = make_plan(session, hall)
    begins = TODAY + timedelta(days=9)
    new = next_version(session, hall, document, days=1, effective_on=begins).id
    withdraw(session, hall.manager, document.id, reason="合并", now=NOW + timedelta(days=2))
    with pytest.raises(NotTheLatest):
        acknowledge(session, hall.staff, new, proved=False, now=NOW + timedelta(days=3))
