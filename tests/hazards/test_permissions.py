"""Who may do what: every role, every step, own window, foreign window and common areas."""

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy.orm import Session

from hazards import service
from hazards.lifecycle import may
from hazards.models import Category, ExtensionReason, Hazard, Level, Origin, Status, Step
from safety_app.core.access import Actor
from safety_app.core.errors import AppError, NotAllowed, NotFound
from tests.cast import NOW, TODAY, Cast
from tests.factories import make_hazard, make_photo

ROLES = ("staff", "lead", "officer", "manager", "administrator", "third_party")
PLACES = ("own", "foreign", "common")

# For each step: role -> places where it may be taken.
EVERYWHERE = frozenset(PLACES)
MAY: dict[str, dict[str, frozenset[str]]] = {
    "report": dict.fromkeys(ROLES, EVERYWHERE),
    "view": {
        "staff": frozenset({"own", "common"}),
        "lead": frozenset({"own", "common"}),
        "officer": EVERYWHERE,
        "manager": EVERYWHERE,
    },
    "assign": {"lead": frozenset({"own"}), "officer": EVERYWHERE},
    "set_level": {"lead": frozenset({"own"}), "officer": EVERYWHERE},
    "extend": {"lead": frozenset({"own"}), "officer": EVERYWHERE},
    "extend_grave": {"manager": EVERYWHERE},
    "fix": {},
    "accept": {"lead": frozenset({"own"}), "officer": EVERYWHERE, "manager": EVERYWHERE},
    "send_back": {"lead": frozenset({"own"}), "officer": EVERYWHERE, "manager": EVERYWHERE},
    "void": {"manager": EVERYWHERE},
}
NEEDS = {
    "report": None,
    "view": Status.REGISTERED,
    "assign": Status.REGISTERED,
    "set_level": Status.REGISTERED,
    "extend": Status.ASSIGNED,
    "extend_grave": Status.ASSIGNED,
    "fix": Status.ASSIGNED,
    "accept": Status.FIXED,
    "send_back": Status.FIXED,
    "void": Status.REGISTERED,
}


def _actions(session: Session, hazard: Hazard) -> dict[str, Callable[[Actor], Any]]:
    common: dict[str, Any] = {"row_version": hazard.row_version, "now": NOW}
    later = TODAY.replace(month=12, day=15)
    waiting = ExtensionReason.AWAITING_FUNDS
    return {
        "view": lambda actor: service.get(session, actor, hazard.id, now=NOW),
        "assign": lambda actor: service.assign(
            session, actor, hazard.id,
            owner_id=actor.user_id, fix_by=TODAY, measures="清理", **common,
        ),
        "set_level": lambda actor: service.set_level(
            session, actor, hazard.id, level=Level.MINOR, reason="轻", **common
        ),
        "extend": lambda actor: service.extend(
            session, actor, hazard.id, fix_by=later, reason=waiting, **common
        ),
        "extend_grave": lambda actor: service.extend(
            session, actor, hazard.id, fix_by=later, reason=waiting, **common
        ),
        "fix": lambda actor: service.fix(
            session, actor, hazard.id, note="好了", photos=[make_photo("x")], **common
        ),
        "accept": lambda actor: service.accept(session, actor, hazard.id, **common),
        "send_back": lambda actor: service.send_back(
            session, actor, hazard.id, reason="未固定", **common
        ),
        "void": lambda actor: service.void(session, actor, hazard.id, reason="看错", **common),
    }  # fmt: skip


def _place(hall: Cast, place: str) -> dict[str, Any]:
    places: dict[str, dict[str, Any]] = {
        "own": {"window_id": hall.a01},
        "foreign": {"window_id": hall.a03},
        "common": {"common": True},
    }
    return places[place]


@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize("step", MAY)
def test_each_role_may_do_just_what_the_table_says(
    session: Session, hall: Cast, step: str, role: str, place: str
) -> None:
    actor = hall.everyone()[role]
    expected = place in MAY[step].get(role, frozenset())
    if step == "report":
        where = {"location_id": hall.floor} if place == "common" else _place(hall, place)
        service.report(
            session, actor, what="堆物", level=Level.MINOR, category=Category.EXITS,
            origin=Origin.MANUAL, now=NOW, **where,
        )  # fmt: skip
        assert expected
        return
    grave = step == "extend_grave"
    hazard = make_hazard(
        session, hall, NEEDS[step] or Status.REGISTERED, by=hall.other_staff,
        owner=hall.other_lead, level=Level.SERIOUS if grave else Level.MODERATE,
        **_place(hall, place),
    )  # fmt: skip
    action = _actions(session, hazard)[step]
    if expected:
        action(actor)
        return
    with pytest.raises((NotAllowed, NotFound)):
        action(actor)


@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize("role", ROLES)
def test_an_owner_of_any_role_may_fix_wherever_it_is(
    session: Session, hall: Cast, role: str, place: str
) -> None:
    actor = hall.everyone()[role]
    hazard = make_hazard(
        session, hall, Status.ASSIGNED, owner=actor, by=hall.other_staff, **_place(hall, place)
    )
    _actions(session, hazard)["fix"](actor)
    assert hazard.status == Status.FIXED


@pytest.mark.parametrize("step", [step for step in MAY if step != "report"])
def test_nobody_of_another_site_sees_anything(session: Session, hall: Cast, step: str) -> None:
    hazard = make_hazard(session, hall, NEEDS[step] or Status.REGISTERED)
    with pytest.raises(NotFound):
        _actions(session, hazard)[step](hall.foreign_manager)


def test_who_reported_it_sees_it_wherever_it_is(session: Session, hall: Cast) -> None:
    hazard = make_hazard(session, hall, by=hall.third_party, window_id=hall.a03)
    assert service.get(session, hall.third_party, hazard.number, now=NOW).id == hazard.id
    with pytest.raises(NotFound):
        service.get(session, hall.staff, hazard.number, now=NOW)


def test_a_refusal_names_who_can(session: Session, hall: Cast) -> None:
    hazard = make_hazard(session, hall)
    with pytest.raises(NotAllowed) as refused:
        _actions(session, hazard)["assign"](hall.staff)
    assert "李敏" in refused.value.message() and "刘洋" in refused.value.message()


def test_the_page_offers_just_the_steps_that_the_services_take(
    session: Session, hall: Cast
) -> None:
    for status in (Status.REGISTERED, Status.ASSIGNED, Status.FIXED, Status.CLOSED):
        for actor in hall.everyone().values():
            hazard = make_hazard(session, hall, status, place=f"{status} {actor.name}")
            offered = service.get(session, hall.manager, hazard.id, now=NOW)
            assert offered.status == status
            for step in (Step.ASSIGN, Step.SET_LEVEL, Step.VOID, Step.FIX, Step.ACCEPT):
                possible = may(actor, hazard, step) and _status_allows(step, status)
                nested = session.begin_nested()
                try:
                    _actions(session, hazard)[step.value](actor)
                    taken = True
                except AppError:
                    taken = False
                nested.rollback()
                session.expire_all()
                assert taken == possible, (status, actor.name, step)


def _status_allows(step: Step, status: Status) -> bool:
    from hazards.lifecycle import RULES

    return status in RULES[step].before


def test_a_refused_extension_of_a_grave_one_names_the_manager(session: Session, hall: Cast) -> None:
    hazard = make_hazard(session, hall, Status.ASSIGNED, level=Level.SERIOUS)
    with pytest.raises(NotAllowed) as refused:
        _actions(session, hazard)["extend"](hall.lead)
    assert "陈静" in refused.value.message() and "李敏" not in refused.value.message()
