"""What has changed between two versions: section by section, line by line."""

from collections.abc import Iterator
from dataclasses import dataclass
from difflib import SequenceMatcher

from drills.plans.content import Content, Group, Words
from drills.plans.models import Section
from drills.plans.service.naming import Names
from safety_app.core.i18n import N_, _


@dataclass(frozen=True, slots=True)
class Told:
    """What a version says, with the names it says it with."""

    content: Content
    names: Names


@dataclass(frozen=True, slots=True)
class Change:
    """What a section says no more, and what it says instead."""

    section: Section
    gone: tuple[str, ...]
    new: tuple[str, ...]


LEADER, DEPUTY, MEMBERS = N_("Leader"), N_("Deputy leader"), N_("Members")


def changes(old: Told, new: Told) -> list[Change]:
    """The sections that say something else, in the current language."""
    found = []
    for section in Section:
        before, after = list(lines(old, section)), list(lines(new, section))
        if before != after:
            found.append(_change(section, before, after))
    return found


def _change(section: Section, before: list[str], after: list[str]) -> Change:
    gone: list[str] = []
    new: list[str] = []
    matcher = SequenceMatcher(a=before, b=after, autojunk=False)
    for tag, a_first, a_last, b_first, b_last in matcher.get_opcodes():
        if tag != "equal":
            gone += before[a_first:a_last]
            new += after[b_first:b_last]
    return Change(section, tuple(gone), tuple(new))


def lines(told: Told, section: Section) -> Iterator[str]:
    """All that a section says, a line each."""
    content, names = told.content, told.names
    match section:
        case Section.BASICS:
            yield from _of(content.basics.title, content.basics.scope, content.basics.risk)
            yield from _of(content.basics.own_basis)
        case Section.ORGANISATION:
            for group in content.organisation.groups:
                yield from _group(group, names)
        case Section.MEASURES:
            for phase in content.measures.phases:
                yield from _of(phase.title, phase.steps)
            yield from _of(content.measures.notes)
        case Section.REPORTING:
            yield from _of(content.reporting.chain, content.reporting.say)
            for contact in content.reporting.contacts:
                yield f"{contact.name.text} {contact.phone}"
        case Section.RESOURCES:
            for item in content.resources.items:
                yield f"{item.code} {item.use.text}".strip()
            yield from _of(content.resources.others)
        case _:
            yield from _rest(told, section)


def _rest(told: Told, section: Section) -> Iterator[str]:
    content, papers = told.content, told.names.papers
    match section:
        case Section.CARD:
            yield from _of(content.card.lines)
        case Section.MAPS:
            for one in content.maps.maps:
                paper = papers.get(one.file_id)
                yield one.caption.text or (paper.name if paper else "")
        case Section.ANNEXES:
            for annex in content.annexes.files:
                paper = papers.get(annex.file_id)
                yield annex.title or (paper.name if paper else "")
        case Section.RULES:
            yield from _of(content.rules.title)
            for chapter in content.rules.chapters:
                yield from _of(chapter.title, chapter.body)
            yield from _of(content.rules.interpreter)


def _group(group: Group, names: Names) -> Iterator[str]:
    """A group with everybody in it."""
    yield group.name.text
    members = [names.person(one) for one in group.member_ids]
    for label, people in (
        (LEADER, [names.person(group.lead_id)]),
        (DEPUTY, [names.person(group.deputy_id)]),
        (MEMBERS, members),
    ):
        named = [one.display_name for one in people if one]
        if named:
            yield _("{group} {label}: {names}",
                    group=group.name.text, label=_(label), names=_(", ").join(named))  # fmt: skip
    yield from _of(group.duties)


def _of(*texts: Words) -> Iterator[str]:
    for words in texts:
        yield from (line.strip() for line in words.text.splitlines() if line.strip())
