"""The pictures of safety facilities: the register, one of them, its inspection, and its papers."""

from collections.abc import Callable
from typing import Final

from playwright.sync_api import Page
from sqlalchemy import ColumnElement, select

from equipment.kinds import Family
from equipment.models import Item, Status
from safety_app.core import db
from safety_app.workplace import service as workplace
from tests.cast import TODAY
from tests.e2e.studio import LANGUAGES, Studio, keep, pages_of, settle, shoot
from tests.e2e.visits import DESKTOP, PHONE

OFFICER, LEAD, MANAGER, ADMINISTRATOR = "liuyang", "limin", "chenjing", "shilei"
KIND, WINDOW, MONTH = "extinguisher-abc", "A02", "2026-10"


def registers(studio: Studio) -> None:
    """The register beside its most pressing item; one item and a round on a phone; the rules."""
    floor = f"floor={floor_of(uninspected()[0])}&family={Family.EXTINGUISHER}"
    for language, short in LANGUAGES:
        with studio.as_(OFFICER, language, DESKTOP) as page:
            studio.show(page, "/equipment", ".timeline")
            page.locator("ul.rows button").first.wait_for()
            shoot(page, f"facilities-desktop-{short}")
        with studio.as_(LEAD, language, PHONE) as page:
            studio.show(page, f"/equipment?item={at_a_window()}", ".timeline")
            shoot(page, f"facility-phone-{short}")
        with studio.as_(OFFICER, language, PHONE) as page:
            studio.show(page, f"/equipment-round?{floor}", "a[href^='/q/']")
            shoot(page, f"round-phone-{short}")
        with studio.as_(ADMINISTRATOR, language, DESKTOP) as page:
            studio.show(page, f"/equipment-kinds?kind={KIND}", "table.list")
            shoot(page, f"kinds-desktop-{short}")


def inspections(studio: Studio) -> None:
    """An extinguisher's sheet half-way and its receipt, another one for each language."""
    for (language, short), code in zip(LANGUAGES, uninspected(), strict=False):
        with studio.as_(OFFICER, language, PHONE) as page:
            studio.show(page, f"/q/{code}", ".group")
            in_order(page, 1)
            page.wait_for_timeout(600)  # the sheet goes to the next group by itself
            page.evaluate("scrollTo({top: 0, behavior: 'instant'})")
            shoot(page, f"extinguisher-phone-{short}")
            for place in range(2, page.locator(".group").count() + 1):
                in_order(page, place)
            page.locator(".foot .primary").click()
            page.locator(".donecard").wait_for()
            settle(page)
            shoot(page, f"inspected-phone-{short}")


def in_order(page: Page, place: int) -> None:
    """Say of a group that all of it is in order."""
    page.locator(f".group:nth-child({place}) > .ask [data-value=P]").click()


def papers(studio: Studio) -> None:
    """A sheet of labels, and the first page of the manager's report."""
    for language, short in LANGUAGES:
        with studio.as_(OFFICER, language, DESKTOP) as page:
            studio.show(page, "/equipment-labels", "h1")
            labels = f"/equipment/labels.pdf?family={Family.EXTINGUISHER}&lang={language}"
            keep(pages_of(page, studio.house.url + labels)[0], f"labels-{short}")
        with studio.as_(MANAGER, language, DESKTOP) as page:
            studio.show(page, "/reports", "h1")
            report = f"/equipment/report/{MONTH}.pdf?lang={language}"
            keep(pages_of(page, studio.house.url + report)[0], f"facilities-report-{short}")


# ------------------------------------------------------------------ what is shown


def uninspected() -> list[str]:
    """Extinguishers of common areas that this month's round has left out so far."""
    since = TODAY.replace(day=1)
    return extinguishers(Item.window_id.is_(None), Item.last_inspected_on < since)


def at_a_window() -> str:
    """An extinguisher at a window of the lead's."""
    with db.reading() as session:
        site = workplace.list_sites(session)[0]
        window = workplace.get_window(session, site.id, WINDOW).id
    return extinguishers(Item.window_id == window)[0]


def extinguishers(*conditions: ColumnElement[bool]) -> list[str]:
    """Their codes, of those in service."""
    query = select(Item.code).where(
        Item.kind == KIND, Item.status == Status.IN_SERVICE, Item.made_on.is_not(None), *conditions
    )
    with db.reading() as session:
        return list(session.scalars(query.order_by(Item.code)))


def floor_of(code: str) -> str:
    """The floor on which an item hangs."""
    with db.reading() as session:
        item = session.scalars(select(Item).where(Item.code == code)).one()
        places = workplace.list_locations(session, item.site_id)
        return next(one.floor for one in places if one.id == item.location_id)


STEPS: Final[dict[str, Callable[[Studio], None]]] = {
    "facilities": registers, "labels": papers, "inspections": inspections,
}  # fmt: skip
