"""The inspection of one thing: opened, answered with numbers, submitted by account, swept."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from checklists import flows, service, subjects, templates
from checklists.entries import Entry
from checklists.errors import (
    InspectionClosed,
    NumberImpossible,
    PlanNeedsPlace,
    RunSubmitted,
    SheetIncomplete,
    UnknownChoice,
)
from checklists.models import Finding, Run, RunToken, TemplateItem
from checklists.service import Account
from checklists.templates import ChecklistFile, ItemFile
from hazards.models import Hazard, HazardStep, Origin, Step
from safety_app.accounts.errors import SignatureInvalid
from safety_app.core.access import Actor
from safety_app.core.errors import NotAllowed, NotFound
from safety_app.core.feature import (
    OPEN_DAYS,
    Feature,
    Inspected,
    Receipt,
    Subject,
    SubjectBrief,
    Subjects,
)
from tests.cast import NOW, TODAY, Cast
from tests.factories import make_task

KEY = "things:T-1"
LIST = "thing-monthly"
MINUTE = timedelta(minutes=1)
OPEN_FOR = timedelta(days=OPEN_DAYS)


@dataclass
class Thing:
    """What the owner of the things knows, and what it was told."""

    window_id: int | None
    refusal: str = ""
    barred: bool = False
    abandoned: list[Inspected] = field(default_factory=list)
    limits: dict[str, tuple[float | None, float | None]] = field(default_factory=dict)
    told: list[Inspected] = field(default_factory=list)

    def refuse(self, _session: Session, _actor: Actor, code: str) -> str:
        if code != "T-1":
            raise NotFound()
        return self.refusal

    def require(self, _session: Session, _actor: Actor, code: str, _now: datetime) -> None:
        if code != "T-1":
            raise NotFound()
        if self.barred:
            raise NotAllowed()

    def abandon(
        self, _session: Session, _site_id: int, _code: str, result: Inspected, _now: datetime
    ) -> None:
        self.abandoned.append(result)

    def find(self, _session: Session, _actor: Actor, _code: str, _now: datetime) -> Subject:
        return Subject("T-1 灭火器", "A01", "/")

    def brief(self, _session: Session, _site_id: int, _code: str) -> SubjectBrief:
        return SubjectBrief(
            LIST, "灭火器 T-1", "Extinguisher T-1", self.window_id, None, limits=self.limits
        )

    def inspected(
        self, _session: Session, _actor: Actor, _code: str, result: Inspected, _now: datetime
    ) -> Receipt:
        self.told.append(result)
        return Receipt((("下次检查", "2026-12-23"),), ("已送修",))


def _item(code: str, **facts: Any) -> ItemFile:
    usual: dict[str, Any] = {
        "code": code, "text": f"{code} 完好", "text_en": f"{code} sound", "problem": f"{code} 损坏",
        "problem_en": f"{code} broken", "auto": "hazard", "level": "moderate", "days": 7,
        "category": "fire_equipment", "source": "G50444 5.2.1", "group": "瓶体", "group_en": "Body",
    }  # fmt: skip
    return ItemFile.model_validate(usual | facts)


@pytest.fixture
def thing(session: Session, hall: Cast, monkeypatch: pytest.MonkeyPatch) -> Thing:
    """A thing at window A01 with a list of three points: look, weigh, scrap condition."""
    found = Thing(hall.a01)
    hooks = Subjects(
        refusal=found.refuse, require=found.require, find=found.find, brief=found.brief,
        inspected=found.inspected, abandoned=found.abandon,
    )  # fmt: skip
    feature = Feature(name="things", folder=Path(), subjects=hooks)
    monkeypatch.setattr(subjects, "features", lambda: (feature,))
    checklist = ChecklistFile.model_validate({
        "code": LIST, "title": "检查", "title_en": "Inspection", "target": "subject",
        "kind": "inspection", "rule": "每月一次", "rule_en": "Monthly",
        "parts": [{"code": "all", "name": "全部", "name_en": "All", "items": [
            _item("T01"), _item("T02", unit="kg", low=6.5), _item("T03", auto="scrap"),
        ]}],
    })  # fmt: skip
    templates.publish(session, checklist, now=NOW)
    return found


def items(session: Session) -> dict[str, int]:
    """The points of the list by code."""
    query = select(TemplateItem.code, TemplateItem.id).where(TemplateItem.code.startswith("T0"))
    return dict(session.execute(query).all())


class Walk:
    """One tablet that inspects."""

    def __init__(self, session: Session, actor: Actor, now: datetime = NOW) -> None:
        self.session, self.actor, self.seq = session, actor, 0
        self.opened = service.open_inspection(session, actor, KEY, now=now)
        self.points = items(session)

    def say(self, code: str, value: str, *, now: datetime = NOW, **facts: Any) -> service.Receipt:
        self.seq += 1
        entry = Entry(seq=self.seq, item_id=self.points[code], value=value, **facts)
        return service.record(self.session, self.opened.token, entry, now=now)

    def submit(self, now: datetime = NOW) -> service.Submitted:
        return service.submit(
            self.session, self.actor, self.opened.run_id, signature=Account(),
            last_seq=self.seq, now=now,
        )  # fmt: skip

    def run(self) -> Run:
        return self.session.get_one(Run, self.opened.run_id)


def test_a_thing_in_order_is_stored_and_its_owner_told_once(
    session: Session, hall: Cast, thing: Thing
) -> None:
    walk = Walk(session, hall.staff)
    walk.say("T01", "P")
    walk.say("T02", "P", number=6.8)
    walk.say("T03", "P")
    done = walk.submit()
    assert done.hazards == () and done.receipt
    assert done.receipt.lines == (("下次检查", "2026-12-23"),)
    assert walk.run().answers == "PPP" and walk.run().window_id == hall.a01
    assert "王晓燕" in walk.run().signature and '"account":true' in walk.run().signature
    assert [one.passed for one in thing.told] == [True]
    assert walk.submit().hazards == ()
    assert len(thing.told) == 1


def test_two_who_open_it_share_one_run_and_the_later_goes_on(
    session: Session, hall: Cast, thing: Thing
) -> None:
    first = Walk(session, hall.staff)
    first.say("T01", "P")
    second = Walk(session, hall.officer)
    assert second.opened.run_id == first.opened.run_id
    assert second.opened.answers == "P.." and second.opened.taken_over_from == "王晓燕"
    assert first.say("T03", "P").beside is True
    assert second.run().answers == "P.."


def test_a_number_is_judged_by_the_limits(session: Session, hall: Cast, thing: Thing) -> None:
    walk = Walk(session, hall.staff)
    walk.say("T02", "P", number=6.4)
    assert walk.run().answers == ".F."
    walk.say("T02", "F", number=6.5)
    assert walk.run().answers == ".P."
    thing.limits["T02"] = (7.0, 7.4)
    walk.say("T02", "P", number=6.9)
    assert walk.run().answers == ".F."
    kept = session.scalars(select(Finding).where(Finding.run_id == walk.opened.run_id)).one()
    assert kept.number == 6.9


def test_without_limits_the_person_says_what_the_number_means(
    session: Session, hall: Cast, thing: Thing
) -> None:
    thing.limits["T02"] = (None, None)
    walk = Walk(session, hall.staff)
    walk.say("T02", "F", number=1.0)
    assert walk.run().answers == ".F."


def test_a_point_without_a_unit_takes_no_number(session: Session, hall: Cast, thing: Thing) -> None:
    with pytest.raises(NumberImpossible):
        Walk(session, hall.staff).say("T01", "P", number=3)


def test_a_sheet_without_its_number_is_not_complete(
    session: Session, hall: Cast, thing: Thing
) -> None:
    walk = Walk(session, hall.staff)
    for code in ("T01", "T02", "T03"):
        walk.say(code, "P")
    with pytest.raises(SheetIncomplete) as refusal:
        walk.submit()
    assert "T02（数值）" in refusal.value.message()
    assert thing.told == []


def test_a_failure_is_a_hazard_of_the_thing_where_it_is_now(
    session: Session, hall: Cast, thing: Thing
) -> None:
    walk = Walk(session, hall.officer)
    walk.say("T01", "F", disposal="hazard", note="压把断裂")
    walk.say("T02", "P", number=7)
    walk.say("T03", "P")
    thing.window_id = hall.a02  # moved while the sheet was open
    (number,) = walk.submit().hazards
    hazard = session.scalars(select(Hazard).where(Hazard.number == number)).one()
    assert (hazard.source, hazard.window_id, hazard.origin) == (
        "things:T-1/T01", hall.a02, Origin.CHECK,
    )  # fmt: skip
    assert (hazard.what, hazard.what_en) == (
        "灭火器 T-1：T01 损坏", "Extinguisher T-1: T01 broken",
    )  # fmt: skip
    (told,) = thing.told
    assert (told.failed, told.scrap, told.place) == (("T01",), (), (hall.a01, None))


def test_the_same_failure_next_time_is_the_same_hazard_seen_again(
    session: Session, hall: Cast, thing: Thing
) -> None:
    numbers: list[str] = []
    for month in range(2):
        later = NOW + timedelta(days=31 * month)
        walk = Walk(session, hall.officer, later)
        walk.say("T01", "F", disposal="sighting" if month else "hazard", now=later)
        walk.say("T02", "P", number=7, now=later)
        walk.say("T03", "P", now=later)
        numbers += walk.submit(later).hazards
    assert numbers[0] == numbers[1]
    steps = session.scalars(select(HazardStep.step).order_by(HazardStep.id)).all()
    assert list(steps) == [Step.REGISTER, Step.SIGHT]


def test_a_scrap_condition_is_told_apart(session: Session, hall: Cast, thing: Thing) -> None:
    walk = Walk(session, hall.staff)
    walk.say("T01", "F", disposal="spot", note="已擦净")
    walk.say("T02", "P", number=7)
    walk.say("T03", "F", disposal="scrap")
    assert len(walk.submit().hazards) == 1
    (told,) = thing.told
    assert (told.failed, told.scrap, told.passed) == (("T03",), ("T03",), False)


def test_a_patrol_knows_no_scrap_condition_and_no_account_as_signature(
    session: Session, hall: Cast
) -> None:
    task = make_task(session, hall)
    opened = service.open_run(session, hall.staff, task.id, now=NOW)
    item = session.scalars(select(TemplateItem.id).where(TemplateItem.part_id == task.part_id))
    entry = Entry(seq=1, item_id=item.first(), value="F", disposal="scrap")
    with pytest.raises(UnknownChoice):
        service.record(session, opened.token, entry, now=NOW)
    with pytest.raises(SignatureInvalid):
        service.submit(
            session, hall.staff, opened.run_id, signature=Account(), last_seq=None, now=NOW
        )


def test_who_may_not_inspect_it_opens_nothing(session: Session, hall: Cast, thing: Thing) -> None:
    thing.barred = True
    with pytest.raises(NotAllowed):
        service.open_inspection(session, hall.staff, KEY, now=NOW)
    with pytest.raises(NotFound):
        service.open_inspection(session, hall.staff, "things:T-9", now=NOW)
    with pytest.raises(NotFound):
        service.open_inspection(session, hall.staff, "nothing:T-1", now=NOW)
    assert session.scalars(select(Run).where(Run.subject.is_not(None))).all() == []


def test_what_was_seen_stays_seen_whatever_became_of_the_thing(
    session: Session, hall: Cast, thing: Thing
) -> None:
    thing.refusal = "T-1 已报废。"  # while the page lay open without a network
    walk = Walk(session, hall.staff)
    walk.say("T01", "P")
    walk.say("T02", "P", number=7)
    walk.say("T03", "P")
    assert walk.submit().hazards == () and len(thing.told) == 1


def test_a_scrap_condition_that_nobody_submitted_is_told_all_the_same(
    session: Session, hall: Cast, thing: Thing
) -> None:
    walk = Walk(session, hall.staff)
    walk.say("T03", "F", disposal="scrap")
    flows.sweep_inspections(session, NOW + OPEN_FOR)
    (told,) = thing.abandoned
    assert told.scrap == ("T03",) and thing.told == []


def test_what_was_found_and_never_submitted_is_registered_after_days(
    session: Session, hall: Cast, thing: Thing
) -> None:
    walk = Walk(session, hall.staff)
    walk.say("T01", "F", disposal="hazard")
    assert flows.sweep_inspections(session, NOW + OPEN_FOR - MINUTE) == 0
    tomorrow = NOW + OPEN_FOR
    assert flows.sweep_inspections(session, tomorrow) == 1
    assert flows.sweep_inspections(session, tomorrow) == 0
    hazard = session.scalars(select(Hazard)).one()
    assert hazard.source == "things:T-1/T01" and hazard.registered_by == hall.staff.user_id
    assert thing.told == [] and walk.run().swept_at == tomorrow
    with pytest.raises(InspectionClosed):
        walk.submit(tomorrow)


def test_what_arrives_after_closing_is_looked_at_once_more(
    session: Session, hall: Cast, thing: Thing
) -> None:
    walk = Walk(session, hall.staff)
    closed = NOW + OPEN_FOR
    flows.sweep_inspections(session, closed)
    walk.say("T01", "F", now=closed + MINUTE, disposal="hazard")
    assert session.scalars(select(Hazard)).all() == []
    assert flows.sweep_inspections(session, closed + 2 * MINUTE) == 1
    assert session.scalars(select(Hazard.source)).all() == ["things:T-1/T01"]


def test_a_new_one_is_opened_beside_the_one_left_behind(
    session: Session, hall: Cast, thing: Thing
) -> None:
    old = Walk(session, hall.staff)
    old.say("T01", "F", disposal="hazard")
    tomorrow = NOW + OPEN_FOR
    new = Walk(session, hall.officer, tomorrow)
    assert new.opened.run_id != old.opened.run_id and new.opened.answers == "..."
    assert session.scalars(select(Hazard.source)).all() == ["things:T-1/T01"]


def test_the_sheet_says_all_that_its_page_needs(session: Session, hall: Cast, thing: Thing) -> None:
    thing.limits["T02"] = (7.0, None)
    facts = service.inspection_sheet(session, hall.staff, KEY, NOW)
    (tab,) = facts["tabs"]
    assert (facts["kind"], facts["open"], tab["state"]) == ("inspection", {"subject": KEY}, "open")
    assert tab["task_id"] == "things:T-1@2026-11-23"
    assert [(one["code"], one["group"], one["unit"], one["low"]) for one in tab["items"]] == [
        ("T01", "瓶体", "", None), ("T02", "瓶体", "kg", 7.0), ("T03", "瓶体", "", None),
    ]  # fmt: skip
    thing.refusal = "T-1 已报废。"
    (tab,) = service.inspection_sheet(session, hall.staff, KEY, NOW)["tabs"]
    assert tab["readonly_why"] == "T-1 已报废。"


def test_an_old_one_is_read_by_its_number(session: Session, hall: Cast, thing: Thing) -> None:
    walk = Walk(session, hall.staff)
    walk.say("T02", "P", number=7)
    walk.say("T01", "P")
    walk.say("T03", "P")
    walk.submit()
    run_id = walk.opened.run_id
    (tab,) = service.inspection_sheet(session, hall.officer, KEY, NOW, run_id=run_id)["tabs"]
    assert tab["state"] == "done" and tab["run"]["answers"] == {"T01": "P", "T02": "P", "T03": "P"}
    assert tab["run"]["findings"][0]["number"] == 7
    with pytest.raises(NotFound):
        service.inspection_sheet(session, hall.officer, KEY, NOW, run_id=run_id + 99)


def test_what_comes_after_the_submission_is_kept_beside(
    session: Session, hall: Cast, thing: Thing
) -> None:
    walk = Walk(session, hall.staff)
    walk.say("T01", "P")
    walk.say("T02", "P", number=7)
    walk.say("T03", "P")
    walk.submit()
    late = walk.say("T01", "F", disposal="hazard")
    assert isinstance(late.refused, RunSubmitted)
    assert walk.run().answers == "PPP"
    token = session.scalars(select(RunToken).where(RunToken.run_id == walk.opened.run_id)).one()
    assert token.last_seq == 4


def test_items_say_which_words_belong_together() -> None:
    with pytest.raises(ValueError, match="both languages"):
        _item("T01", group_en="")
    with pytest.raises(ValueError, match="need a unit"):
        _item("T01", low=1)
    with pytest.raises(ValueError, match="above the upper"):
        _item("T01", unit="kg", low=2, high=1)


def test_a_list_that_uses_nothing_new_keeps_its_version() -> None:
    known = {one.code: one for one in templates.built_in()}["window-daily"]
    before = known.digest
    part = known.parts[0]
    changed = replace_item(known, part.items[0].model_copy(update={"unit": "kg"}))
    assert changed.digest != before
    assert replace_item(known, part.items[0].model_copy()).digest == before


def replace_item(known: ChecklistFile, item: ItemFile) -> ChecklistFile:
    """The list with another first item."""
    part = known.parts[0]
    new = part.model_copy(update={"items": (item, *part.items[1:])})
    return known.model_copy(update={"parts": (new, *known.parts[1:])})


def test_an_inspection_is_not_planned(session: Session, hall: Cast, thing: Thing) -> None:
    with pytest.raises(PlanNeedsPlace):
        service.create_plan(
            session, None, site_id=hall.site_id, template_code=LIST, window_id=hall.a01,
            location_id=None, starts_on=TODAY, now=NOW,
        )  # fmt: skip


def test_what_was_answered_without_a_network_counts_when_it_was(
    session: Session, hall: Cast, thing: Thing
) -> None:
    walk = Walk(session, hall.staff)
    done, arrived = NOW + timedelta(hours=2), NOW + timedelta(days=2)
    walk.say("T01", "P", now=arrived, client_at=done - MINUTE)
    walk.say("T02", "P", now=arrived, number=7, client_at=done)
    walk.say("T03", "P", now=arrived, client_at=done)
    walk.submit(arrived)
    assert thing.told[0].at == done


@pytest.mark.parametrize("wrong", [NOW - timedelta(days=9), NOW + timedelta(days=9)])
def test_a_tablets_clock_is_believed_between_opening_and_arrival_only(
    session: Session, hall: Cast, thing: Thing, wrong: datetime
) -> None:
    walk = Walk(session, hall.staff)
    arrived = NOW + timedelta(hours=1)
    walk.say("T01", "P", now=arrived, client_at=wrong)
    walk.say("T02", "P", now=arrived, number=7, client_at=wrong)
    walk.say("T03", "P", now=arrived, client_at=wrong)
    walk.submit(arrived)
    assert NOW <= thing.told[0].at <= arrived


def test_a_paper_may_say_what_each_group_came_to(
    session: Session, hall: Cast, thing: Thing
) -> None:
    walk = Walk(session, hall.staff)
    walk.say("T01", "F", disposal="spot", note="已擦净")
    walk.say("T02", "P", number=7)
    walk.say("T03", "P")
    walk.submit()
    run_id = walk.opened.run_id
    assert service.groups_of(session, [run_id]) == {run_id: (service.Group("瓶体", True),)}
    later = Walk(session, hall.officer)
    later.say("T01", "F", disposal="hazard")
    later.say("T02", "P", number=7)
    later.say("T03", "P")
    later.submit()
    (group,) = service.groups_of(session, [later.opened.run_id])[later.opened.run_id]
    assert group.is_good is False and service.groups_of(session, []) == {}
