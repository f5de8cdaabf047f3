"""The screens of safety facilities: whose each is, and how one gets there."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy.orm import Session

from equipment import due
from safety_app.core.file_kinds import XLSX
from tests.cast import Cast
from tests.e2e.hall import today
from tests.e2e.visits import Visit
from tests.equipment import lists
from tests.equipment.items import make_item

SEEN: Final = "h1:visible, h2:visible"
SOON, OVER, LAMP = "MHQ-0001", "MHQ-0002", "YJD-0001"
"""What `register` makes first: soon to be serviced, past its age, not inspected in time."""
Show = Callable[[Visit], object]


def register(session: Session, people: Cast, now: datetime, photo_key: str) -> None:
    """Two extinguishers at window A02 and a lamp of the ground floor."""
    made_on = due.add_months(today() + timedelta(days=22), -60)
    here: dict[str, Any] = {"window_id": people.a02, "registered": now}
    make_item(
        session, people, made_on=made_on, precision=due.Precision.DAY, placing="柜台右侧立柱",
        maker="某某消防器材有限公司", custodian_id=people.lead.user_id, photo_key=photo_key, **here,
    )  # fmt: skip
    make_item(session, people, made_on=due.add_months(today(), -121), **here)
    make_item(session, people, "emergency-light", common=True, registered=now - timedelta(days=40))


def _opens(path: str, wait_for: str = SEEN) -> Show:
    return lambda visit: visit.open(path, wait_for)


def _step(code: str, step: str) -> Show:
    return _opens(f"/equipment?item={code}&do={step}", ".st-key-bar_form button")


def _registering(visit: Visit) -> None:
    visit.open("/equipment?do=new", SEEN)
    _first_kind(visit)
    visit.page.locator(".rhythm").wait_for()


def _several(visit: Visit) -> None:
    visit.open("/equipment-bulk", SEEN)
    _first_kind(visit)
    visit.page.locator(".st-key-card_where").wait_for()


def _first_kind(visit: Visit) -> None:
    visit.page.get_by_role("combobox").first.click()
    visit.page.get_by_role("option").first.click()


def _list(visit: Visit) -> None:
    visit.open("/equipment-import", SEEN)
    visit.page.locator("input[type=file]").last.set_input_files(
        {"name": "台账.xlsx", "mimeType": XLSX, "buffer": lists.messy().content}
    )
    visit.page.locator(".st-key-card_preview table").wait_for()


def _other_rules(visit: Visit) -> None:
    visit.open("/equipment-kinds", SEEN)
    visit.page.locator(".st-key-kinds-profile button").click()
    visit.page.locator(".st-key-kinds-profile-change button").wait_for()


def _something_wrong(visit: Visit) -> None:
    page, group = visit.open(f"/q/{SOON}", ".group"), ".group:nth-child(2)"
    if page.locator(".answers").count() == 0:  # another device has begun it
        visit.press("Continue here")
    page.locator(f"{group} > .ask [data-value=F]").click()
    wrong = page.locator(f"{group} .points [data-value=F]").first
    if wrong.get_attribute("aria-pressed") != "true":
        wrong.click()
    page.locator(f"{group} .options").first.wait_for()


SCREENS: Final[tuple[tuple[str, str, Show], ...]] = (
    ("register of facilities", "lead", _opens("/equipment", "ul.rows button")),
    ("a facility", "lead", _opens(f"/equipment?item={SOON}", ".timeline")),
    ("a facility past its age", "manager", _opens(f"/equipment?item={OVER}", ".timeline")),
    ("details of a facility", "lead", _opens(f"/equipment?item={SOON}&do=edit")),
    *(
        (f"{step} of a facility", "lead", _step(SOON, step))
        for step in ("send_away", "service", "move", "condemn", "scrap")
    ),
    ("replacement of a facility", "lead", _step(OVER, "replace")),
    ("new facility", "officer", _registering),
    ("several facilities alike", "officer", _several),
    ("list of facilities", "officer", _opens("/equipment-import")),
    ("faults in a list of facilities", "officer", _list),
    ("labels", "officer", _opens("/equipment-labels", ".st-key-card_labels")),
    ("rounds", "officer", _opens("/equipment-round", ".box .meter")),
    ("a round", "officer", _opens(f"/equipment-round?item={LAMP}", "a[href^='/q/']")),
    ("a code that nothing has", "lead", _opens("/q/XHS-9999", ".note-orange")),
    ("something wrong with a facility", "lead", _something_wrong),
    ("kinds and rules", "administrator", _opens("/equipment-kinds", "ul.rows button")),
    ("a kind", "administrator", _opens("/equipment-kinds?kind=extinguisher-abc", "table.list")),
    ("new kind", "administrator", _opens("/equipment-kinds?kind=new", ".st-key-card_new_kind")),
    ("other rules", "administrator", _other_rules),
)
"""Each by its name and the person, in the order in which they are looked at."""
