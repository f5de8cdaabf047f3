"""The incident report: course, causes, measures, conditions; with or without personal data."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Final

from hazards.incidents import level as levels
from hazards.incidents import rules
from hazards.incidents.deadlines import State
from hazards.incidents.documents.paper import (
    NOTHING,
    Head,
    form,
    grid,
    print_paper,
    signatures,
)
from hazards.incidents.level import LEGAL
from hazards.incidents.models import (
    KIND_NAMES,
    ORIGIN_NAMES,
    PART_NAMES,
    ROOT_NAMES,
    STATUS_NAMES,
    WAY_NAMES,
    Part,
)
from hazards.incidents.service.detail import IncidentDetail, MomentView
from hazards.incidents.service.people import PersonView
from hazards.incidents.wording import (
    authority_name,
    casualties_text,
    clock_text,
    day,
    level_text,
    people_text,
    span_text,
    what_of,
    when,
    yuan_text,
)
from safety_app.core.i18n import _, bilingual, moment_text
from safety_app.core.pdf.blocks import (
    Block,
    Column,
    Happening,
    Heading,
    Note,
    Paragraph,
    PhotoBox,
    PhotoPair,
    PhotoPairs,
    Table,
    Timeline,
    Title,
)
from safety_app.core.photos import PhotoStore
from safety_app.core.settings import settings

MOST_PICTURES: Final = 12
CAPITALS: Final = "一二三四五六七八九十"


def report_pdf(
    incident: IncidentDetail, head: Head, *, people: Sequence[PersonView] | None
) -> bytes:
    """The paper in the current language; `people` are named where they are given."""
    return print_paper(
        report_blocks(incident, head, people=people), head, title=_title(), number=incident.number
    )


def report_blocks(
    incident: IncidentDetail, head: Head, *, people: Sequence[PersonView] | None
) -> list[Block]:
    """Facts first, then the course, the causes, what was done, and who signs.

    Photos stand before what is signed, which keeps the last words with the signatures.
    """
    zone = head.timezone
    parts: list[tuple[str, list[Block]]] = [
        (_("Basic facts"), [_facts(incident, zone), *_law(incident)]),
        (_("Course of events"), _course(incident, zone)),
        (_("Casualties and loss"), _harm(incident, zone, is_personal=people is not None)),
        (_("Report to the authorities"), _told(incident, zone, head.as_of)),
        (_("Scene"), _scene(incident, zone)),
        (_("Causes"), _causes(incident)),
        (_("People concerned"), _people(incident, people, zone)),
        (_("Photos"), _pictures(incident, zone)),
        (_("Corrective measures"), _measures(incident)),
        (_("Conditions of closing"), _conditions(incident, zone)),
    ]
    found: list[Block] = [
        Title(_title(), "\n".join((head.unit, _("No. {number}", number=incident.number)))),
        *head.limits(),
        Note(_privacy(people is not None)),
    ]
    shown = [(name, blocks) for name, blocks in parts if blocks]
    for at, (name, blocks) in enumerate(shown):
        found += [Heading(_numbered(at, name)), *blocks]
    return [*found, _signatures(incident)]


def _title() -> str:
    return _("Incident report")


def _numbered(at: int, name: str) -> str:
    return bilingual(f"{CAPITALS[at]}、{name}", f"{at + 1}. {name}")


def _privacy(is_personal: bool) -> str:
    if is_personal:
        return _("With personal data: for those who need it only, not to be passed on.")
    return _("Without personal data of people hurt or heard.")


def _facts(incident: IncidentDetail, zone: str) -> Table:
    told = when(incident.head_told_at, zone) if incident.head_told_at else _("not recorded")
    known = incident.numbers
    pairs = [
        (_("Kind"), _(KIND_NAMES[incident.kind])),
        (_("Legal level"), level_text(incident.level)),
        (_("Time"), when(incident.occurred_at, zone)),
        (_("Place"), incident.place),
        (_("Reported"), f"{incident.reported_by} {when(incident.reported_at, zone)}"),
        (_("Head of the unit told"), told),
        (_("Casualties"), casualties_text(incident.counted)),
        (_("Direct loss"), yuan_text(known.loss_fen if known else None)),
        (_("State"), _(STATUS_NAMES[incident.status])),
        (_("Leads the investigation"), incident.leader or NOTHING),
    ]
    return grid(*pairs)


def _law(incident: IncidentDetail) -> Iterator[Block]:
    bound = levels.bound_of(incident.level) if incident.level else None
    if bound is not None:
        yield Note(_("Level by {source}.", source=bound.source) + " " + levels.applies())
    elif incident.level:
        yield Note(levels.below())


def _course(incident: IncidentDetail, zone: str) -> list[Block]:
    said: list[Block] = [Paragraph(what_of(incident.kind, incident.what))]
    if incident.course and incident.course != incident.what:
        said += [Paragraph(one) for one in incident.course.split("\n") if one]
    if incident.measures:
        said.append(Paragraph(_("Measures taken: {what}", what=incident.measures)))
    if incident.moments:
        said.append(Timeline(tuple(_happenings(incident, zone))))
    return said


def _happenings(incident: IncidentDetail, zone: str) -> Iterator[Happening]:
    """The moments in order, with the time between them; the incident itself is marked."""
    before: MomentView | None = None
    main = _main(incident)
    for one in incident.moments:
        elapsed = _elapsed(before.happened_at, one.happened_at) if before else ""
        yield Happening(
            at=moment_text(one.happened_at, zone),
            what=one.what,
            note=_(ORIGIN_NAMES[one.origin]),
            elapsed=elapsed,
            is_main=one.id == main,
        )
        before = one


def _main(incident: IncidentDetail) -> int:
    """The moment nearest to when it happened."""
    nearest = min(incident.moments, key=lambda one: abs(one.happened_at - incident.occurred_at))
    return nearest.id


def _elapsed(before: datetime, after: datetime) -> str:
    if (after - before).total_seconds() < 60:
        return ""
    return _("{time} later", time=span_text(after - before))


def _harm(incident: IncidentDetail, zone: str, *, is_personal: bool) -> list[Block]:
    """Every change of the figures, as it was recorded; how it became known is personal."""
    if not incident.figures:
        return [Paragraph(_("Nobody has said yet what it has cost."))]
    known = (Column(_("How it became known"), 2),) if is_personal else ()
    columns = (
        Column(_("So since"), 1.3), Column(_("Casualties"), 2.2), Column(_("Direct loss"), 1.3),
        *known, Column(_("Recorded"), 1.7),
    )  # fmt: skip
    rows = tuple(
        (
            day(one.known_on),
            people_text(one.numbers),
            yuan_text(one.loss_fen),
            *((one.reason or NOTHING,) if is_personal else ()),
            f"{when(one.at, zone)} {one.by}".strip(),
        )
        for one in incident.figures
    )
    found: list[Block] = [Table(columns, rows)]
    counted = incident.counted
    if counted and (counted.missing_as_dead or counted.later):
        people = casualties_text(counted)
        found.append(Paragraph(_("They count as: {people}.", people=people)))
    if counted and sum(incident.figures[-1].numbers):
        words = _("Changes count until {day} ({source}).",
                  day=day(counted.casualties_until),
                  source=rules.source("follow_up"))  # fmt: skip
        found.append(Note(words))
    return found


def _told(incident: IncidentDetail, zone: str, as_of: datetime) -> list[Block]:
    """Who was told when, and whether within the hour; late is late."""
    if not incident.notifications and incident.level not in LEGAL:
        return [Paragraph(_("By these figures no report to authorities is prescribed."))]
    columns = (
        Column(_("Told"), 1.7), Column(_("Authority told"), 2.2), Column(_("How"), 1.2),
        Column(_("Told by"), 1.1), Column(_("Taken by, reference"), 1.6),
    )  # fmt: skip
    rows = tuple(
        (
            when(one.told_at, zone),
            authority_name(one.authority, one.name)
            + (_(" (follow-up)") if one.is_follow_up else ""),
            _(WAY_NAMES[one.way]),
            one.told_by or NOTHING,
            " ".join(filter(None, (one.receiver, one.reference))) or NOTHING,
        )
        for one in incident.notifications
    )
    found: list[Block] = [Table(columns, rows)] if rows else []
    clock = incident.clock
    if clock.state in (State.RUNNING, State.OVERDUE, State.IN_TIME, State.LATE) and clock.due_at:
        words = _("{state}; to be told by {moment}.", state=clock_text(clock, as_of),
                  moment=when(clock.due_at, zone))  # fmt: skip
        found.append(Paragraph(words))
        found.append(Note(rules.source("clock")))
    return found


def _scene(incident: IncidentDetail, zone: str) -> list[Block]:
    rows = [(one.text, f"{when(one.at, zone)} {one.by}") for one in incident.ticks if one.at]
    found: list[Block] = [Paragraph(incident.scene)] if incident.scene else []
    if rows:
        columns = (Column(_("Scene protected by"), 4), Column(_("Time, person"), 2.4))
        found.append(Table(columns, tuple(rows)))
    if incident.scene_released_at:
        moment = when(incident.scene_released_at, zone)
        found.append(Note(_("The scene was given free {moment}.", moment=moment)))
    return found


def _causes(incident: IncidentDetail) -> list[Block]:
    """Every chain from the direct cause to its root."""
    if not incident.causes:
        return [Paragraph(_("No cause is recorded yet."))]
    found: list[Block] = []
    for number, cause in enumerate(incident.causes, start=1):
        rows = [
            (_("Direct cause") if at == 1 else _("{n}. Why?", n=at), why)
            for at, why in enumerate(cause.whys, start=1)
        ]
        rows.append((_("Root"), _(ROOT_NAMES[cause.root])))
        if len(incident.causes) > 1:
            found.append(Note(_("Chain {n}", n=number)))
        found.append(form(*rows))
    return found


def _people(
    incident: IncidentDetail, people: Sequence[PersonView] | None, zone: str
) -> list[Block]:
    """Names where they are asked for, else how many of each."""
    if not incident.parts:
        return []
    if people is None:
        counts = [
            _("{part}: {n}", part=_(PART_NAMES[part]), n=incident.parts[part])
            for part in Part
            if incident.parts[part]
        ]
        return [Paragraph(_("; ").join(counts) + _("."))]
    columns = (
        Column(_("Name"), 1.2), Column(_("What it is about"), 1.1), Column(_("Contact"), 1.3),
        Column(_("Injury, treatment, statement"), 4),
    )  # fmt: skip
    rows = tuple(
        (
            one.name or NOTHING,
            _(PART_NAMES[one.part]),
            one.contact or NOTHING,
            "\n".join(filter(None, (one.health, _heard(one, zone)))) or NOTHING,
        )
        for one in people
    )
    return [Table(columns, rows)]


def _heard(one: PersonView, zone: str) -> str:
    if not one.statement:
        return ""
    at = moment_text(one.heard_at, zone) if one.heard_at else ""
    return _("Statement ({moment}): {words}", moment=at, words=one.statement)


def _measures(incident: IncidentDetail) -> list[Block]:
    if not incident.actions:
        return [Paragraph(_("No measure was taken up yet."))]
    columns = (
        Column(_("Hazard"), 1.6), Column(_("What is to be put right"), 3.2), Column(_("Owner"), 1),
        Column(_("Fix by"), 1.5), Column(_("State"), 1.1),
    )  # fmt: skip
    rows = tuple(
        (
            one.number,
            one.what,
            one.owner or NOTHING,
            day(one.fix_by) if one.fix_by else NOTHING,
            one.status_text,
        )
        for one in incident.actions
    )
    return [Table(columns, rows)]


def _conditions(incident: IncidentDetail, zone: str) -> list[Block]:
    rows = [
        (
            one.title,
            f"{one.words}\n{one.by} {moment_text(one.at, zone)}" if one.at else " \n ",
        )
        for one in incident.conditions
    ]
    found: list[Block] = [form(*rows), Note(rules.source("closing"))]
    if incident.closed_at and not incident.is_open:
        moment = when(incident.closed_at, zone)
        words = f"{_(STATUS_NAMES[incident.status])} {moment}"
        found.append(Paragraph(words, indent=False))
    return found


def _pictures(incident: IncidentDetail, zone: str) -> list[Block]:
    if not incident.photos:
        return []
    store = PhotoStore(settings().photo_dir)
    boxes = [
        PhotoBox(store.path(one.key), f"{moment_text(one.at, zone)} {one.by}".strip())
        for one in incident.photos[:MOST_PICTURES]
    ]
    pairs = tuple(
        PhotoPair("", boxes[at], boxes[at + 1] if at + 1 < len(boxes) else None)
        for at in range(0, len(boxes), 2)
    )
    found: list[Block] = [PhotoPairs(pairs, framed=False)]
    if len(incident.photos) > MOST_PICTURES:
        words = _("The first {shown} of {all} photos.", shown=MOST_PICTURES,
                  all=len(incident.photos))  # fmt: skip
        found.append(Note(words))
    return found


def _signatures(incident: IncidentDetail) -> Block:
    leader = incident.leader
    return signatures(
        _("Leader {name} (signature):", name=leader) if leader else _("Leader (signature):"),
        _("Members (signature):"),
        _("Head of the unit (signature):"),
        seal=_("Seal of the unit"),
    )
