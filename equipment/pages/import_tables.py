"""The tables of an import: counts, faults, what is worth a look, the first rows."""

import re
from collections.abc import Sequence
from html import escape
from typing import Final
from urllib.parse import quote

from equipment.due import Precision
from equipment.service.importing.columns import COLUMNS
from equipment.service.importing.lines import FATE_NAMES, Fate, Line, Plan
from safety_app.core.i18n import _, ngettext
from safety_app.core.intake import Problem
from safety_app.ui import markup
from safety_app.ui.markup import Safe

SHOWN: Final = 20
LISTED: Final = 200
NAMED: Final = 20
RANGES: Final = 12
AT_ONCE: Final = 1_000
LOOKS: Final[dict[Fate, tuple[markup.Tone, str]]] = {
    Fate.NEW: ("petrol", "add"),
    Fate.CHANGED: ("blue", "edit"),
    Fate.SAME: ("grey", "remove"),
    Fate.LEFT_OUT: ("grey", "block"),
    Fate.BAD: ("red", "report"),
}
WORTH: Final = [Fate.NEW, Fate.CHANGED, Fate.LEFT_OUT, Fate.SAME]
_NUMBER: Final = re.compile(r"(.*?)(\d+)\Z")


def counts(plan: Plan) -> str:
    """Rows and pieces by what becomes of them."""
    fates = [one for one in Fate if one in (Fate.NEW, Fate.BAD) or plan.rows(one)]
    heads = [_("Counted"), *(_(FATE_NAMES[fate]) for fate in fates), _("Together")]
    rows = [plan.rows(fate) for fate in fates]
    pieces = [plan.pieces_of(fate) for fate in fates]
    lines = [
        (_("Rows"), *map(str, rows), str(sum(rows))),
        (_("Pieces"), *map(str, pieces), str(sum(pieces))),
    ]
    return markup.table(_("What it makes"), heads, lines)


def by_kind(plan: Plan) -> str:
    """How many new pieces of each kind."""
    found = plan.by_kind()
    if not found:
        return ""
    parts = [_("{kind} × {n}", kind=kind.display_name, n=pieces) for kind, pieces in found]
    said = _("To be registered: {list}", list=_("; ").join(parts))
    return f"<p>{escape(said)}</p>"


def faults(plan: Plan) -> str:
    """Every fault with its place."""
    problems = plan.problems
    count = ngettext("{n} fault in the list", "{n} faults in the list", len(problems))
    several = len({line.sheet for line in plan.lines}) > 1
    heads = [*([_("Sheet")] if several else []), _("Row"), _("Column"), _("Fault")]
    rows = [
        (*([one.sheet] if several else []), str(one.row or ""), one.column, one.text)
        for one in problems[:LISTED]
    ]
    more = ""
    if len(problems) > LISTED:
        said = _("And {n} more; all of them are in the download.", n=len(problems) - LISTED)
        more = f"<p>{said}</p>"
    return markup.section(count) + markup.table(count, heads, rows) + more


def hints(plan: Plan) -> str:
    """What is no fault but should be known: one line for all rows that share it."""
    found: dict[tuple[str, str], list[Problem]] = {}
    for one in plan.hints:
        found.setdefault((one.column, one.text), []).append(one)
    several = len({line.sheet for line in plan.lines}) > 1
    rows = [
        (column, text, _rows(where, several=several)) for (column, text), where in found.items()
    ]
    head = _("Worth a look; no faults")
    return markup.section(head) + markup.table(
        head, [_("Column"), _("What was taken how"), _("Rows")], rows[:LISTED]
    )


def preview(plan: Plan) -> str:
    """The first rows that are not faulty, as they are understood: what is new first."""
    good = [line for line in plan.lines if line.fate is not Fate.BAD]
    lines = sorted(good, key=lambda one: WORTH.index(one.fate))
    if not lines:
        return ""
    labels = {column.key: column.label for column in COLUMNS}
    heads = [
        _("State"), _("Row"), labels["name"], labels["size"], labels["count"], labels["made"],
        labels["place"], labels["custodian"], _("Remark"),
    ]  # fmt: skip
    head = _("The rows as they are understood")
    under = ""
    if len(lines) > SHOWN:
        said = _("The first {n} of {total} rows.", n=SHOWN, total=len(lines))
        under = f'<p class="muted">{said}</p>'
    several = len({line.sheet for line in plan.lines}) > 1
    rows = [_line(one, several=several) for one in lines[:SHOWN]]
    return markup.section(head) + markup.table(head, heads, rows) + under


def _line(one: Line, *, several: bool) -> Sequence[str | Safe]:
    tone, symbol = LOOKS[one.fate]
    badge = Safe(markup.badge(_(FATE_NAMES[one.fate]), tone, symbol))
    row = _("{sheet}: {rows}", sheet=one.sheet, rows=one.row) if several else str(one.row)
    made = _date(one) or one.said["made"]
    if not made and one.kind and one.kind.needs_made_date and not one.item_id:
        made = _("To be verified")
    name = one.kind.display_name if one.kind else one.said["name"]
    return (
        badge, row, name, one.size, str(one.count), made, one.place_text, one.said["custodian"],
        _remark(one),
    )  # fmt: skip


def _date(one: Line) -> str:
    """2024-03, or with its day where that is told."""
    if one.made_on is None:
        return ""
    is_month = one.precision is Precision.MONTH
    return f"{one.made_on:%Y-%m}" if is_month else one.made_on.isoformat()


def _remark(one: Line) -> Safe:
    """Its code, how it is known already, or what changes from what to what."""
    changes = [
        _("{what}: {old} → {new}", what=each.column, old=each.old or "–", new=each.new)
        for each in one.changes
    ]
    why = one.why if one.fate is Fate.SAME or one.is_alike else ""
    parts = [one.code if one.code and not why else "", why, *changes]
    return Safe("<br>".join(escape(part) for part in parts if part) or "–")


def doing(plan: Plan) -> str:
    """What the button does."""
    new, changed = plan.pieces, plan.pieces_changed
    if new and changed:
        return _("Register {new} pieces and change {changed}", new=new, changed=changed)
    if changed:
        return ngettext("Change {n} piece", "Change {n} pieces", changed)
    return ngettext("Register {n} piece", "Register {n} pieces", new)


def label_addresses(codes: Sequence[str]) -> list[str]:
    """Where the labels of these pieces are printed, as many at once as one print takes."""
    parts = [codes[at : at + AT_ONCE] for at in range(0, len(codes), AT_ONCE)]
    return [f"/equipment-labels?codes={quote(','.join(spans(part, '~')))}" for part in parts]


def spans(codes: Sequence[str], between: str = " – ") -> list[str]:
    """Codes that follow each other as the first and the last."""
    found: list[tuple[str, str]] = []
    for code in codes:
        if found and code == _after(found[-1][1]):
            found[-1] = (found[-1][0], code)
        else:
            found.append((code, code))
    return [first if first == last else f"{first}{between}{last}" for first, last in found]


def _after(code: str) -> str:
    parts = _NUMBER.match(code)
    return f"{parts[1]}{int(parts[2]) + 1:0{len(parts[2])}d}" if parts else ""


def _rows(where: Sequence[Problem], *, several: bool) -> str:
    """Their numbers, those in a row as a range; sheet by sheet where there are several."""
    parts: list[str] = []
    for sheet in dict.fromkeys(one.sheet for one in where):
        numbers = sorted({one.row or 0 for one in where if one.sheet == sheet})
        said = _(", ").join(_ranges(numbers)[:RANGES])
        if len(_ranges(numbers)) > RANGES:
            said = _("{rows} … ({n} rows)", rows=said, n=len(numbers))
        parts.append(_("{sheet}: {rows}", sheet=sheet, rows=said) if several else said)
    return _("; ").join(parts)


def _ranges(numbers: Sequence[int]) -> list[str]:
    found: list[list[int]] = []
    for number in numbers:
        if found and number == found[-1][1] + 1:
            found[-1][1] = number
        else:
            found.append([number, number])
    return [str(first) if first == last else f"{first}–{last}" for first, last in found]
