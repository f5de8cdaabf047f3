"""Reviews without changes, and filing: what is refused."""

from datetime import date, timedelta

import pytest
from sqlalchemy.orm import Session

from drills.plans.content import Group, Organisation
from drills.plans.errors import FiledBeforePublished, ReviewedWithoutThem
from drills.plans.service import get_version, on_day, revise
from drills.plans.service.care import record_filing, record_review
from drills.plans.service.contacts import (
    contacts,
    first_callers,
    viewer_of,
    with_the_left_marked,
)
from drills.plans.service.detail import get_detail
from drills.plans.service.drafting import draft_of
from drills.plans.service.listing import list_documents
from safety_app.accounts.models import User
from safety_app.core.access import Actor
from safety_app.core.errors import NotFound
from safety_app.workplace.models import Site
from tests.cast import NOW, TODAY, Cast
from tests.drills.plans.documents import make_plan, next_version, put_in_force, save


def leave(session: Session, user_id: int) -> str:
    """Somebody has gone; their name."""
    user = session.get_one(User, user_id)
    user.is_active, user.left_on = False, TODAY
    session.flush()
    return user.name


def test_a_plan_that_names_who_left_is_not_reviewed_as_good(session: Session, hall: Cast) -> None:
    document = make_plan(session, hall)
    name = leave(session, hall.staff.user_id)
    with pytest.raises(ReviewedWithoutThem) as refused:
        record_review(session, hall.manager, document.id, note="仍然适用", now=NOW)
    assert refused.value.facts["names"] == name


def test_a_version_is_not_filed_before_it_was_published(session: Session, hall: Cast) -> None:
    document = make_plan(session, hall)
    for days in (1, 9000):
        with pytest.raises(FiledBeforePublished):
            record_filing(
                session, hall.officer, document.id, authority="应急管理局",
                filed_on=TODAY - timedelta(days=days), now=NOW,
            )  # fmt: skip
    record_filing(
        session, hall.officer, document.id, authority="应急管理局", filed_on=TODAY, now=NOW
    )


def test_a_filing_goes_to_the_version_in_force_before_the_one_to_come(
    session: Session, hall: Cast
) -> None:
    site = session.get_one(Site, hall.site_id)
    site.crowded_place = site.business_operator = True
    document = make_plan(session, hall)
    first = document.current_id
    begins = TODAY + timedelta(days=60)
    second = next_version(session, hall, document, days=1, effective_on=begins)

    def shown(days: int = 2) -> list[tuple[int, date | None]]:
        found = get_detail(
            session, hall.officer, document.id, today=TODAY + timedelta(days=days)
        ).filings
        return [(one.version, one.filed_on) for one in found]

    def file(days: int, version_id: int | None = None) -> int:
        return record_filing(
            session, hall.officer, document.id, authority="应急管理局", version_id=version_id,
            filed_on=TODAY + timedelta(days=days), now=NOW + timedelta(days=days),
        ).version_id  # fmt: skip

    assert shown() == [(1, None), (2, None)]
    assert file(2) == first
    assert shown() == [(1, TODAY + timedelta(days=2)), (2, None)]
    (stood,) = on_day(
        session, hall.site_id, TODAY + timedelta(days=59), today=TODAY + timedelta(days=90)
    )
    assert stood.is_current
    assert file(3) == second.id
    assert file(4) == second.id, "all are filed: the receipt of the last is put right"
    assert file(5, first) == first, "the form has said which"
    assert shown(60) == [(2, TODAY + timedelta(days=4))]


def test_a_version_that_is_replaced_before_it_begins_is_not_filed(
    session: Session, hall: Cast
) -> None:
    document = make_plan(session, hall)
    begins = TODAY + timedelta(days=60)
    for days in (1, 2):
        next_version(session, hall, document, days=days, effective_on=begins)
    found = get_detail(session, hall.officer, document.id, today=TODAY).filings
    assert [one.version for one in found] == [1, 3]


def test_no_version_of_another_plan_is_filed(session: Session, hall: Cast) -> None:
    document, other = make_plan(session, hall), make_plan(session, hall, "outage")
    with pytest.raises(NotFound):
        record_filing(
            session, hall.officer, document.id, authority="应急管理局", filed_on=TODAY, now=NOW,
            version_id=other.current_id,
        )  # fmt: skip


def test_the_deputy_is_called_where_the_leader_has_left(session: Session, hall: Cast) -> None:
    document = make_plan(session, hall)
    view = get_version(session, hall.site_id, document.current_id or 0)
    groups = [one.name.text for one in view.content.organisation.groups]
    callers, gaps = first_callers(session, hall.site_id, view.content)
    assert [one.what for one in callers] == groups and not gaps
    left = leave(session, hall.manager.user_id)
    callers, gaps = first_callers(session, hall.site_id, view.content)
    assert [(one.what, one.user_id, one.is_deputy) for one in callers] == [
        (group, hall.officer.user_id, True) for group in groups
    ]
    assert [(one.group, one.left) for one in gaps] == [(group, left) for group in groups]
    assert all(one.stand_in for one in gaps)
    leave(session, hall.officer.user_id)
    callers, gaps = first_callers(session, hall.site_id, view.content)
    assert not callers and not any(one.stand_in for one in gaps)


def test_who_left_is_marked_in_the_plan_as_printed(session: Session, hall: Cast) -> None:
    document = make_plan(session, hall)
    name = leave(session, hall.manager.user_id)
    view = get_version(session, hall.site_id, document.current_id or 0)
    marked = with_the_left_marked(session, hall.site_id, view).names
    found = marked.person(hall.manager.user_id), marked.person(hall.officer.user_id)
    assert found[0] and found[0].name == f"{name}（已离岗）"
    assert found[1] and "离岗" not in found[1].name


def test_a_third_party_sees_the_numbers_of_the_command_and_of_their_own_groups(
    session: Session, hall: Cast
) -> None:
    for one in (hall.manager, hall.lead):
        session.get_one(User, one.user_id).phone = f"1380000{one.user_id:04}"
    document = make_plan(session, hall)
    own = Group(name={"zh": "增设组"}, duties={"zh": "警戒"}, lead_id=hall.lead.user_id)
    revise(session, hall.officer, document.id, now=NOW)
    content, _sections = draft_of(session, document.id)
    groups = (*content.organisation.groups, own)
    save(session, hall, document, Organisation(groups=groups))
    put_in_force(session, hall, document)

    def phones(actor: Actor) -> set[str]:
        return {one.phone for one in contacts(
            session, hall.site_id, TODAY, viewer_of(actor)).duties if one.phone}  # fmt: skip

    manager, lead = (f"1380000{one.user_id:04}" for one in (hall.manager, hall.lead))
    assert phones(hall.staff) == {manager, lead}
    assert phones(hall.third_party) == {manager}
    (row,) = list_documents(session, hall.third_party, TODAY)
    assert row.coverage.of == 0 and not row.whys
