"""What stands on labels: of chosen items, or of all of a kind or place, in walking order."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from sqlalchemy import ColumnElement, and_, func, or_, select
from sqlalchemy.orm import Session

from equipment.due import is_due
from equipment.kinds import Family, Kind
from equipment.models import ON_REGISTER, Item, Status
from equipment.paper_errors import NoLabelForGone, NothingToLabel, TooManyLabels
from equipment.permissions import Permission
from equipment.service import rules
from equipment.service.places import Places, places
from equipment.visibility import within
from equipment.wording import service_name
from safety_app.core.access import Actor
from safety_app.core.errors import NotAllowed, NotFound
from safety_app.core.i18n import N_, _, bilingual, day_text

MOST: Final = 2_000
WHO_PRINTS: Final = N_("The window lead, the safety officer or the administrator")


@dataclass(frozen=True, slots=True)
class LabelPaper:
    """Paper that labels are sold on; measures in millimetres."""

    name: str
    wide: float
    high: float
    columns: int = 1
    rows: int = 1

    @property
    def count(self) -> int:
        """Labels on one page."""
        return self.columns * self.rows


PAPERS: Final[Mapping[str, LabelPaper]] = {
    "3x8": LabelPaper(N_("A4, 24 labels of 70 × 37 mm"), 70, 297 / 8, 3, 8),
    "2x5": LabelPaper(N_("A4, 10 labels of 105 × 59 mm"), 105, 297 / 5, 2, 5),
    "70x37": LabelPaper(N_("Single labels, 70 × 37 mm"), 70, 37),
    "60x40": LabelPaper(N_("Single labels, 60 × 40 mm"), 60, 40),
}
"""Sheets are cut through the whole A4, without margins, as most label paper is."""


@dataclass(frozen=True, slots=True)
class Chosen:
    """Which items to label: those with these ids or codes, else all that fit the rest.

    A code may be a span: its first and its last, `MHQ-0001` and `MHQ-0300`.
    """

    ids: tuple[int, ...] = ()
    codes: tuple[tuple[str, str], ...] = ()
    kind: str = ""
    family: Family | None = None
    window_id: int | None = None
    location_id: int | None = None
    floor: str | None = None
    common: bool = False


@dataclass(frozen=True, slots=True)
class Label:
    """All that stands on one label, in the current language."""

    code: str
    name: str
    place: str
    dates: tuple[tuple[str, str], ...]


def list_labels(session: Session, actor: Actor, chosen: Chosen, *, today: date) -> list[Label]:
    """The labels as of today: by code where codes are given, else place by place in walking order.

    Raises `NothingToLabel`, `TooManyLabels`, and for a named item what forbids its label.
    """
    if not _may(actor):
        raise NotAllowed(who=WHO_PRINTS)
    kinds, named = rules.kinds_of(session, actor.site_id), places(session, actor.site_id)
    rows: Sequence[Any]
    if chosen.ids:
        rows = _named_rows(session, actor, chosen.ids)
    else:
        conditions = _conditions(actor, chosen, kinds, named)
        count = session.scalar(select(func.count()).where(*conditions)) or 0
        _check(count)
        rows = session.execute(select(*_COLUMNS).where(*conditions).order_by(Item.code)).all()
        if not chosen.codes:
            rows = sorted(rows, key=lambda row: _walking(row, named))
    return [_label(row, kinds[row.kind], named, today) for row in rows]


def count_labels(session: Session, actor: Actor, chosen: Chosen) -> int:
    """How many labels there would be."""
    if chosen.ids:
        return len(chosen.ids)
    kinds, named = rules.kinds_of(session, actor.site_id), places(session, actor.site_id)
    query = select(func.count()).where(*_conditions(actor, chosen, kinds, named))
    return session.scalar(query) or 0


_COLUMNS: Final = (
    Item.id,
    Item.code,
    Item.kind,
    Item.size,
    Item.status,
    Item.window_id,
    Item.location_id,
    Item.placing,
    Item.walk_order,
    Item.inspect_by,
    Item.service_by,
    Item.service_next,
    Item.expires_on,
    Item.expiry_unknown,
    Item.scrap_on,
)


def _may(actor: Actor) -> bool:
    return actor.may_somewhere(Permission.KEEP) or actor.may_somewhere(Permission.RETIRE)


def _mine(actor: Actor) -> ColumnElement[bool]:
    """What this person registers or replaces."""
    return or_(within(actor, Permission.KEEP), within(actor, Permission.RETIRE))


def _named_rows(session: Session, actor: Actor, ids: Sequence[int]) -> list[Any]:
    _check(len(ids))
    query = select(*_COLUMNS).where(Item.id.in_(ids), _mine(actor))
    found = {row.id: row for row in session.execute(query)}
    for item_id in ids:
        if item_id not in found:
            raise NotFound()
        if found[item_id].status not in ON_REGISTER:
            raise NoLabelForGone(code=found[item_id].code, status=Status(found[item_id].status))
    return [found[item_id] for item_id in dict.fromkeys(ids)]


def _check(count: int) -> None:
    if count == 0:
        raise NothingToLabel()
    if count > MOST:
        raise TooManyLabels(n=count, most=MOST)


def _conditions(
    actor: Actor, chosen: Chosen, kinds: dict[str, Kind], named: Places
) -> list[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = [_mine(actor), Item.status.in_(ON_REGISTER)]
    if chosen.codes:
        found.append(or_(*(_span(first, last) for first, last in chosen.codes)))
    if chosen.kind:
        found.append(Item.kind == chosen.kind)
    elif chosen.family:
        of_family = [code for code, kind in kinds.items() if kind.family is chosen.family]
        found.append(Item.kind.in_(of_family))
    if chosen.window_id is not None:
        found.append(Item.window_id == chosen.window_id)
    elif chosen.location_id is not None:
        found.append(Item.location_id == chosen.location_id)
    elif chosen.floor is not None:
        found.append(named.on(chosen.floor))
    elif chosen.common:
        found.append(Item.window_id.is_(None))
    return found


def _span(first: str, last: str) -> ColumnElement[bool]:
    """Codes of one prefix and length from the first to the last."""
    if first == last:
        return Item.code == first
    prefix = first.rstrip("0123456789")
    alike = and_(
        Item.code.startswith(prefix, autoescape=True), func.length(Item.code) == len(first)
    )
    return and_(alike, Item.code.between(first, last))


def _walking(row: Any, named: Places) -> tuple[str, str, int, str]:
    """Floor, place, order of the round, code: as one goes from one to the next."""
    floor = named.floor(row.window_id, row.location_id)
    place = named.text(row.window_id, row.location_id)
    return floor, place, row.walk_order, row.code


def _label(row: Any, kind: Kind, named: Places, today: date) -> Label:
    expires_on = None if row.expiry_unknown else row.expires_on
    must_go = row.scrap_on is not None and is_due(row.scrap_on, today)
    dates = (
        (_("Next inspection"), _("Inspection due"), row.inspect_by),
        (*_service_names(row), None if must_go else row.service_by),
        (_("Parts expire"), _("Part expired"), expires_on),
        (_("Scrap date"), _("Scrap date reached"), row.scrap_on),
    )
    return Label(
        code=row.code,
        name=f"{kind.display_name} {row.size}".strip(),
        place=named.text(row.window_id, row.location_id, row.placing),
        dates=tuple(
            (reached if is_due(day, today) else ahead, day_of(day))
            for ahead, reached, day in dates
            if day is not None
        ),
    )


def _service_names(row: Any) -> tuple[str, str]:
    """What is written before the next service, and before one whose day has come."""
    ahead = _("Next {service}", service=service_name(row.service_next, inside=True))
    return ahead, _("{service} due", service=service_name(row.service_next))


def day_of(day: date) -> str:
    """`2026-10-19` or `19 Oct 2026`."""
    return bilingual(day.isoformat(), day_text(day, weekday=False, year=True))
