"""A whole plan, or a set of rules, in one version, as an office files it."""

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from typing import Final

from drills.plans.content import Group, Words
from drills.plans.documents.paper import NOTHING, Head, day, print_paper, signatures
from drills.plans.models import KIND_NAMES, RULES, SECTION_NAMES, SECTIONS, Section
from drills.plans.numerals import numbered
from drills.plans.service.versions import VersionView
from safety_app.core.file_errors import FileMissing
from safety_app.core.file_store import FileStore
from safety_app.core.i18n import _, moment_text
from safety_app.core.pdf.blocks import (
    Block,
    Column,
    Heading,
    Note,
    Paragraph,
    Plate,
    Table,
    Title,
)
from safety_app.core.settings import settings

UNSURE: Final = ("K", "K?", "D")


def whole_pdf(view: VersionView, head: Head, *, as_of: datetime) -> bytes:
    """The version as PDF in the current language."""
    blocks = [
        Title(view.title, head.unit),
        *head.limits(),
        _facts(view, head),
        *body(view),
        signatures(_("Drafted by:"), _("Checked by:"), _("Approved by:")),
        # Behind the signatures, for a table before them would be kept with them on one page.
        *_basis(view),
    ]
    footer = _("{number}  version {n}  check code {code}",
               number=view.number, n=view.version, code=view.digest[:16].upper())  # fmt: skip
    return print_paper(blocks, title=f"{view.number} {view.title}", footer=footer, as_of=as_of)


def _facts(view: VersionView, head: Head) -> Table:
    """Number, version, days and names, as on a cover."""
    published = moment_text(view.published_at, head.timezone, year=True)
    approved = moment_text(view.approved_at, head.timezone, year=True)
    rows = [
        (_("Number"), view.number, _("Kind"), _(KIND_NAMES[view.kind])),
        (_("Version"), _("Version {n}", n=view.version), _("In force from"),
         day(view.effective_on)),
        (_("Drafted by"), view.drafted_by, _("Plan approved by"),
         f"{view.approved_by}\n{approved}"),
        (_("Published by"), f"{view.published_by}\n{published}", _("What has changed and why"),
         view.because or NOTHING),
    ]  # fmt: skip
    columns = (
        Column("", 1, is_name=True), Column("", 2), Column("", 1.2, is_name=True), Column("", 2),
    )  # fmt: skip
    return Table(columns, tuple(rows))


def body(view: VersionView) -> list[Block]:
    """Every section that says something, numbered as offices do."""
    if view.kind in RULES:
        return list(_rules(view))
    found: list[Block] = []
    number = 0
    for section in SECTIONS[view.kind]:
        blocks = list(_DRAWN[section](view))
        if blocks:
            number += 1
            found += [Heading(numbered(number, _(SECTION_NAMES[section]))), *blocks]
    return found


def _basics(view: VersionView) -> Iterable[Block]:
    basics = view.content.basics
    yield from _paragraphs(basics.scope)
    if basics.risk:
        yield Paragraph(_("What may happen:"))
        yield from _listed(basics.risk)


def _organisation(view: VersionView) -> Iterable[Block]:
    groups = view.content.organisation.groups
    if not groups:
        return
    columns = (
        Column(_("Group"), 1.3), Column(_("Leader"), 1.0), Column(_("Deputy leader"), 1.0),
        Column(_("Members"), 1.6), Column(_("Duties"), 6),
    )  # fmt: skip
    yield Table(columns, tuple(_group(view, one) for one in groups))


def _group(view: VersionView, group: Group) -> tuple[str, ...]:
    def name(user_id: int | None) -> str:
        found = view.names.person(user_id)
        return found.display_name if found else NOTHING

    members = _(", ").join(name(one) for one in group.member_ids)
    duties = "\n".join(_joined(line.head, line.text) for line in group.duties.lines)
    return group.name.text, name(group.lead_id), name(group.deputy_id), members, duties


def _measures(view: VersionView) -> Iterable[Block]:
    measures = view.content.measures
    for n, phase in enumerate(measures.phases, 1):
        yield Paragraph(_("({n}) {title}", n=n, title=phase.title.text))
        yield from _listed(phase.steps)
    if measures.notes:
        yield Paragraph(_("What to mind:"))
        yield from _listed(measures.notes)


def _reporting(view: VersionView) -> Iterable[Block]:
    reporting = view.content.reporting
    if reporting.chain:
        yield Paragraph(_("Who tells whom:"))
        yield from _listed(reporting.chain)
    if reporting.say:
        yield Paragraph(_("What to say:"))
        yield from _listed(reporting.say)
    if reporting.contacts:
        rows = tuple((one.name.text, one.phone) for one in reporting.contacts)
        yield Table((Column(_("Who is called"), 3), Column(_("Phone"), 2)), rows, whole=True)


def _resources(view: VersionView) -> Iterable[Block]:
    resources, things = view.content.resources, view.names.things
    if resources.items:
        columns = (
            Column(_("Code"), 1.3), Column(_("Name of the thing"), 2.4), Column(_("Place"), 2.6),
            Column(_("What it is for"), 2),
        )  # fmt: skip
        rows = []
        for item in resources.items:
            thing = things.get(item.code)
            known = thing is not None and thing.is_known
            rows.append((
                item.code, thing.display_name if thing and known else NOTHING,
                thing.display_place if thing and known else _("not on the register"),
                item.use.text,
            ))  # fmt: skip
        yield Table(columns, tuple(rows))
    yield from _listed(resources.others)


def _card(view: VersionView) -> Iterable[Block]:
    yield from _listed(view.content.card.lines)


def _maps(view: VersionView) -> Iterable[Block]:
    for one in view.content.maps.maps:
        paper = view.names.papers.get(one.file_id)
        caption = one.caption.text or (paper.name if paper else "")
        lost = _("The picture “{name}” cannot be read.", name=caption)
        yield Plate(_bytes(paper.key if paper else ""), caption, lost)


def _annexes(view: VersionView) -> Iterable[Block]:
    for n, one in enumerate(view.content.annexes.files, 1):
        paper = view.names.papers.get(one.file_id)
        title = one.title or (paper.name if paper else "")
        yield Paragraph(_("Annex {n}: {title}", n=n, title=title))


def _rules(view: VersionView) -> Iterable[Block]:
    for n, chapter in enumerate(view.content.rules.chapters, 1):
        yield Heading(numbered(n, chapter.title.text))
        if len(chapter.body.lines) == 1:
            yield from _paragraphs(chapter.body)
        else:
            yield from _listed(chapter.body)
    yield from _paragraphs(view.content.rules.interpreter)


def _basis(view: VersionView) -> list[Block]:
    """Each rule with its source; what is a default of the program is marked."""
    rules, own = view.content.basis, view.content.basics.own_basis
    if not rules and not own:
        return []
    rows = tuple(
        (one.rule.text, one.source.text + (f"\n{_('may be changed by the hall')}"
                                           if one.mark in UNSURE else ""))
        for one in rules
    )  # fmt: skip
    table = Table((Column(_("Rule"), 3), Column(_("Source"), 2.4)), rows)
    note = Note(_("Drawn up with these rules in view; not legal advice."))
    return [Heading(_("On what it rests")), table, *_listed(own), note]


def _paragraphs(words: Words) -> list[Block]:
    return [Paragraph(_joined(line.head, line.text)) for line in words.lines]


def _listed(words: Words) -> list[Block]:
    return [
        Paragraph(f"{n}. {_joined(line.head, line.text)}") for n, line in enumerate(words.lines, 1)
    ]


def _joined(head: str, text: str) -> str:
    return _("{what}: {says}", what=head, says=text) if head else text


def _bytes(key: str) -> bytes:
    """The bytes of a picture; nothing where its file is gone, which the paper then says."""
    try:
        return FileStore(settings().file_dir).read(key) if key else b""
    except FileMissing:
        return b""


_DRAWN: Final[Mapping[Section, Callable[[VersionView], Iterable[Block]]]] = {
    Section.BASICS: _basics,
    Section.ORGANISATION: _organisation,
    Section.MEASURES: _measures,
    Section.REPORTING: _reporting,
    Section.RESOURCES: _resources,
    Section.CARD: _card,
    Section.MAPS: _maps,
    Section.ANNEXES: _annexes,
    Section.RULES: _rules,
}
