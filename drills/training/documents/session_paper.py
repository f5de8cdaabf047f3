"""签到表 and 培训记录 of a session: who was there and signed, what it came to."""

from typing import Final

from drills.training.documents.paper import (
    NOTHING,
    Head,
    course_name,
    hours_text,
    print_paper,
    signatures,
    span,
)
from drills.training.models import Way
from drills.training.service.session_views import Head as Person
from drills.training.service.session_views import SessionView
from safety_app.core.i18n import _, moment_text, ngettext
from safety_app.core.pdf.blocks import (
    Block,
    Cell,
    Column,
    Heading,
    Note,
    Paragraph,
    Table,
    Title,
)
from safety_app.core.pdf.signatures import signed

MORE: Final = 6
"""Empty lines for who comes without being invited."""
LEAST: Final = 16
SIGN_HEIGHT: Final = 26.0


def number_of(found: SessionView, head: Head) -> str:
    """The number of the session on its papers."""
    return f"PX-{found.row.starts_at.year}-{found.row.id:04}"


def sign_in_pdf(found: SessionView, head: Head) -> bytes:
    """The sheet that people sign, with empty lines below the names."""
    title = _("Training sign-in sheet")
    names = [(one.name, one.staff_no, one.windows or one.agency) for one in found.heads]
    empty = max(MORE, LEAST - len(names))
    rows: list[tuple[Cell, ...]] = [
        (str(n), *one, "", "") for n, one in enumerate([*names, *[("", "", "")] * empty], 1)
    ]
    columns = (
        Column(_("No."), 0.5, "center"),
        Column(_("Name"), 1.2),
        Column(_("Staff number"), 1.0),
        Column(_("Window or unit"), 2.0),
        Column(_("Own signature"), 1.8),
        Column(_("Note on the record"), 1.0),
    )
    blocks: list[Block] = [
        Title(title, head.unit),
        *head.limits(),
        _facts(found, head),
        Table(columns, tuple(rows), row_height=SIGN_HEIGHT),
        Note(
            _(
                "Everybody signs in their own hand. Tick who signed in the program, and add a photo"
                " of this sheet when the session is closed."
            )
        ),
        signatures(_("Trainer:"), _("Recorded by:"), seal=False),
    ]
    return print_paper(blocks, head, title=title, number=number_of(found, head))


def record_pdf(found: SessionView, head: Head) -> bytes:
    """The record of a session that was held."""
    title = _("Record of a safety training")
    blocks: list[Block] = [
        Title(title, f"{head.unit}\n{_('No. {number}', number=number_of(found, head))}"),
        *head.limits(),
        *record_blocks(found, head),
        signatures(_("Trainer:"), _("Recorded by:"), _("Person in charge:")),
    ]
    return print_paper(blocks, head, title=title, number=number_of(found, head))


def record_blocks(found: SessionView, head: Head) -> list[Block]:
    """What was taught, who was there and signed, what it came to."""
    blocks: list[Block] = [_facts(found, head)]
    if found.topic:
        blocks += [Heading(_("What was taught")), Paragraph(found.topic)]
    if found.summary:
        blocks += [Heading(_("How the training went")), Paragraph(found.summary)]
    blocks += [Heading(_("Sign-in and results")), Paragraph(_sum(found)), _people(found, head)]
    absent = [one.name for one in found.heads if not one.present_at]
    if absent:
        names = _(", ").join(absent)
        blocks.append(Note(_("Invited and not there: {names}.", names=names)))
    blocks.append(
        Note(
            _(
                "Basis: Work Safety Law, art. 28 (time, content, participants and results are"
                " recorded). Signatures are drawn on the tablet, or stand on the sheet that is"
                " filed with this record."
            )
        )
    )
    return blocks


def _facts(found: SessionView, head: Head) -> Table:
    row = found.row
    facts = (
        (_("Course"), course_name(row.course), _("Hours"), hours_text(row.hours)),
        (_("Time"), span(row.starts_at, row.ends_at, head.timezone), _("Place"), row.place),
        (_("Trainer"), row.trainer, _("For"), row.window or _("The whole hall")),
    )
    columns = (
        Column("", 0.8, is_name=True),
        Column("", 2.6),
        Column("", 0.8, is_name=True),
        Column("", 1.8),
    )
    return Table(columns, facts, whole=True)


def _sum(found: SessionView) -> str:
    there = found.present
    said = ngettext(
        "Of {of} invited {n} person was there.",
        "Of {of} invited {n} people were there.",
        len(there),
        of=len(found.heads),
    )
    results = [one.result for one in there if one.result is not None]
    if not results:
        return said
    passed = sum(one.passed for one in results)
    tail = _("Of {of} with a result {n} passed.", of=len(results), n=passed)
    return f"{said}{tail}" if said.endswith("。") else f"{said} {tail}"


def _people(found: SessionView, head: Head) -> Table:
    columns = (
        Column(_("No."), 0.5, "center"),
        Column(_("Name"), 1.1),
        Column(_("Staff number"), 0.9),
        Column(_("Window or unit"), 1.8),
        Column(_("Signature"), 1.6, "center"),
        Column(_("Signed at"), 0.9, "center"),
        Column(_("Result"), 1.2, "center"),
    )
    rows = tuple(_person(n, one, head) for n, one in enumerate(found.present, 1))
    return Table(columns, rows)


def _person(n: int, one: Person, head: Head) -> tuple[Cell, ...]:
    drawn: Cell = signed(one.signature, "") if one.signature else _("on the sheet")
    at = NOTHING
    if one.present_at is not None and one.way is Way.TABLET:
        at = moment_text(one.present_at, head.timezone).rpartition(" ")[2]
    return (
        str(n),
        one.name,
        one.staff_no or NOTHING,
        one.windows or one.agency or NOTHING,
        drawn,
        at,
        _result(one),
    )


def _result(one: Person) -> str:
    if one.result is None:
        return NOTHING
    word = _("Passed") if one.result.passed else _("Not passed")
    return f"{word} {one.result.score:g}" if one.result.score is not None else word
