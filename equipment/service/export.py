"""The register as a workbook: the columns that an import reads, and what follows from them."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Final

from sqlalchemy.orm import Session

from equipment.due import Precision
from equipment.kinds import Kind
from equipment.models import Item, Status
from equipment.permissions import Permission
from equipment.service import listing, rules
from equipment.service.importing.columns import STATUS_WORDS, label
from equipment.service.listing import Filters
from equipment.service.places import Places, places
from equipment.standing import Mark, standings
from equipment.wording import service_name
from safety_app.accounts import service as accounts
from safety_app.core.access import Actor
from safety_app.core.errors import NotAllowed
from safety_app.core.i18n import N_, _, language
from safety_app.core.sheets import Cell, SheetColumn, SheetTable, workbook
from safety_app.core.sheets import Kind as Look

AS_LISTED: Final[Sequence[tuple[str, Look]]] = (
    ("code", "text"), ("name", "text"), ("size", "text"), ("count", "number"), ("made", "text"),
    ("serviced", "text"), ("place", "text"), ("window", "text"), ("floor", "text"),
    ("placing", "text"), ("custodian", "text"), ("rating", "text"), ("maker", "text"),
    ("serial", "text"), ("status", "text"),
)  # fmt: skip
"""Read again by an import; a code keeps each row from being registered twice."""
COMPUTED: Final = (
    N_("Next inspection"), N_("Next service"), N_("Parts expire"), N_("Scrap date"),
    N_("Registered on"),
)  # fmt: skip
MARK_WORDS: Final[Mapping[Mark, str]] = {
    Mark.UNFIT: N_("Unfit for use"),
    Mark.TO_SCRAP: N_("Scrap date reached"),
    Mark.AWAY: N_("Away for service"),
    Mark.DEFECTIVE: N_("Out of service"),
    Mark.FAILED: N_("Failed its inspection"),
    Mark.EXPIRED: N_("Part expired"),
    Mark.SERVICE_DUE: N_("{service} overdue"),
    Mark.INSPECTION_DUE: N_("Inspection overdue"),
    Mark.UNDATED: N_("Printed date not recorded"),
    Mark.TO_VERIFY: N_("To be verified"),
    Mark.SCRAP_SOON: N_("Scrap date within 30 days"),
    Mark.SERVICE_SOON: N_("{service} within 30 days"),
    Mark.EXPIRY_SOON: N_("New part within 30 days"),
    Mark.FINE: N_("In order"),
    Mark.SCRAPPED: N_("Scrapped"),
    Mark.LOST: N_("Lost"),
}
WHO_SEES: Final = N_("Whoever works here with safety facilities")


def register_xlsx(session: Session, actor: Actor, filters: Filters, *, now: datetime) -> bytes:
    """All items that fit, one a line."""
    if not actor.may_somewhere(Permission.VIEW):
        raise NotAllowed(who=WHO_SEES)
    items = listing.every_item(session, actor, filters)
    columns = [SheetColumn(label(key), look) for key, look in AS_LISTED]
    columns += [SheetColumn(_("How it stands"))]
    columns += [SheetColumn(_(name), "date") for name in COMPUTED]
    kinds = rules.kinds_of(session, actor.site_id)
    named = places(session, actor.site_id)
    people = accounts.names(session, {item.custodian_id for item in items})
    rows = [_row(item, kinds[item.kind], named, people, filters.today) for item in items]
    title = _("Register of safety facilities")
    table = SheetTable(title, tuple(columns), rows)
    return workbook([table], title=title, created_at=now)


def _row(
    item: Item, kind: Kind, named: Places, people: Mapping[int, str], today: date
) -> list[Cell]:
    usual = kind.usual_service
    at = 1 if language() == "en" else 0
    return [
        item.code,
        kind.display_name,
        item.size,
        1,
        _made(item),
        item.last_services.get(usual.code, "") if usual else "",
        named.locations.get(item.location_id or 0, ""),
        named.windows.get(item.window_id or 0, ""),
        named.floor(item.window_id, item.location_id),
        item.placing,
        people.get(item.custodian_id or 0, ""),
        item.fire_classes,
        item.maker,
        item.serial,
        STATUS_WORDS[Status(item.status)][at],
        _("; ").join(
            _(MARK_WORDS[one.mark], service=service_name(one.what))
            for one in standings(item, today)
        ),
        item.inspect_by,
        item.service_by,
        None if item.expiry_unknown else item.expires_on,
        item.scrap_on,
        item.registered_on,
    ]


def _made(item: Item) -> str:
    """2024-03, or with its day; empty where it is not known, which an import leaves alone."""
    if item.made_on is None:
        return ""
    if item.made_precision == Precision.MONTH:
        return f"{item.made_on:%Y-%m}"
    return item.made_on.isoformat()
