"""Every screen by name: whose it is, and how one gets there."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from checklists.models import Plan, Run, Task
from equipment.units import Unit
from hazards import service as hazards
from hazards.models import Level, Status
from hazards.service import inspections
from safety_app.core import files
from safety_app.core.photos import Photo, PhotoStore, ingest
from safety_app.papers import service as papers
from tests.checklists.sheet_front import answer, item
from tests.checklists.sheets import Tablet
from tests.e2e import (
    drill_screens,
    exam_screens,
    facility_screens,
    incident_screens,
    plan_screens,
    training_screens,
)
from tests.e2e.facility_screens import SEEN
from tests.e2e.hall import Hall, today
from tests.e2e.pictures import jpeg
from tests.e2e.visits import Visit
from tests.equipment.stocks import fill, hand_out, make_stock
from tests.factories import make_hazard

TABS: Final = ("unit", "profile", "posts", "hours", "locations", "trial")


@dataclass(frozen=True)
class Stage:
    """Hazards in every state at window A02, a submitted sheet there, and a shelf of papers."""

    numbers: dict[str, str]
    walked: int
    ids: dict[str, int]


@dataclass(frozen=True)
class Screen:
    """A screen to look at; `show` leads there."""

    name: str
    who: str
    show: Callable[[Visit, Stage], object]


def set_stage(hall: Hall) -> Stage:
    """Bring the hall into a state in which every screen has something to show."""
    now = datetime.now(UTC)
    with hall.database.transaction() as session:
        people = hall.people
        urgent = make_hazard(
            session, people, level=Level.URGENT, window_id=people.a02, now=now,
            what="配电箱冒烟", by=people.lead,
        )  # fmt: skip
        fresh = make_hazard(
            session, people, level=Level.SERIOUS, window_id=people.a02, now=now,
            photos=[photo(hall, "crimson")], by=people.lead,
        )  # fmt: skip
        own = make_hazard(
            session, people, Status.ASSIGNED, window_id=people.a02, now=now, owner=people.lead,
            fix_by=today() + timedelta(days=1), by=people.lead, what="地面湿滑",
        )  # fmt: skip
        fixed = make_hazard(
            session, people, Status.ASSIGNED, window_id=people.a02, now=now, what="吊牌松动",
            fix_by=today(), photos=[photo(hall, "peru")], by=people.lead, level=Level.MINOR,
        )  # fmt: skip
        hazards.fix(
            session, people.second_staff, fixed.id, note="已加固",
            photos=[photo(hall, "teal")], row_version=None, now=now,
        )  # fmt: skip
        numbers = {
            "urgent": urgent.number, "fresh": fresh.number, "own": own.number,
            "fixed": fixed.number,
        }  # fmt: skip
        walked = hall.task(people.a02, "during")
        tablet = Tablet(session, people.lead, session.get_one(Task, walked), now)
        first = next(iter(tablet.items))
        tablet.pass_all(but=(first,))
        tablet.answer(first, "F", disposal="hazard", level="serious", note="插头发热")
        tablet.submit()
        own_sheet = Tablet(
            session, people.staff, session.get_one(Task, hall.task(people.a01, "during")), now
        )
        own_sheet.pass_all()
        own_sheet.submit()
        yesterday = today() - timedelta(days=1)
        missed = select(Task.id).where(Task.window_id == people.a02, Task.on_date == yesterday)
        ids = {
            "run": session.scalars(select(Run.id).where(Run.task_id == walked)).one(),
            "missed": session.scalars(missed.order_by(Task.id)).first() or 0,
            "plan": session.scalars(select(Plan.id).order_by(Plan.id)).first() or 0,
            "staff": people.staff.user_id,
            **_filed(hall, session, now),
            "stock": _stocked(hall, session, now),
            **plan_screens.publish(session, people, now),
            **training_screens.teach(session, people, now),
        }
        facility_screens.register(session, people, now, photo(hall, "tomato").key)
        incident_screens.register(session, people, now, photo(hall, "sienna"))
        exam_screens.hold(session, people, now)
        drill_screens.hold(session, people, now)
    return Stage(numbers, walked, ids)


def _filed(hall: Hall, session: Session, now: datetime) -> dict[str, int]:
    """A paper on the shelf, and what an authority found."""
    officer = hall.people.officer
    scan = files.receive(session, officer, jpeg("ivory"), "责任书.jpg", now=now)
    paper = papers.file_paper(
        session, officer, file_ids=[scan.id], category="responsibility",
        title="消防安全责任书", dated_on=today(), now=now,
    )  # fmt: skip
    found = inspections.Finding(what="疏散指示标志损坏", window_id=hall.people.a02)
    inspection = inspections.record(
        session, officer, authority="区消防救援大队", number="2026-118", inspected_on=today(),
        reply_by=today() + timedelta(days=10), findings=[found], now=now,
    )  # fmt: skip
    return {"paper": paper.id, "inspection": inspection.id}


def _stocked(hall: Hall, session: Session, now: datetime) -> int:
    """Goggles at window A02 in two batches, one expired, with a pair at a person's."""
    people, day = hall.people, today()
    kept = make_stock(
        session, people, kind="goggles", variant="M", unit=Unit.PAIR, window_id=people.a02,
        is_reusable=True, custodian_id=people.lead.user_id,
    )  # fmt: skip
    for expires_on in (day, day + timedelta(days=20)):
        fill(
            session, people, kept.id, 5, expires_on, lot="20260301", now=now,
            received_on=day - timedelta(days=90),
        )  # fmt: skip
    hand_out(session, people, kept.id, now=now)
    return kept.id


def _issuing(visit: Visit, stage: Stage) -> None:
    visit.open(f"/equipment-stock?do=issue&id={stage.ids['stock']}", SEEN)
    visit.page.locator(".st-key-equipment_stock-person input").click()
    visit.page.get_by_role("option").first.click()
    visit.page.locator("canvas").wait_for()


def photo(hall: Hall, colour: str) -> Photo:
    """A picture in the hall's store."""
    return ingest(PhotoStore(hall.house.folder / "photos"), jpeg(colour))


def _opens(path: str, wait_for: str = "h1") -> Callable[[Visit, Stage], object]:
    return lambda visit, stage: visit.open(path, wait_for)


def _shows(show: facility_screens.Show) -> Callable[[Visit, Stage], object]:
    return lambda visit, _stage: show(visit)


def _of(path: str, which: str, wait_for: str = SEEN) -> Callable[[Visit, Stage], object]:
    return lambda visit, stage: visit.open(f"{path}{stage.ids[which]}", wait_for)


def _hazard(which: str, step: str = "") -> Callable[[Visit, Stage], object]:
    def show(visit: Visit, stage: Stage) -> None:
        tail = f"&do={step}" if step else ""
        wait_for = f".st-key-{step}-submit button" if step else "h2.what"
        visit.open(f"/hazards?no={stage.numbers[which]}{tail}", wait_for)

    return show


def _wrong_pin(visit: Visit, _stage: Stage) -> None:
    visit.open("/sign-in", "#tablet")
    visit.page.locator(".person").first.click()
    for _digit in range(6):
        visit.page.click("#keys [data-digit='0']")
    visit.page.locator("#pin-error span").wait_for()


def _wrong_password(visit: Visit, _stage: Stage) -> None:
    visit.open("/sign-in?mode=password", "#login")
    visit.page.fill("#login", "nobody-here")
    visit.page.fill("#password", "not the password")
    visit.page.click("#account [type=submit]")
    visit.page.locator("#account-error span").wait_for()


def _account(visit: Visit, _stage: Stage) -> None:
    visit.open("/")
    visit.page.locator("details.account summary").click()


def _enlarged(visit: Visit, stage: Stage) -> None:
    _hazard("fixed")(visit, stage)
    visit.page.locator("a.photo").first.click()
    visit.page.locator("dialog.enlarged img").wait_for()


def _refused_report(visit: Visit, _stage: Stage) -> None:
    visit.open("/report-hazard", ".st-key-report-submit button")
    visit.page.locator(".st-key-report-submit button").click()
    visit.page.locator(".note-red").wait_for()


def _sheet(visit: Visit, _stage: Stage) -> None:
    visit.open(f"/sheet/{visit.hall.task(visit.hall.people.a02)}", ".item")
    if visit.page.locator(".answers").count() == 0:  # another device has begun it
        visit.press("Continue here")
    visit.page.locator(".answers").first.wait_for()


def _failed_item(visit: Visit, stage: Stage) -> None:
    _sheet(visit, stage)
    page = visit.page
    answer(page, 1, "F")
    page.locator(f"{item(1)} input[type=file]").set_input_files(
        {"name": "a.jpg", "mimeType": "image/jpeg", "buffer": jpeg("firebrick")}
    )
    page.wait_for_selector(f"{item(1)} .tile")
    page.fill(f"{item(1)} [data-field=note]", "插排外壳破损")
    answer(page, 2, "N")
    page.locator(".foot .second").click()


def _signing(visit: Visit, stage: Stage) -> None:
    _sheet(visit, stage)
    page = visit.page
    for place in range(1, page.locator(".item").count() + 1):
        if page.locator(f"{item(place)} [data-value=P]").count():
            answer(page, place, "P")
    for extra in page.locator(".item .other .danger").all():
        extra.click()
        if page.locator("dialog .danger").count():
            page.locator("dialog .danger").click()
    page.locator(".foot .primary").click()
    page.wait_for_selector("dialog.submit canvas")


def _typed_signature(visit: Visit, stage: Stage) -> None:
    _signing(visit, stage)
    visit.page.locator("dialog .link").click()
    visit.page.locator("dialog .primary").click()
    visit.page.locator("dialog .wrong span").wait_for()


def _submitted(visit: Visit, stage: Stage) -> None:
    visit.open(f"/sheet/{stage.walked}", ".item .verdict .badge")


def _code_for_a_tablet(visit: Visit, _stage: Stage) -> None:
    visit.open("/tablets?do=enrol", SEEN)
    visit.settle()
    visit.page.get_by_label(visit.say("Name of the tablet")).first.fill("公用平板 02")
    visit.press("Make the code")
    visit.page.locator(".big-code").wait_for()


def _later() -> str:
    return (today() + timedelta(days=30)).isoformat()


SCREENS: Final = (
    Screen("names", "nobody", _opens("/sign-in", "#tablet")),
    Screen("wrong PIN", "nobody", _wrong_pin),
    Screen("password", "nobody", _opens("/sign-in?mode=password", "#login")),
    Screen("wrong password", "nobody", _wrong_password),
    Screen("enrolment that is over", "nobody", _opens("/enrol?code=old", ".error")),
    Screen("today of staff", "staff", _opens("/", "a[href^='/sheet/']")),
    Screen("account", "staff", _account),
    Screen("report a hazard", "staff", _opens("/report-hazard", ".st-key-report-submit button")),
    Screen("report refused", "staff", _refused_report),
    Screen("page of others", "staff", _opens("/reports", ".note, .empty")),
    Screen("no such page", "staff", _opens("/no-such-page")),
    Screen("leave", "staff", _opens("/sign-out")),
    Screen("today of the lead", "lead", _opens("/", "a.line")),
    Screen("sheet", "lead", _sheet),
    Screen("failed item", "lead", _failed_item),
    Screen("signing", "lead", _signing),
    Screen("signing in words", "lead", _typed_signature),
    Screen("submitted sheet", "lead", _submitted),
    Screen("patrols", "lead", _opens("/patrols", "a[href^='/sheet/']")),
    Screen("board", "lead", _opens("/hazards", "ul.rows button")),
    Screen("registered hazard", "lead", _hazard("fresh")),
    Screen("assign", "lead", _hazard("fresh", "assign")),
    Screen("assign an urgent one", "lead", _hazard("urgent", "assign")),
    Screen("set the level", "lead", _hazard("fresh", "set_level")),
    Screen("fix", "lead", _hazard("own", "fix")),
    Screen("extend", "lead", _hazard("own", "extend")),
    Screen("before and after", "lead", _hazard("fixed")),
    Screen("enlarged photo", "lead", _enlarged),
    Screen("accept", "lead", _hazard("fixed", "accept")),
    Screen("send back", "lead", _hazard("fixed", "send_back")),
    Screen("papers", "manager", _opens("/reports", "ul.rows button, .kpis")),
    Screen("all windows", "manager", _opens("/reports?paper=all", ".st-key-reports-all-make")),
    Screen("inspector", "manager", _opens("/dossier", ".chapters")),
    Screen("reports", "lead", _opens("/reports?window=A01", ".kpis")),
    Screen("today of the manager", "manager", _opens("/", ".note-red")),
    Screen("void", "manager", _hazard("fresh", "void")),
    Screen("roster", "lead", _opens("/roster", "table.roster")),
    Screen("a day of duty", "lead", _opens(f"/roster?cell=1.{_later()}", ".strip")),
    Screen("calendar", "manager", _opens("/calendar", ".year")),
    Screen("a provisional year", "manager", _opens(f"/calendar?year={today().year + 2}", ".year")),
    Screen("a day of the calendar", "manager", _opens("/calendar?day=" + _later(), ".steps")),
    Screen("notice", "manager", _opens("/calendar?view=notice", "table.list")),
    Screen("system", "administrator", _opens("/system", ".stHtml .line, .stHtml li, .card, h2")),
    Screen("settings", "administrator", _opens("/settings", "ul.hub")),
    Screen("getting started", "administrator", _opens("/starting", ".first-steps")),
    *(Screen(f"the unit, {tab}", "administrator", _opens(f"/site?tab={tab}")) for tab in TABS),
    Screen("windows", "administrator", _opens("/windows", "ul.rows button")),
    Screen("one window", "administrator", _opens("/windows?no=A01", SEEN)),
    Screen("new window", "administrator", _opens("/windows?no=new", SEEN)),
    Screen("import", "administrator", _opens("/import", SEEN)),
    Screen("people", "administrator", _opens("/people", "ul.rows button")),
    Screen("a person", "administrator", _of("/people?id=", "staff")),
    Screen("new person", "administrator", _opens("/people?id=new", SEEN)),
    Screen("a person changed", "administrator", _of("/people?do=edit&id=", "staff")),
    Screen("somebody leaves", "administrator", _of("/people?do=leave&id=", "staff")),
    Screen("deputies", "administrator", _opens("/people?do=deputies", SEEN)),
    Screen("slips", "administrator", _opens("/people?do=slips", SEEN)),
    Screen("one slip", "administrator", _of("/people?do=slips&id=", "staff", "form.choose")),
    Screen("tablets", "administrator", _opens("/tablets", SEEN)),
    Screen("code for a tablet", "administrator", _code_for_a_tablet),
    Screen("own account", "lead", _opens("/account", SEEN)),
    Screen("code of a slip", "nobody", _opens("/first", "#code")),
    Screen("enrolment", "nobody", _opens("/enrol", "#code")),
    Screen("set up already", "nobody", _opens("/set-up", "h1")),
    Screen("plans", "officer", _opens("/plans", "ul.rows button")),
    Screen("a plan", "officer", _of("/plans?plan=", "plan")),
    Screen("new plan", "officer", _opens("/plans?plan=new", SEEN)),
    Screen("second signatures", "lead", _opens("/countersign", "canvas, .empty")),
    Screen("second signature of one", "officer", _of("/countersign?sheet=", "run", "canvas")),
    Screen("paper form", "lead", _of("/paper?task=", "missed")),
    Screen("papers on file", "officer", _opens("/papers", "ul.rows button")),
    Screen("a paper on file", "officer", _of("/papers?id=", "paper")),
    Screen("paper to be filed", "officer", _opens("/papers?do=new", SEEN)),
    Screen("pile of papers", "officer", _opens("/papers?do=pile", SEEN)),
    Screen("inspections", "officer", _opens("/inspections", "ul.rows button")),
    Screen("an inspection", "officer", _of("/inspections?id=", "inspection")),
    Screen("new inspection", "officer", _opens("/inspections?do=new", SEEN)),
    Screen("register and statistics", "officer", _opens("/hazard-papers", SEEN)),
    *(Screen(name, who, _shows(show)) for name, who, show in facility_screens.SCREENS),
    Screen("emergency plans", "officer", _opens("/emergency-plans", "a.line")),
    Screen("rules and notices", "officer", _opens("/hall-rules", "a.line")),
    Screen("emergency", "staff", _opens("/emergency", ".kinds")),
    Screen("notice to visitors", "nobody", _opens("/rules/visitors", ".paper")),
    *(
        Screen(name, who, _of(path, which, wait_for))
        for name, who, path, which, wait_for in plan_screens.SCREENS
    ),
    *(Screen(name, who, _shows(show)) for name, who, show in incident_screens.SCREENS),
    *(
        Screen(name, who, _of(path, which, wait_for) if which else _opens(path, wait_for))
        for name, who, path, which, wait_for in training_screens.SCREENS
    ),
    *(Screen(name, who, _shows(show)) for name, who, show in exam_screens.SCREENS),
    *(Screen(name, who, _shows(show)) for name, who, show in drill_screens.SCREENS),
    Screen("stocks", "lead", _opens("/equipment-stock", "ul.rows button")),
    Screen("a stock", "lead", _of("/equipment-stock?id=", "stock", ".timeline")),
    Screen("new stock", "lead", _opens("/equipment-stock?do=new", SEEN)),
    Screen("issue of a stock", "lead", _issuing),
    *(
        Screen(f"{step} of a stock", "lead", _of(f"/equipment-stock?do={step}&id=", "stock"))
        for step in ("receive", "return", "count", "discard", "change")
    ),
    Screen("what somebody got", "lead", _of("/equipment-stock?person=", "staff", ".timeline")),
    *(
        Screen(f"paper {kind}", "manager", _opens(f"/reports?paper={kind}", SEEN))
        for kind in (
            "site-report",
            "patrols.record",
            "patrols.checks",
            "hazards.register",
            "hazards.register.window",
            "hazards.statistics",
            "incidents.register",
            "exams.results",
            "equipment.issues",
            "equipment.issues.window",
            "training.ledger",
            "training.matrix",
        )
    ),
)
