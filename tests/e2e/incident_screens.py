"""The screens of incidents: whose each is, and how one gets there."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy.orm import Session

from hazards.incidents.models import Incident, Kind, Origin, Part, RootClass, Status
from hazards.incidents.service import closing, investigating, people, scene
from hazards.incidents.service.figures import Numbers
from safety_app.core.photos import Photo
from tests.cast import Cast
from tests.e2e.visits import Visit
from tests.hazards.incidents.cases import make_incident, raise_action

SEEN: Final = "h1:visible, h2:visible"
FIRE, FALL = "SG", "fall"
Show = Callable[[Visit], object]
_numbers: dict[str, str] = {}


def register(session: Session, hall: Cast, now: datetime, photo: Photo) -> None:
    """A fire whose hour runs, and a fall that is investigated, with all its parts filled."""
    at = now - timedelta(minutes=10)
    fire = make_incident(
        session, hall, kind=Kind.FIRE, numbers=Numbers(serious=1), now=now, occurred_at=at,
        window_id=hall.a02, what="打印机冒烟起火", by=hall.lead, photos=[photo],
    )  # fmt: skip
    fall = make_incident(
        session, hall, Status.INVESTIGATING, now=now, occurred_at=at, window_id=hall.a02,
        what="群众滑倒", by=hall.lead,
    )  # fmt: skip
    _numbers[FIRE], _numbers[FALL] = fire.number, fall.number
    _fill(session, hall, fall, now)
    scene.mark(session, hall.lead, fire.id, code="cordon", is_done=True, now=now)


def _fill(session: Session, hall: Cast, fall: Incident, now: datetime) -> None:
    officer = hall.officer
    investigating.log_moment(
        session, officer, fall.id, happened_at=fall.occurred_at, what="拖地后未放警示牌",
        origin=Origin.CAMERA, now=now,
    )  # fmt: skip
    investigating.explain(
        session, officer, fall.id, whys=["地面有水渍", "没有保洁规定"], root=RootClass.MANAGEMENT,
        now=now,
    )  # fmt: skip
    people.hear(session, officer, fall.id, part=Part.MINOR, name="张桂英", health="挫伤", now=now)
    raise_action(session, hall, fall, now=now)
    closing.answer(session, officer, fall.id, condition="cause", words="已查清", now=now)


def _opens(path: str, wait_for: str = SEEN) -> Show:
    return lambda visit: visit.open(path, wait_for)


def _part(which: str, part: str, wait_for: str) -> Show:
    return lambda visit: visit.open(f"/incidents?no={_numbers[which]}&part={part}", wait_for)


def _form(which: str, step: str, more: str = "") -> Show:
    tail = f"&do={step}{more}"
    wait_for = ".st-key-bar_form button"
    return lambda visit: visit.open(f"/incidents?no={_numbers[which]}{tail}", wait_for)


def _refused(visit: Visit) -> None:
    visit.open("/report-incident", ".st-key-incident-submit button")
    visit.settle()
    visit.page.locator(".st-key-incident-submit button").click()
    visit.page.locator(".note-red").nth(1).wait_for()


SCREENS: Final[tuple[tuple[str, str, Show], ...]] = (
    ("report an incident", "staff", _opens("/report-incident", ".st-key-incident-submit button")),
    ("report of an incident refused", "staff", _refused),
    ("own incidents", "staff", _opens("/incidents", ".empty, ul.rows button")),
    ("incidents", "officer", _opens("/incidents?view=all", "ul.rows button")),
    ("incident, overview", "officer", _part(FIRE, "overview", ".timeline")),
    ("incident, authorities", "officer", _part(FIRE, "authorities", "pre.statement")),
    ("incident, scene", "lead", _part(FIRE, "scene", "[class*=st-key-tick_]")),
    ("incident, investigation", "officer", _part(FALL, "investigation", "ol.whys")),
    ("incident, closing", "officer", _part(FALL, "closing", ".gaps")),
    *(
        (f"incident, {step}", "officer", _form(FIRE, step))
        for step in ("amend", "count", "notify", "attach")
    ),
    *(
        (f"incident, {step}", "officer", _form(FALL, step))
        for step in ("investigate", "explain", "hear", "raise")
    ),
    ("incident, answer", "officer", _form(FALL, "answer", "&of=taught")),
    ("incident, decide", "manager", _form(FIRE, "decide")),
    ("reporting of incidents", "administrator", _opens("/incident-settings", "table.list")),
)
