"""The contact list, and the list of the plans in force on a day."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime

from drills.plans.documents.paper import NOTHING, Head, day, print_paper
from drills.plans.models import KIND_NAMES, RULES
from drills.plans.reasons import how_judged, reason, standing_word
from drills.plans.service.contacts import Contacts
from drills.plans.service.on_a_day import OnDay
from drills.plans.service.versions import VersionView
from safety_app.core.i18n import _, moment_text
from safety_app.core.pdf.blocks import Block, Column, Heading, Note, Paragraph, Table, Title


def contacts_pdf(found: Contacts, head: Head, *, on: date, as_of: datetime) -> bytes:
    """应急联系表: numbers outside, then who leads what, with today's numbers."""
    title = _("Contact list for emergencies")
    blocks: list[Block] = [Title(title, head.unit), *head.limits(), *contact_blocks(found)]
    footer = _("As of {moment}", moment=day(on))
    return print_paper(blocks, title=title, footer=footer, as_of=as_of)


def contact_blocks(found: Contacts) -> list[Block]:
    """The two tables of the list."""
    if not found.numbers and not found.duties:
        return [Paragraph(_("No plan is in force, so nobody is named yet."))]
    numbers = tuple((one.name.text, one.phone) for one in found.numbers)
    people = tuple(
        (one.name, one.post, one.phone or NOTHING, "\n".join(one.roles)) for one in found.duties
    )
    columns = (
        Column(_("Name"), 1.2), Column(_("Post"), 1.5), Column(_("Phone"), 1.6),
        Column(_("What they do"), 4),
    )  # fmt: skip
    blocks: list[Block] = [
        Heading(_("Numbers outside")),
        Table((Column(_("Who is called"), 3), Column(_("Phone"), 2)), numbers, whole=True),
        Heading(_("In the hall")),
        Table(columns, people),
    ]
    if found.without_phone:
        names = _(", ").join(found.without_phone)
        blocks.append(Note(_("No number in the directory: {names}. The administrator enters it.",
                             names=names)))  # fmt: skip
    return blocks


def register_pdf(
    found: Sequence[OnDay],
    views: Mapping[int, VersionView],
    head: Head,
    *,
    on: date,
    as_of: datetime,
    nothing: str,
    is_past: bool,
) -> bytes:
    """Which plans were in force on a day, in which version, and how each stood on that day.

    `nothing` says why there is none.
    """
    title = _("Emergency plans in force")
    blocks: list[Block] = [
        Title(title, _("{unit}, {day}", unit=head.unit, day=day(on))),
        *head.limits(),
        *register_blocks(found, views, head, nothing=nothing, is_past=is_past),
    ]
    return print_paper(
        blocks, title=title, footer=_("As of {moment}", moment=day(on)), as_of=as_of,
        landscape=True,
    )  # fmt: skip


def register_blocks(
    found: Sequence[OnDay],
    views: Mapping[int, VersionView],
    head: Head,
    *,
    nothing: str = "",
    is_past: bool = False,
) -> list[Block]:
    """The table, each version with its check code; or why there is nothing to show."""
    if not found:
        return [Paragraph(nothing)] if nothing else []
    columns = (
        Column(_("Number"), 1), Column(_("Title"), 2.6), Column(_("Version"), 1),
        Column(_("In force from"), 1.5), Column(_("Published by"), 1.6),
        Column(_("Review by"), 1.5), Column(_("On this day"), 3.2), Column(_("Read by"), 0.9),
        Column(_("Check code"), 1.7),
    )  # fmt: skip
    rows = tuple(_row(one, views[one.held.version_id], head) for one in found)
    blocks: list[Block] = [Table(columns, rows)]
    if is_past:
        blocks.append(Note(how_judged()))
    return blocks


def _row(one: OnDay, view: VersionView, head: Head) -> tuple[str, ...]:
    held, read = one.held, one.coverage
    published = moment_text(view.published_at, head.timezone, year=True)
    return (
        held.number,
        f"{held.title}\n{_(KIND_NAMES[held.kind])}",
        _("Version {n}", n=held.version),
        day(held.effective_on),
        f"{view.published_by}\n{published}",
        NOTHING if held.kind in RULES else day(held.review_by),
        "\n".join((standing_word(one), *map(reason, one.whys))),
        f"{read.read}/{read.of}" if read.of else NOTHING,
        view.digest[:16].upper(),
    )
