"""Somebody named in plans leaves."""

from datetime import timedelta

from sqlalchemy.orm import Session

from drills.plans.content import Card, Words
from drills.plans.models import Document, DraftStatus
from drills.plans.service import get_version, request_revision, revise
from drills.plans.service.custody import hand_over, held
from drills.plans.service.drafting import draft_of
from safety_app.accounts import service as accounts
from tests.cast import NOW, TODAY, Cast
from tests.drills.plans.documents import make_plan, put_in_force, save


def test_what_names_somebody_is_told_and_handed_over_into_a_draft(
    session: Session, hall: Cast
) -> None:
    document = make_plan(session, hall)
    gone, successor = hall.staff.user_id, hall.second_staff.user_id
    (plan,) = held(session, hall.site_id, gone, TODAY)
    assert "YA-01" in plan.text and "灭火行动组" in plan.text
    hand_over(session, hall.administrator, [plan.key], gone, successor, now=NOW)
    assert held(session, hall.site_id, gone, TODAY) == []
    assert document.draft_status == DraftStatus.DRAFTING
    people = draft_of(session, document.id)[0].people
    assert successor in people and gone not in people
    assert gone in get_version(session, hall.site_id, document.current_id or 0).content.people
    put_in_force(session, hall, document, now=NOW + timedelta(days=1))
    assert held(session, hall.site_id, gone, TODAY) == []


def test_a_draft_under_way_keeps_what_was_typed(session: Session, hall: Cast) -> None:
    document = make_plan(session, hall)
    revise(session, hall.officer, document.id, now=NOW)
    save(session, hall, document, Card(lines=Words(zh="喊：新写的")))
    gone, successor = hall.staff.user_id, hall.second_staff.user_id
    keys = [one.key for one in held(session, hall.site_id, gone, TODAY)]
    hand_over(session, hall.administrator, keys, gone, successor, now=NOW)
    content = draft_of(session, document.id)[0]
    assert content.card.lines.zh == "喊：新写的" and successor in content.people


def test_who_takes_over_what_they_do_already_stands_once(session: Session, hall: Cast) -> None:
    document = make_plan(session, hall)
    officer, manager = hall.officer.user_id, hall.manager.user_id
    keys = [one.key for one in held(session, hall.site_id, manager, TODAY)]
    hand_over(session, hall.administrator, keys, manager, officer, now=NOW)
    for group in draft_of(session, document.id)[0].organisation.groups:
        assert (group.lead_id, group.deputy_id) == (officer, None)
        assert officer not in group.member_ids


def test_revision_tasks_go_along_and_all_of_it_when_somebody_leaves(
    session: Session, hall: Cast
) -> None:
    document = make_plan(session, hall)
    staff, successor = hall.staff.user_id, hall.second_staff.user_id
    task = request_revision(
        session, hall.officer, document.id, why="改", source="x", owner_id=staff,
        due_on=TODAY, now=NOW,
    )  # fmt: skip
    things = accounts.held_by(session, hall.administrator, staff, now=NOW)
    mine = {one.id: successor for one in things if one.kind == "Emergency plans"}
    assert len(mine) == 2
    accounts.hand_over(session, hall.administrator, staff, mine, now=NOW)
    left = accounts.held_by(session, hall.administrator, staff, now=NOW)
    assert not [one for one in left if one.kind == "Emergency plans"]
    assert session.get_one(Document, document.id).draft_status is not None
    assert task.owner_id == staff
