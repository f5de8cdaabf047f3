"""What is typed into a section, made fit to be stored: texts, people, codes, numbers, files."""

import re
from collections.abc import Iterable
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from drills.plans.content import (
    Annex,
    Annexes,
    AnySection,
    Basics,
    Card,
    Chapter,
    Contact,
    Group,
    Map,
    Maps,
    Measures,
    Organisation,
    Phase,
    Reporting,
    Resource,
    Resources,
    RulesText,
    Words,
    section_of,
)
from drills.plans.errors import MapNotPicture, PersonUnknown, PhoneImpossible, TooMany
from drills.plans.models import SECTION_NAMES, DocumentFile
from drills.plans.service.naming import people_of
from safety_app.core import files
from safety_app.core.access import Actor
from safety_app.core.errors import TextMissing
from safety_app.core.file_kinds import JPEG
from safety_app.core.i18n import N_
from safety_app.core.text import clean

TITLE, LINE, BODY, CARD = 100, 200, 6000, 600
MOST: Final = 30
MOST_FILES: Final = 10
PHONE: Final = re.compile(r"[\d+() \-]{2,31}", re.ASCII)
CODE_LIMIT: Final = 24


def cleaned(session: Session, actor: Actor, document_id: int, part: AnySection) -> AnySection:
    """The section as it may be stored; raises what is wrong with it."""
    match part:
        case Basics():
            return _basics(part)
        case Organisation():
            return _organisation(session, actor, part)
        case Measures():
            return _measures(part)
        case Reporting():
            return _reporting(part)
        case Resources():
            return _resources(part)
        case Card():
            return Card(lines=_words(part.lines, N_("Lines of the card"), CARD))
        case Maps():
            return _maps(session, actor, document_id, part)
        case Annexes():
            return _annexes(session, actor, document_id, part)
        case RulesText():
            return _rules(part)


def _words(words: Words, field: str, limit: int, *, lines: bool = True) -> Words:
    return Words(
        zh=clean(words.zh, field=field, limit=limit, lines=lines),
        en=clean(words.en, field=field, limit=limit, lines=lines),
    )


def _title(words: Words, field: str) -> Words:
    found = _words(words, field, TITLE, lines=False)
    if not found:
        raise TextMissing(field=field)
    return found


def _basics(part: Basics) -> Basics:
    return part.model_copy(
        update={
            "title": _title(part.title, N_("Title")),
            "scope": _words(part.scope, N_("Scope"), BODY),
            "risk": _words(part.risk, N_("What may happen"), BODY),
            "own_basis": _words(part.own_basis, N_("Further basis"), BODY),
        }
    )


def _organisation(session: Session, actor: Actor, part: Organisation) -> Organisation:
    groups = tuple(_group(one) for one in part.groups if one.name or one.duties or one.people)
    _limit(part, groups)
    wanted = {one for group in groups for one in group.people}
    if wanted - set(people_of(session, actor.site_id, wanted)):
        raise PersonUnknown()
    return Organisation(groups=groups)


def _group(group: Group) -> Group:
    taken = {group.lead_id, group.deputy_id}
    return Group(
        name=_title(group.name, N_("Name of the group")),
        duties=_words(group.duties, N_("Duties"), BODY),
        lead_id=group.lead_id,
        deputy_id=group.deputy_id if group.deputy_id != group.lead_id else None,
        member_ids=tuple(dict.fromkeys(one for one in group.member_ids if one not in taken)),
    )


def _measures(part: Measures) -> Measures:
    phases = tuple(
        Phase(
            title=_title(one.title, N_("Heading")),
            steps=_words(one.steps, N_("Steps, one a line"), BODY),
        )
        for one in part.phases
        if one.title or one.steps
    )
    _limit(part, phases)
    return Measures(phases=phases, notes=_words(part.notes, N_("What to mind"), BODY))


def _reporting(part: Reporting) -> Reporting:
    contacts = tuple(_contact(one) for one in part.contacts if one.name or one.phone.strip())
    _limit(part, contacts)
    return Reporting(
        chain=_words(part.chain, N_("Who tells whom"), BODY),
        say=_words(part.say, N_("What to say"), BODY),
        contacts=contacts,
    )


def _contact(contact: Contact) -> Contact:
    phone = clean(contact.phone, field=N_("Phone"), limit=32, required=True)
    if not PHONE.fullmatch(phone):
        raise PhoneImpossible(phone=phone)
    return Contact(name=_title(contact.name, N_("Who is called")), phone=phone)


def _resources(part: Resources) -> Resources:
    found: dict[str, Resource] = {}
    for one in part.items:
        code = clean(one.code, field=N_("Code"), limit=CODE_LIMIT).upper()
        if code:
            use = _words(one.use, N_("What it is for"), LINE, lines=False)
            found.setdefault(code, Resource(code=code, use=use))
    items = tuple(found.values())
    _limit(part, items)
    return Resources(items=items, others=_words(part.others, N_("Other resources"), BODY))


def _maps(session: Session, actor: Actor, document_id: int, part: Maps) -> Maps:
    maps = tuple({one.file_id: one for one in part.maps}.values())
    _limit(part, maps, MOST_FILES)
    _attach(session, actor, document_id, [one.file_id for one in maps])
    for one in maps:
        if files.get(session, actor.site_id, one.file_id).media_type != JPEG:
            raise MapNotPicture()
    named = (
        Map(file_id=one.file_id, caption=_words(one.caption, N_("Caption"), LINE, lines=False))
        for one in maps
    )
    return Maps(maps=tuple(named))


def _annexes(session: Session, actor: Actor, document_id: int, part: Annexes) -> Annexes:
    annexes = tuple({one.file_id: one for one in part.files}.values())
    _limit(part, annexes, MOST_FILES)
    _attach(session, actor, document_id, [one.file_id for one in annexes])
    named = (
        Annex(file_id=one.file_id, title=clean(one.title, field=N_("Title"), limit=TITLE))
        for one in annexes
    )
    return Annexes(files=tuple(named))


def _attach(session: Session, actor: Actor, document_id: int, ids: Iterable[int]) -> None:
    """Keep what was just handed in; what the document has already is anybody's to keep."""
    query = select(DocumentFile.file_id).where(DocumentFile.document_id == document_id)
    new = [one for one in ids if one not in set(session.scalars(query))]
    for file in files.claim(session, actor, new):
        session.add(DocumentFile(document_id=document_id, file_id=file.id))
    session.flush()


def _rules(part: RulesText) -> RulesText:
    chapters = tuple(
        Chapter(
            title=_title(one.title, N_("Heading")),
            body=_words(one.body, N_("Clauses, one a line"), BODY),
        )
        for one in part.chapters
        if one.title or one.body
    )
    _limit(part, chapters)
    return part.model_copy(
        update={
            "title": _title(part.title, N_("Title")),
            "chapters": chapters,
            "interpreter": _words(part.interpreter, N_("Who interprets it"), LINE, lines=False),
        }
    )


def _limit(part: AnySection, entries: tuple[object, ...], most: int = MOST) -> None:
    if len(entries) > most:
        raise TooMany(section=SECTION_NAMES[section_of(part)], limit=most)
