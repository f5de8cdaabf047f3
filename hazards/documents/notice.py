"""The rectification notice of a hazard, with the opinion of the re-inspection."""

from collections.abc import Sequence

from hazards.documents.paper import NOTHING, Head, date_units, form, grid, print_paper
from hazards.models import (
    CATEGORY_NAMES,
    KIND_NAMES,
    LEGAL_NAMES,
    LEVEL_NAMES,
    ORIGIN_NAMES,
    Kind,
    Step,
)
from hazards.service import HazardDetail, PhotoView, StepView
from hazards.wording import sentence
from safety_app.core import clock
from safety_app.core.i18n import _, day_text, moment_text, ngettext
from safety_app.core.pdf.blocks import (
    Block,
    Column,
    Heading,
    Paragraph,
    PhotoBox,
    PhotoPair,
    PhotoPairs,
    SignatureLine,
    Signatures,
    Table,
    Title,
)
from safety_app.core.photos import PhotoStore
from safety_app.core.settings import settings
from safety_app.core.sheets import SheetColumn, SheetTable, workbook

MOST_PAIRS = 3


def notice_number(number: str) -> str:
    """`ZG-2026-0123` for the hazard `HZ-2026-0123`."""
    return number.replace("HZ-", "ZG-", 1)


def notice_pdf(hazard: HazardDetail, head: Head, basis: str) -> bytes:
    """The paper in the current language."""
    return print_paper(
        notice_blocks(hazard, head, basis),
        head,
        title=_title(hazard),
        number=notice_number(hazard.number),
    )


def notice_xlsx(hazard: HazardDetail, head: Head, basis: str) -> bytes:
    """The same facts as an Excel workbook: the notice, then what happened."""
    facts = [
        (_("Unit"), head.unit),
        (_("Number"), notice_number(hazard.number)),
        (_("Number of the hazard"), hazard.number),
        *(pair for row in _short_facts(hazard, head).rows for pair in (row[:2], row[2:])),
        *_long_facts(hazard, basis).rows,
        *_opinion(hazard, head).rows,
    ]
    course = _course(hazard.steps, head)
    columns = (SheetColumn(_("Fact")), SheetColumn(_("Value")))
    rows = [(str(name), str(value).strip()) for name, value in facts if name]
    heads = tuple(SheetColumn(column.label) for column in course.columns)
    steps = [tuple(str(cell) for cell in row) for row in course.rows]
    title = _title(hazard)
    tables = [SheetTable(title, columns, rows), SheetTable(_("What happened"), heads, steps)]
    return workbook(tables, title=title, created_at=head.as_of)


def notice_blocks(hazard: HazardDetail, head: Head, basis: str) -> list[Block]:
    """What is to be fixed by whom, then what the re-inspection found."""
    numbers = (
        _("No. {number}", number=notice_number(hazard.number)),
        _("Hazard {number}", number=hazard.number),
    )
    pairs = _pairs(hazard, head)
    return [
        Title(_title(hazard), "\n".join((head.unit, "    ".join(numbers)))),
        *head.limits(),
        Paragraph(_("To: {owner}", owner=hazard.owner or "______________"), indent=False),
        Paragraph(_request(hazard)),
        _short_facts(hazard, head),
        _long_facts(hazard, basis),
        _signatures(
            SignatureLine(_("Issued by (signature):")),
            SignatureLine(_("Received by (signature):")),
            seal=_("Seal of the unit"),
        ),
        Heading(_("Opinion of the re-inspection")),
        _opinion(hazard, head),
        *([PhotoPairs(pairs, empty=_("No photo"))] if pairs else []),
        Heading(_("What happened")),
        _course(hazard.steps, head),
        _recheck_signatures(hazard),
    ]


def _title(hazard: HazardDetail) -> str:
    if hazard.kind == Kind.SERVICE:
        return _("Rectification notice (service point)")
    return _("Hazard rectification notice")


def _request(hazard: HazardDetail) -> str:
    if hazard.closed_at:
        return _("The following was found. How it was rectified is told below.")
    if hazard.fix_by is None:
        return _("The following was found. Please rectify it and report it for re-inspection.")
    day = day_text(hazard.fix_by, weekday=False, year=True)
    return _(
        "The following was found. Please rectify it by {day} as required below and report it for"
        " re-inspection; it is closed only after it has passed.",
        day=day,
    )


def _short_facts(hazard: HazardDetail, head: Head) -> Table:
    found = moment_text(hazard.registered_at, head.timezone, year=True)
    by = hazard.registered_by or _("The public or the system")
    return grid(
        (_("Place"), hazard.place),
        (_("Found"), _("{moment}, {person}", moment=found, person=by)),
        (_("Level"), _(LEVEL_NAMES[hazard.level])),
        (
            _("Legal class"),
            _(LEGAL_NAMES[hazard.legal_class])
            if hazard.kind == Kind.SAFETY
            else _(KIND_NAMES[hazard.kind]),
        ),
        (_("Owner"), hazard.owner or ""),
        (_("Fix by"), _deadline(hazard)),
        (_("Category"), _(CATEGORY_NAMES[hazard.category])),
        (_("Source"), _(ORIGIN_NAMES[hazard.origin])),
    )


def _deadline(hazard: HazardDetail) -> str:
    if hazard.fix_by is None:
        return ""
    day = day_text(hazard.fix_by, weekday=False, year=True)
    first = hazard.original_fix_by
    if first and first != hazard.fix_by:
        at_first = day_text(first, weekday=False, year=True)
        return _("{day} (at first {first})", day=day, first=at_first)
    return day


def _long_facts(hazard: HazardDetail, basis: str) -> Table:
    rows = [
        (_("What is wrong"), "\n".join(filter(None, (hazard.what, hazard.note)))),
        (_("Basis"), basis),
        (_("Requirement and measures"), hazard.measures or " \n "),
        (_("Interim measure"), hazard.interim_measure or NOTHING),
    ]
    if hazard.needs_plan:
        rows.append((_("Five-fix"), _five_fix(hazard)))
    elif hazard.funds:
        rows.append((_("Funds"), _funds(hazard)))
    extended = [one for one in hazard.steps if one.step == Step.EXTEND]
    if extended:
        rows.append((_("Extensions"), "\n".join(_told(one) for one in extended)))
    if hazard.sent_back_count:
        count = hazard.sent_back_count
        rows.append((_("Sent back"), ngettext("once", "{n} times", count)))
    return form(*rows)


def _told(step: StepView) -> str:
    return _("; ").join(filter(None, (sentence(step), step.note)))


def _five_fix(hazard: HazardDetail) -> str:
    """Responsibility, measures, funds, deadline, contingency plan (五落实)."""
    day = day_text(hazard.fix_by, weekday=False, year=True) if hazard.fix_by else ""
    blank = "________"
    return "\n".join(
        _("{name}: {value}", name=name, value=value or blank)
        for name, value in (
            (_("Responsibility"), hazard.owner),
            (_("Measures"), hazard.measures),
            (_("Funds"), _funds(hazard)),
            (_("Deadline"), day),
            (_("Contingency plan"), hazard.contingency),
        )
    )


def _funds(hazard: HazardDetail) -> str:
    yuan = _("{yuan} yuan", yuan=f"{hazard.funds_yuan:,}") if hazard.funds_yuan is not None else ""
    return _("; ").join(filter(None, (hazard.funds, yuan)))


def _signatures(*lines: SignatureLine, seal: str = "") -> Signatures:
    return Signatures(tuple(lines), _("Date:"), date_units(), seal=seal)


def _last(steps: Sequence[StepView], *wanted: Step) -> StepView | None:
    return next((one for one in reversed(steps) if one.step in wanted), None)


def _opinion(hazard: HazardDetail, head: Head) -> Table:
    """As recorded; lines to fill in by hand where nobody has looked at the fix yet."""
    fixed = _last(hazard.steps, Step.FIX)
    checked = _last(hazard.steps, Step.ACCEPT, Step.SEND_BACK, Step.VOID)
    if fixed and checked and hazard.steps.index(checked) < hazard.steps.index(fixed):
        checked = None  # a fix handed in again waits for its own re-inspection
    return form(
        (_("What was done"), fixed.note if fixed else " \n "),
        (_("Done by, on"), _who_when(fixed, head, done=True)),
        (_("Result"), _result(checked)),
        (_("Re-inspected by, on"), _who_when(checked, head)),
    )


def _who_when(step: StepView | None, head: Head, *, done: bool = False) -> str:
    if step is None:
        return ""
    person = step.person if done and step.person else step.actor
    moment = moment_text(step.at, head.timezone, year=True)
    return _("{moment}, {person}", moment=moment, person=person)


def _result(step: StepView | None) -> str:
    if step is None:
        return _("□ passed, closed    □ not passed, sent back")
    words = {
        Step.ACCEPT: _("Passed: the fix is accepted and the hazard is closed."),
        Step.SEND_BACK: _("Not passed: sent back to be fixed."),
        Step.VOID: _("Found to be no hazard; taken off the list."),
    }[step.step]
    return "\n".join(filter(None, (words, step.note)))


def _recheck_signatures(hazard: HazardDetail) -> Signatures:
    """Lines to sign by hand; whom the record names stands before the line, never on it."""
    accepted = _last(hazard.steps, Step.ACCEPT) if hazard.closed_at else None
    label = _("Re-inspected by (signature):")
    if accepted and accepted.actor:
        label = _("Re-inspected by {name} (signature):", name=accepted.actor)
    return _signatures(
        SignatureLine(label),
        SignatureLine(_("Owner (signature):")),
    )


def _course(steps: Sequence[StepView], head: Head) -> Table:
    """Every step with its moment: extensions and returns are told here in order."""
    columns = (Column(_("Date"), 1.7), Column(_("Step"), 4), Column(_("Remark"), 3))
    rows = tuple(
        (
            moment_text(one.at, head.timezone, year=True),
            sentence(one),
            one.note if one.step != Step.ASSIGN else "",
        )
        for one in steps
        if one.step != Step.SIGHT
    )
    return Table(columns, rows)


def _pairs(hazard: HazardDetail, head: Head) -> tuple[PhotoPair, ...]:
    """The pictures beside each other, the first of the problem with the last of the fix."""
    before = [_box(one, head, fixed=False) for one in hazard.before[:MOST_PAIRS]]
    after = [_box(one, head, fixed=True) for one in tuple(reversed(hazard.after))[:MOST_PAIRS]]
    count = max(len(before), len(after))

    def at(boxes: list[PhotoBox], index: int) -> PhotoBox | None:
        return boxes[index] if index < len(boxes) else None

    return tuple(PhotoPair("", at(before, index), at(after, index)) for index in range(count))


def _box(photo: PhotoView, head: Head, *, fixed: bool) -> PhotoBox:
    day = day_text(clock.local_day(photo.at, head.timezone), weekday=False)
    words = _("After the fix, {day}", day=day) if fixed else _("Before the fix, {day}", day=day)
    return PhotoBox(PhotoStore(settings().photo_dir).path(photo.key), words)
