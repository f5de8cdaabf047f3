"""Sheets of scores: 0 to 5 or not applicable; few points are a problem; signed by hand."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from checklists import basis, flows, service, subjects, templates
from checklists.entries import Entry
from checklists.errors import InspectionClosed, SheetIncomplete, UnknownChoice
from checklists.models import Answer, Finding, NaReason, Run, TemplateItem
from checklists.service import Account, Drawn, quick, walking
from checklists.service.figures import list_spot_fixes
from checklists.templates import ChecklistFile, ItemFile
from hazards.models import Hazard, Kind, Level, Origin
from hazards.service import counts
from safety_app.accounts.errors import SignatureInvalid
from safety_app.core.access import Actor
from safety_app.core.feature import Feature, Inspected, Receipt, Subject, SubjectBrief, Subjects
from tests.cast import NOW, TODAY, Cast
from tests.checklists.sheets import Tablet
from tests.factories import make_task

KEY = "shows:S-1"
LIST = "show-scores"
INK = Drawn([[[10, 10], [80, 60], [160, 20]], [[20, 90], [150, 95]]], 300, 120)
OPEN_DAYS = 14


@dataclass
class Show:
    """What the owner of the things was told."""

    told: list[Inspected] = field(default_factory=list)
    abandoned: list[Inspected] = field(default_factory=list)
    task: str = "修订预案"

    def find(self, _session: Session, _actor: Actor, _code: str, _now: datetime) -> Subject:
        return Subject(
            "S-1 演练", "大厅", "/", beside={"K02": ("实际 75 秒，目标 60 秒", False)},
            task=self.task, task_said="转为预案修订任务。",
        )  # fmt: skip

    def brief(self, _session: Session, _site_id: int, _code: str) -> SubjectBrief:
        return SubjectBrief(
            LIST, "演练 S-1", "Drill S-1", None, None, placing="大厅", tasks=frozenset({"K03"}),
            origin="drill", open_days=OPEN_DAYS, is_signed=True,
        )  # fmt: skip

    def inspected(
        self, _session: Session, _actor: Actor, _code: str, result: Inspected, _now: datetime
    ) -> Receipt:
        self.told.append(result)
        return Receipt((("结果", "84 %"),))

    def abandon(
        self, _session: Session, _site_id: int, _code: str, result: Inspected, _now: datetime
    ) -> None:
        self.abandoned.append(result)


def _item(code: str, **facts: Any) -> dict[str, Any]:
    return {
        "code": code, "text": f"{code} 做到", "text_en": f"{code} done", "problem": f"{code} 不足",
        "problem_en": f"{code} lacking", "auto": "hazard", "level": "serious", "days": 7,
        "category": "management", "source": "HOUSE", "mark": "D", "answer": "score",
        "fails_at": 2, **facts,
    }  # fmt: skip


def _list(*items: dict[str, Any], kind: str = "inspection") -> ChecklistFile:
    return ChecklistFile.model_validate({
        "code": LIST, "title": "评估", "title_en": "Evaluation", "target": "subject",
        "kind": kind, "rule": "演练后评估", "rule_en": "After each drill",
        "parts": [{"code": "all", "name": "全部", "name_en": "All", "items": items}],
    })  # fmt: skip


@pytest.fixture
def show(session: Session, hall: Cast, monkeypatch: pytest.MonkeyPatch) -> Show:
    """A thing that is scored: two points that become hazards, one that may become a task."""
    found = Show()
    hooks = Subjects(
        refusal=lambda *_: "", require=lambda *_: None, find=found.find, brief=found.brief,
        inspected=found.inspected, abandoned=found.abandon,
    )  # fmt: skip
    feature = Feature(name="shows", folder=Path(), subjects=hooks)
    monkeypatch.setattr(subjects, "features", lambda: (feature,))
    third = _item("K03", auto="service", level="moderate", days=30)
    templates.publish(session, _list(_item("K01"), _item("K02"), third), now=NOW)
    return found


class Evaluator:
    """One tablet that scores."""

    def __init__(self, session: Session, actor: Actor, now: datetime = NOW) -> None:
        self.session, self.actor, self.seq, self.now = session, actor, 0, now
        self.opened = service.open_inspection(session, actor, KEY, now=now)
        query = select(TemplateItem.code, TemplateItem.id).where(TemplateItem.code.startswith("K0"))
        self.points = dict(session.execute(query).all())

    def entry(self, code: str, value: str, **facts: Any) -> Entry:
        self.seq += 1
        return Entry(seq=self.seq, item_id=self.points[code], value=value, **facts)

    def say(self, code: str, value: str, **facts: Any) -> service.Receipt:
        entry = self.entry(code, value, **facts)
        return service.record(self.session, self.opened.token, entry, now=self.now)

    def submit(self, signature: service.Signature = INK) -> service.Submitted:
        return service.submit(
            self.session, self.actor, self.opened.run_id, signature=signature,
            last_seq=self.seq, now=self.now,
        )  # fmt: skip

    def run(self) -> Run:
        self.session.expire_all()
        return self.session.get_one(Run, self.opened.run_id)

    def findings(self) -> list[Finding]:
        query = select(Finding).where(Finding.run_id == self.opened.run_id).order_by(Finding.id)
        return list(self.session.scalars(query))


def hazards(session: Session) -> list[Hazard]:
    return list(session.scalars(select(Hazard).order_by(Hazard.id)))


def test_scores_are_digits_and_good_ones_need_no_row(
    session: Session, hall: Cast, show: Show
) -> None:
    sheet = Evaluator(session, hall.officer)
    sheet.say("K01", "5")
    sheet.say("K02", "3")
    receipt = sheet.say("K03", "N", reason="not_played")
    assert (receipt.saved, receipt.total, sheet.run().answers) == (3, 3, "53N")
    assert [one.value for one in sheet.findings()] == ["N"]
    done = sheet.submit()
    assert (done.hazards, done.receipt) == ((), Receipt((("结果", "84 %"),)))
    assert (show.told[0].failed, show.told[0].tasks, show.told[0].passed) == ((), (), True)


@pytest.mark.parametrize("points", ["0", "1", "2"])
def test_few_points_need_words_and_become_a_hazard_with_the_presets_of_the_item(
    session: Session, hall: Cast, show: Show, points: str
) -> None:
    sheet = Evaluator(session, hall.officer)
    sheet.say("K01", points)
    sheet.say("K02", "4")
    sheet.say("K03", "3")
    with pytest.raises(SheetIncomplete) as refusal:
        sheet.submit()
    assert "K01（不足之处）" in refusal.value.message()
    sheet.say("K01", points, note="2 名轮椅群众无人引导", disposal="hazard")
    (number,) = sheet.submit().hazards
    (hazard,) = hazards(session)
    assert (hazard.number, hazard.kind, hazard.level, hazard.origin, hazard.source) == (
        number, Kind.SAFETY, Level.SERIOUS, Origin.DRILL, "shows:S-1/K01",
    )  # fmt: skip
    assert (hazard.what, hazard.note, hazard.place) == (
        "演练 S-1：K01 不足", "2 名轮椅群众无人引导", "大厅",
    )  # fmt: skip
    assert (hazard.preset_days, hazard.fix_by) == (7, TODAY + timedelta(days=7))
    assert show.told[0].failed == ("K01",)


def test_three_points_are_no_problem(session: Session, hall: Cast, show: Show) -> None:
    sheet = Evaluator(session, hall.officer)
    for code in ("K01", "K02", "K03"):
        sheet.say(code, "3", note="可以更快")
    assert sheet.submit().hazards == () and hazards(session) == []


def test_a_service_point_enters_no_safety_statistics(
    session: Session, hall: Cast, show: Show
) -> None:
    sheet = Evaluator(session, hall.officer)
    sheet.say("K01", "5")
    sheet.say("K02", "5")
    sheet.say("K03", "1", note="修订意见未落实", disposal="hazard")
    sheet.submit()
    (hazard,) = hazards(session)
    assert (hazard.kind, hazard.level, hazard.preset_days) == (Kind.SERVICE, Level.MODERATE, 30)
    found = counts(session, hall.officer, NOW)
    assert (found.open, found.points) == (0, 1)


def test_a_problem_may_be_given_as_a_task_where_the_owner_takes_it(
    session: Session, hall: Cast, show: Show
) -> None:
    sheet = Evaluator(session, hall.officer)
    sheet.say("K01", "5")
    sheet.say("K02", "5")
    sheet.say("K03", "2", note="写明轮椅引导", disposal="task")
    assert sheet.submit().hazards == () and hazards(session) == []
    (told,) = show.told
    assert (told.failed, told.tasks) == (("K03",), ("K03",))


def test_what_was_chosen_is_kept_before_the_words_are_there(
    session: Session, hall: Cast, show: Show
) -> None:
    sheet = Evaluator(session, hall.officer)
    sheet.say("K01", "1", disposal="hazard")
    sheet.say("K03", "2", disposal="task")
    assert [(one.value, one.disposal) for one in sheet.findings()] == [
        ("1", "hazard"), ("2", "task"),
    ]  # fmt: skip
    flows.sweep_inspections(session, NOW + timedelta(days=OPEN_DAYS))
    assert [one.source for one in hazards(session)] == ["shows:S-1/K01"]


@pytest.mark.parametrize(
    ("code", "value", "disposal"),
    [
        ("K01", "P", None), ("K01", "F", "hazard"), ("K01", "2", "task"), ("K01", "2", "spot"),
        ("K01", "2", "scrap"),
    ],
)  # fmt: skip
def test_a_score_takes_no_other_answer_and_no_other_way_of_handling(
    session: Session, hall: Cast, show: Show, code: str, value: str, disposal: str | None
) -> None:
    sheet = Evaluator(session, hall.officer)
    with pytest.raises(UnknownChoice):
        sheet.say(code, value, disposal=disposal, note="x")
    assert sheet.run().answers == "..."


def test_a_patrol_takes_no_score(session: Session, hall: Cast) -> None:
    tablet = Tablet(session, hall.staff, make_task(session, hall))
    tablet.seq = 1
    for entry in (
        tablet.entry("D07", "4"),
        tablet.entry("D07", "F", disposal="task", note="x"),
        tablet.entry(None, "F", client_key="other-1234", disposal="task", what="x"),
    ):
        with pytest.raises(UnknownChoice):
            tablet.send(entry)


def test_a_better_score_takes_the_problem_back(session: Session, hall: Cast, show: Show) -> None:
    sheet = Evaluator(session, hall.officer)
    sheet.say("K01", "1", note="没有人去", disposal="hazard")
    sheet.say("K01", "4")
    sheet.say("K02", "4")
    sheet.say("K03", "4")
    assert (sheet.run().answers, sheet.submit().hazards) == ("444", ())
    (kept,) = sheet.findings()
    assert (kept.value, kept.note, kept.disposal) == ("4", "", None)


def test_not_applicable_asks_for_its_reason(session: Session, hall: Cast, show: Show) -> None:
    sheet = Evaluator(session, hall.officer)
    sheet.say("K01", "N")
    sheet.say("K02", "5")
    with pytest.raises(SheetIncomplete) as refusal:
        sheet.submit()
    said = refusal.value.message()
    assert "K01（不涉及的原因）" in said and "K03（未答）" in said


def test_it_is_signed_by_hand_not_by_the_account(session: Session, hall: Cast, show: Show) -> None:
    sheet = Evaluator(session, hall.officer)
    for code in ("K01", "K02", "K03"):
        sheet.say(code, "5")
    with pytest.raises(SignatureInvalid):
        sheet.submit(Account())
    assert sheet.run().submitted_at is None
    sheet.submit(INK)
    assert "strokes" in sheet.run().signature


def test_the_sheet_stays_open_as_long_as_its_owner_says(
    session: Session, hall: Cast, show: Show
) -> None:
    Evaluator(session, hall.officer)
    end = NOW + timedelta(days=OPEN_DAYS)
    almost = Evaluator(session, hall.officer, end - timedelta(minutes=1))
    for code in ("K01", "K02", "K03"):
        almost.say(code, "4")
    almost.now = end
    with pytest.raises(InspectionClosed) as refusal:
        almost.submit()
    assert str(OPEN_DAYS) in refusal.value.message()


def test_what_nobody_submitted_is_registered_and_its_tasks_told(
    session: Session, hall: Cast, show: Show
) -> None:
    sheet = Evaluator(session, hall.officer)
    sheet.say("K01", "0", note="没有广播", disposal="hazard")
    sheet.say("K03", "0", note="预案缺这一步", disposal="task")
    assert flows.sweep_inspections(session, NOW + timedelta(days=OPEN_DAYS)) == 1
    assert [one.source for one in hazards(session)] == ["shows:S-1/K01"]
    assert [one.tasks for one in show.abandoned] == [("K03",)] and show.told == []


def test_a_second_evaluation_is_kept_beside_the_first(
    session: Session, hall: Cast, show: Show
) -> None:
    for minutes, points in enumerate(("1", "4")):
        sheet = Evaluator(session, hall.officer, NOW + timedelta(minutes=minutes))
        facts = {"note": "慢", "disposal": "hazard"} if points == "1" else {}
        sheet.say("K01", points, **facts)
        sheet.say("K02", "5")
        sheet.say("K03", "N", reason="not_seen")
        sheet.submit()
    new, old = service.scored_sheets(session, hall.site_id, [KEY])
    assert [one.points for one in new.items] == [4, 5, None]
    assert [one.points for one in old.items] == [1, 5, None]
    assert (old.items[0].is_problem, old.items[0].note, old.items[2].reason) == (
        True, "慢", "未能观察到",
    )  # fmt: skip
    assert old.items[0].hazard and old.items[0].hazard.is_open and new.items[0].hazard is None
    assert (new.by, new.by_id) == ("刘洋", hall.officer.user_id)
    assert service.scored_sheet(session, hall.site_id, old.run_id) == old
    assert service.scored_sheet(session, hall.foreign_site_id, old.run_id) is None


def test_the_same_problem_found_anew_is_the_same_hazard(
    session: Session, hall: Cast, show: Show
) -> None:
    numbers: list[str] = []
    for minutes, disposal in enumerate(("hazard", "sighting")):
        sheet = Evaluator(session, hall.officer, NOW + timedelta(minutes=minutes))
        sheet.say("K01", "2", note="慢", disposal=disposal)
        sheet.say("K02", "5")
        sheet.say("K03", "5")
        numbers += sheet.submit().hazards
    assert numbers[0] == numbers[1] and len(hazards(session)) == 1


def test_the_page_gets_the_kind_of_answer_and_what_is_known_beside_it(
    session: Session, hall: Cast, show: Show
) -> None:
    facts = service.inspection_sheet(session, hall.officer, KEY, NOW)
    (tab,) = facts["tabs"]
    said = [(one["answer"], one["fails_at"], one["takes_task"]) for one in tab["items"]]
    assert said == [("score", 2, False), ("score", 2, False), ("score", 2, True)]
    assert tab["items"][1]["beside"] == {"text": "实际 75 秒，目标 60 秒", "good": False}
    assert (facts["scored"], facts["signed"], facts["task"]) == (True, True, "修订预案")
    reasons = [one["value"] for one in facts["na_reasons"]]
    assert reasons == [NaReason.NOT_PLAYED, NaReason.NOT_SEEN, NaReason.ABSENT]
    show.task = ""
    (tab,) = service.inspection_sheet(session, hall.officer, KEY, NOW)["tabs"]
    assert [one["takes_task"] for one in tab["items"]] == [False] * 3


def test_a_sheet_begun_yesterday_keeps_its_name(session: Session, hall: Cast, show: Show) -> None:
    Evaluator(session, hall.officer)
    facts = service.inspection_sheet(session, hall.officer, KEY, NOW + timedelta(days=2))
    assert facts["current_task_id"] == "shows:S-1@2026-11-23"


def test_scores_are_no_failed_points_of_patrols(session: Session, hall: Cast, show: Show) -> None:
    sheet = Evaluator(session, hall.officer)
    sheet.say("K01", "0", note="慢", disposal="hazard")
    sheet.say("K02", "5")
    sheet.say("K03", "5")
    sheet.submit()
    day = timedelta(days=1)
    assert list_spot_fixes(session, hall.site_id, None, start=NOW - day, until=NOW + day) == []
    assert basis.corrected(session, hall.site_id, NOW - day, NOW + day) == 0


def test_the_rule_behind_is_that_of_the_sheet_itself(
    session: Session, hall: Cast, show: Show
) -> None:
    Evaluator(session, hall.officer)
    other = _list(_item("K01", text="另一张表", source="FL 44"))
    templates.publish(session, other.model_copy(update={"code": "other-scores"}), now=NOW)
    said = basis.rule_behind(session, hall.site_id, "shows:S-1/K01#2")
    assert said == "K01 K01 做到（本单位做法）"
    assert "另一张表" in basis.rule_behind(session, hall.site_id, "shows:S-2/K01")


def test_a_whole_sheet_in_one_call_needs_every_score(
    session: Session, hall: Cast, show: Show
) -> None:
    said = {"K01": {"value": "5"}, "K02": {"value": "4"}}
    with pytest.raises(SheetIncomplete):
        walking.inspect(session, hall.officer, KEY, said, now=NOW, signature=INK)
    said["K03"] = {"value": "2", "note": "缺", "disposal": "task"}
    walking.inspect(session, hall.officer, KEY, said, now=NOW, signature=INK)
    (sheet,) = service.scored_sheets(session, hall.site_id, [KEY])
    assert [(one.points, one.is_task) for one in sheet.items] == [
        (5, False), (4, False), (2, True),
    ]  # fmt: skip


@pytest.mark.parametrize("dialect", ["sqlite"])  # PostgreSQL has no short way
@pytest.mark.parametrize(("value", "is_short"), [("4", True), ("0", True), ("P", False)])
def test_an_ordinary_score_goes_the_short_way(
    session: Session, hall: Cast, show: Show, value: str, is_short: bool
) -> None:
    sheet = Evaluator(session, hall.officer)
    driver = session.connection().connection.dbapi_connection
    entry = sheet.entry("K02", value)
    receipt = quick.record(driver, sheet.opened.token, entry, run_id=sheet.opened.run_id, now=NOW)
    assert (receipt is not None) == is_short
    assert sheet.run().answers == (f".{value}." if is_short else "...")


def test_only_digits_up_to_five_count_points() -> None:
    assert {one.value: one.points for one in Answer if one.points is not None} == {
        "0": 0, "1": 1, "2": 2, "3": 3, "4": 4, "5": 5,
    }  # fmt: skip
    with pytest.raises(ValueError, match="value"):
        Entry(value="6")


@pytest.mark.parametrize(
    ("facts", "message"),
    [
        ({"unit": "kg"}, "neither unit nor group"),
        ({"group": "组", "group_en": "Group"}, "neither unit nor group"),
        ({"auto": "spot"}, "a hazard or a service point"),
        ({"answer": "choice"}, "only a score fails"),
        ({"fails_at": 5}, "less than 5"),
    ],
)
def test_a_list_of_scores_is_checked(facts: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        ItemFile.model_validate(_item("K01", **facts))


def test_only_inspections_are_scored() -> None:
    with pytest.raises(ValueError, match="only the inspection"):
        _list(_item("K01"), kind="check")
