"""From a draft to a version that never changes."""

from datetime import timedelta

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from drills.plans.content import Basics, Card, Measures, Organisation, Resource, Resources, Words
from drills.plans.errors import (
    CodesUnknown,
    DocumentChanged,
    DraftOpen,
    EffectiveBeforeLast,
    EffectiveInPast,
    GroupWithoutLead,
    NothingChanged,
    PersonLeft,
    SectionsEmpty,
    StepNotPossible,
)
from drills.plans.models import DraftStatus, NamedPerson, Section, Version
from drills.plans.service import (
    approve,
    create,
    discard,
    get_version,
    publish,
    revise,
    save_section,
    send_back,
    withdraw,
)
from drills.plans.service.drafting import draft_of
from drills.plans.service.versions import find_in_force, versions_of
from safety_app.accounts.models import User
from safety_app.core import journal
from safety_app.core.errors import NotAllowed, NotFound, TextMissing
from tests.cast import NOW, TODAY, Cast
from tests.drills.plans.documents import (
    make_draft,
    make_plan,
    next_version,
    put_in_force,
    save,
    staff,
)
from tests.equipment.items import make_item


def test_a_draft_becomes_version_1_with_its_names_and_hash(session: Session, hall: Cast) -> None:
    document = make_draft(session, hall)
    assert document.number == "YA-01"
    version = put_in_force(session, hall, document)
    assert (version.version, version.effective_on) == (1, TODAY)
    assert version.content["people"][str(hall.manager.user_id)]["name"] == "陈静"
    assert version.digest == journal.digest(version.content)
    assert "phone" not in version.content["people"][str(hall.manager.user_id)]
    assert (document.current_id, document.draft_status) == (version.id, None)
    view = get_version(session, hall.site_id, version.id)
    assert view.content.organisation.groups[0].lead_id == hall.manager.user_id
    assert (view.approved_by, view.drafted_by) == ("陈静", "刘洋")


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE plan_versions SET title = 'x' WHERE id = :id",
        "DELETE FROM plan_versions WHERE id = :id",
    ],
)
def test_the_database_refuses_to_change_a_version(
    session: Session, hall: Cast, statement: str
) -> None:
    version_id = make_plan(session, hall).current_id
    with pytest.raises(DBAPIError, match="never changes"), session.begin_nested():
        session.execute(text(statement), {"id": version_id})


def test_names_stay_as_they_were_whatever_becomes_of_the_person(
    session: Session, hall: Cast
) -> None:
    document = make_plan(session, hall)
    session.get_one(User, hall.staff.user_id).name = "王某"
    session.flush()
    view = get_version(session, hall.site_id, document.current_id or 0)
    assert view.names.people[hall.staff.user_id].name == "王晓燕"


def test_whoever_has_left_is_refused_by_name(session: Session, hall: Cast) -> None:
    document = make_draft(session, hall)
    approve(session, hall.manager, document.id, row_version=None, now=NOW)
    session.get_one(User, hall.staff.user_id).is_active = False
    session.flush()
    with pytest.raises(PersonLeft, match="王晓燕"):
        publish(session, hall.manager, document.id, now=NOW)
    assert session.scalars(select(Version)).all() == []


@pytest.mark.parametrize(
    ("part", "section"),
    [
        (Basics(title=Words(zh="火灾")), Section.BASICS),
        (Organisation(), Section.ORGANISATION),
        (Measures(), Section.MEASURES),
        (Card(), Section.CARD),
    ],
)
def test_an_empty_section_is_refused(
    session: Session, hall: Cast, part: Basics | Organisation | Measures | Card, section: Section
) -> None:
    document = make_draft(session, hall)
    save(session, hall, document, part)
    with pytest.raises(SectionsEmpty):
        approve(session, hall.manager, document.id, row_version=None, now=NOW)


def test_a_group_needs_a_leader(session: Session, hall: Cast) -> None:
    document = make_draft(session, hall, lead_id=None)
    with pytest.raises(GroupWithoutLead, match="总指挥"):
        approve(session, hall.manager, document.id, row_version=None, now=NOW)


def test_what_is_changed_after_the_approval_must_be_approved_again(
    session: Session, hall: Cast
) -> None:
    document = make_draft(session, hall)
    approve(session, hall.manager, document.id, row_version=None, now=NOW)
    save(session, hall, document, Card(lines=Words(zh="喊：着火了")))
    assert document.draft_status == DraftStatus.DRAFTING and document.approved_by is None
    with pytest.raises(StepNotPossible):
        publish(session, hall.manager, document.id, now=NOW)


def test_what_changed_since_it_was_shown_is_not_approved(session: Session, hall: Cast) -> None:
    document = make_draft(session, hall)
    shown = document.row_version
    staff(session, hall, document, member_ids=())
    with pytest.raises(DocumentChanged):
        approve(session, hall.manager, document.id, row_version=shown, now=NOW)


def test_the_officer_drafts_and_the_manager_approves_and_publishes(
    session: Session, hall: Cast
) -> None:
    for actor in (hall.staff, hall.lead, hall.administrator, hall.third_party):
        with pytest.raises(NotAllowed):
            create(session, actor, scenario="fire", now=NOW)
    document = make_draft(session, hall)
    card = Card(lines=Words(zh="喊"))
    with pytest.raises(NotAllowed):
        save_section(session, hall.lead, document.id, card, row_version=None, now=NOW)
    with pytest.raises(NotAllowed):
        approve(session, hall.officer, document.id, row_version=None, now=NOW)
    approve(session, hall.manager, document.id, row_version=None, now=NOW)
    with pytest.raises(NotAllowed):
        publish(session, hall.officer, document.id, now=NOW)
    with pytest.raises(NotFound):
        publish(session, hall.foreign_manager, document.id, now=NOW)


def test_an_approval_is_taken_back_with_a_reason(session: Session, hall: Cast) -> None:
    document = make_draft(session, hall)
    approve(session, hall.manager, document.id, row_version=None, now=NOW)
    with pytest.raises(TextMissing):
        send_back(session, hall.manager, document.id, reason=" ", now=NOW)
    send_back(session, hall.manager, document.id, reason="集合点改了", now=NOW)
    assert document.draft_status == DraftStatus.DRAFTING


def test_a_revision_starts_from_the_last_version_and_becomes_the_next(
    session: Session, hall: Cast
) -> None:
    document = make_plan(session, hall)
    second = next_version(session, hall, document, days=1, because="增设警戒")
    assert [one.version for one in versions_of(session, document.id)] == [2, 1]
    assert (second.version, second.because) == (2, "增设警戒")
    assert document.current_id == second.id


def test_a_version_like_the_one_before_is_refused(session: Session, hall: Cast) -> None:
    document = make_plan(session, hall)
    revise(session, hall.officer, document.id, now=NOW)
    approve(session, hall.manager, document.id, row_version=None, now=NOW)
    with pytest.raises(NothingChanged):
        publish(session, hall.manager, document.id, now=NOW)


def test_there_is_one_draft_at_a_time(session: Session, hall: Cast) -> None:
    document = make_plan(session, hall)
    revise(session, hall.officer, document.id, now=NOW)
    with pytest.raises(DraftOpen):
        revise(session, hall.manager, document.id, now=NOW)


def test_nothing_is_in_force_before_it_was_published_nor_before_its_forerunner(
    session: Session, hall: Cast
) -> None:
    document = make_draft(session, hall)
    yesterday, tomorrow = TODAY - timedelta(days=1), TODAY + timedelta(days=1)
    approve(session, hall.manager, document.id, row_version=None, now=NOW)
    with pytest.raises(EffectiveInPast):
        publish(session, hall.manager, document.id, effective_on=yesterday, now=NOW)
    publish(session, hall.manager, document.id, effective_on=tomorrow, now=NOW)
    with pytest.raises(EffectiveBeforeLast):
        next_version(session, hall, document, days=0)


def test_a_draft_thrown_away_leaves_the_version_in_force(session: Session, hall: Cast) -> None:
    document = make_plan(session, hall)
    first = document.current_id
    revise(session, hall.officer, document.id, now=NOW)
    save(session, hall, document, Basics(title=Words(zh="别的"), risk=Words(zh="x")))
    discard(session, hall.officer, document.id, now=NOW)
    assert (document.current_id, document.draft_status) == (first, None)
    assert document.title == "火灾现场处置方案" and document.withdrawn_on is None
    assert draft_of(session, document.id)[1] == {}


def test_a_draft_never_published_goes_when_it_is_thrown_away(session: Session, hall: Cast) -> None:
    document = make_draft(session, hall)
    discard(session, hall.officer, document.id, now=NOW)
    assert document.withdrawn_on == TODAY
    assert session.scalars(select(NamedPerson)).all() == []


def test_withdrawing_needs_a_reason_and_can_be_undone_by_a_new_version(
    session: Session, hall: Cast
) -> None:
    document = make_plan(session, hall)
    with pytest.raises(TextMissing):
        withdraw(session, hall.manager, document.id, reason="", now=NOW)
    withdraw(session, hall.manager, document.id, reason="并入综合预案", now=NOW)
    assert document.withdrawn_on == TODAY
    with pytest.raises(StepNotPossible):
        withdraw(session, hall.manager, document.id, reason="再次", now=NOW)
    next_version(session, hall, document, days=3)
    assert document.withdrawn_on is None


@pytest.mark.parametrize("days", [0, 3])
def test_what_was_withdrawn_comes_back_unchanged_as_the_next_version(
    session: Session, hall: Cast, days: int
) -> None:
    document = make_plan(session, hall)
    withdraw(session, hall.manager, document.id, reason="并入综合预案", now=NOW)
    assert find_in_force(session, hall.site_id, document.id, TODAY) is None
    now, today = NOW + timedelta(days=days), TODAY + timedelta(days=days)
    revise(session, hall.officer, document.id, now=now)
    again = put_in_force(session, hall, document, now=now)
    assert again.version == 2
    held = find_in_force(session, hall.site_id, document.id, today)
    assert held and held.version_id == again.id and document.withdrawn_on is None
    revise(session, hall.officer, document.id, now=now)
    with pytest.raises(NothingChanged):
        put_in_force(session, hall, document, now=now)


def test_things_are_frozen_with_name_and_place(session: Session, hall: Cast) -> None:
    item = make_item(session, hall)
    document = make_draft(session, hall)
    save(session, hall, document, Resources(items=(Resource(code=item.code.lower()),)))
    version = put_in_force(session, hall, document)
    things = get_version(session, hall.site_id, version.id).names.things
    assert things[item.code].is_known and "综合窗口" in things[item.code].display_place


def test_a_plan_does_not_count_on_things_of_no_register(session: Session, hall: Cast) -> None:
    document = make_draft(session, hall)
    save(session, hall, document, Resources(items=(Resource(code="NOPE-99"),)))
    with pytest.raises(CodesUnknown, match="NOPE-99"):
        approve(session, hall.manager, document.id, row_version=None, now=NOW)
