"""应急演练记录: one drill from its head facts to the signatures, as the law asks for its record."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from itertools import zip_longest
from typing import Final

from sqlalchemy.orm import Session

from drills import evaluation
from drills.documents.evaluation import evaluation_blocks, problem_blocks
from drills.documents.paper import NOTHING, Head, head_of, print_paper, signatures
from drills.evidence import duration_text
from drills.models import CONTENT_NAMES, FORM_NAMES, TOPIC_NAMES, Drill, DrillPhoto, How
from drills.service import detail
from drills.service.attending import Head as Person
from drills.service.detail import DrillDetail, MomentView
from safety_app.core import clock
from safety_app.core.i18n import N_, _, day_text, moment_text
from safety_app.core.pdf.blocks import (
    Bar,
    Bars,
    Block,
    Cell,
    Column,
    Heading,
    Note,
    Paragraph,
    PhotoBox,
    PhotoPair,
    PhotoPairs,
    Signatures,
    Table,
    Title,
)
from safety_app.core.pdf.signatures import signed
from safety_app.core.photos import PhotoStore
from safety_app.core.settings import settings

MOST_TICKS: Final = 6
STEPS: Final = (15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200)
HOW_NAMES: Final = {
    How.TICKED: N_("ticked by whoever recorded it"),
    How.PAPER: N_("signed on the paper sheet"),
}


def report_pdf(session: Session, drill: Drill, now: datetime) -> bytes:
    """The whole record in the current language."""
    head = head_of(session, drill.site_id, now)
    title = _("Record of an emergency drill")
    return print_paper(
        report_blocks(session, drill, head, now), head, title=title, number=drill.code
    )


def report_blocks(session: Session, drill: Drill, head: Head, now: datetime) -> list[Block]:
    """The same as blocks, for whoever draws them."""
    found = detail.detail_of(session, drill, now=now, zone=head.timezone)
    under = f"{head.unit}\n{found.title}　{_('No. {number}', number=drill.code)}"
    return [
        Title(_("Record of an emergency drill"), under),
        *head.limits(),
        *record_blocks(session, found, head),
        _signatures(),
    ]


def record_blocks(session: Session, found: DrillDetail, head: Head) -> list[Block]:
    """The record without its title and the places to sign, for an inspector's papers too."""
    drill = found.drill
    result = evaluation.result(session, drill.site_id, drill.code)
    blocks: list[Block] = [
        _facts(found, head),
        *_planned(found),
        *_times(found, head),
        *_people(found),
        *_words(found),
    ]
    if result is not None:
        blocks += evaluation_blocks(session, drill, result, head)
    else:
        blocks += [
            Heading(_("Evaluation")),
            Paragraph(_("The drill was not evaluated yet.")),
            Heading(_("Problems and what becomes of them")),
            *problem_blocks(found.problems, head),
        ]
    return [*blocks, *_photos(found, head), *_reported(found)]


def _facts(found: DrillDetail, head: Head) -> Table:
    """Time, place, content, form, people: what a record begins with."""
    drill = found.drill
    columns = (Column("", 1.1, is_name=True), Column("", 2.3)) * 2
    rows = (
        (_("Drilled against"), _(TOPIC_NAMES[drill.topic]), _("Place"), found.place),
        (_("Content"), _(CONTENT_NAMES[drill.content]), _("Form"), _(FORM_NAMES[drill.form])),
        (_("Begun at"), _moment(drill.started_at, head),
         _("Ended at"), _moment(drill.ended_at, head)),
        (_("Commander"), found.commander or NOTHING, _("In charge"), found.owner),
        (_("Evaluators"), _(", ").join(found.evaluators) or NOTHING,
         _("Assembly point"), drill.assembly_point or NOTHING),
        (_("Plans tried out"), _plans(found), _("Basis of the drill"), _basis(found)),
    )  # fmt: skip
    return Table(columns, rows)


def _moment(at: datetime | None, head: Head) -> str:
    return moment_text(at, head.timezone, year=True) if at else NOTHING


def _plans(found: DrillDetail) -> str:
    names = [
        _("{title} (version {n})", title=one.title, n=one.version) if one.version else one.title
        for one in found.plans
    ]
    return "\n".join(names) or NOTHING


def _basis(found: DrillDetail) -> str:
    sources = dict.fromkeys(duty.rule.display_source for duty in found.duties)
    return "\n".join(sources) or NOTHING


def _planned(found: DrillDetail) -> Iterator[Block]:
    drill = found.drill
    told = [step for step in found.steps if step.audience and step.step == "notify"]
    parts = [
        (_("Scenario"), drill.scenario),
        (_("Objectives"), drill.objectives),
        (_("Safety measures"), drill.safety),
    ]
    if any(text for _name, text in parts) or told:
        yield Heading(_("Scenario and aims"))
    rows: list[tuple[Cell, ...]] = [(name, text) for name, text in parts if text]
    rows += [(_("Told before"), _("Told: {who}", who=step.audience)) for step in told]
    if rows:
        yield Table((Column("", 1.1, is_name=True), Column("", 5.7)), tuple(rows))


def _times(found: DrillDetail, head: Head) -> list[Block]:
    """The chart of what was taken beside its target."""
    timed = [one for one in found.moments if one.seconds is not None]
    blocks: list[Block] = [Heading(_("Course in time"))]
    if not timed:
        return [*blocks, Paragraph(_("No times were taken."))]
    bars = tuple(_bar(one) for one in found.moments if one.seconds is not None or one.target)
    keys = (_("taken"), _("over its target"), _("target"))
    blocks.append(Bars(bars, _ticks(found.moments), keys))
    notes = []
    if found.drill.is_by_hand:
        notes.append(_("The times were written down by hand; no stopwatch has taken them."))
    notes += [
        _("“{what}” was corrected: {why}", what=one.name, why=one.corrected)
        for one in found.moments
        if one.corrected
    ]
    start = found.drill.started_at
    if start is not None:
        local = start.astimezone(clock.zone(head.timezone))
        notes.insert(0, _("Seconds count from the start at {time}.", time=f"{local:%H:%M:%S}"))
    return [*blocks, Note(" ".join(notes))]


def _bar(one: MomentView) -> Bar:
    taken = duration_text(one.seconds) if one.seconds is not None else _("not taken")
    if one.over:
        text = _("{taken}, {over} over", taken=taken, over=duration_text(one.over))
    else:
        text = taken
    return Bar(one.name, one.seconds, one.target, text, late=bool(one.over))


def _ticks(moments: Sequence[MomentView]) -> tuple[tuple[float, str], ...]:
    """An axis up to the longest span, in steps that people count in."""
    longest = max(max(one.seconds or 0, one.target or 0) for one in moments) or 1
    step = next((one for one in STEPS if longest / one <= MOST_TICKS), STEPS[-1])
    last = -(-longest // step) * step
    return tuple((float(at), duration_text(at) if at else "0") for at in range(0, last + 1, step))


def _people(found: DrillDetail) -> list[Block]:
    counts, drill = found.counts, found.drill
    present = [one for one in found.heads if one.is_present]
    absent = [one for one in found.heads if one.is_present is False]
    places = dict.fromkeys(one.place or _("Common areas") for one in present)
    parts = [
        _("expected {wanted}, present {there}", wanted=counts.expected,
          there=counts.expected_present)
    ]  # fmt: skip
    if more := counts.present - counts.expected_present:
        parts.append(_("{n} others of the hall", n=more))
    if drill.visitors or drill.third_parties:
        parts.append(_("{visitors} visitors, {third} third parties",
                       visitors=drill.visitors, third=drill.third_parties))  # fmt: skip
    said = _("People: {parts}.", parts=_("; ").join(parts))
    blocks: list[Block] = [Heading(_("Who took part")), Paragraph(said)]
    if drill.partners:
        blocks.append(Paragraph(_("Others who took part: {who}.", who=drill.partners)))
    if places:
        words = _("Departments and windows: {names}.", names=_(", ").join(places))
        blocks.append(Paragraph(words))
    if present:
        columns = (Column(_("Name"), 1.3), Column(_("Department"), 1.7),
                   Column(_("Signature"), 1.8)) * 2  # fmt: skip
        pairs = list(zip_longest(present[::2], present[1::2]))
        rows = tuple((*_cells(left), *_cells(right)) for left, right in pairs)
        blocks.append(Table(columns, rows, first=2))
    if absent:
        names = [
            _("{name} ({why})", name=one.name, why=one.reason) if one.reason else one.name
            for one in absent
        ]
        blocks.append(Note(_("Absent: {names}.", names=_(", ").join(names))))
    return blocks


def _cells(one: Person | None) -> tuple[Cell, Cell, Cell]:
    if one is None:
        return "", "", ""
    if one.how is How.SIGNED:
        proof = signed(one.signature, "")
    else:
        proof = _(HOW_NAMES[one.how]) if one.how else ""
    if one.reason:
        return _("{name}\n{why}", name=one.name, why=one.reason), one.place, proof
    return one.name, one.place or _("Common areas"), proof


def _words(found: DrillDetail) -> list[Block]:
    drill = found.drill
    blocks: list[Block] = []
    for title, text in (
        (_("Course of the drill"), drill.course),
        (_("Debrief"), drill.debrief),
    ):
        blocks.append(Heading(title))
        lines = [line for line in text.split("\n") if line.strip()]
        blocks += [Paragraph(line) for line in lines] or [Paragraph(_("Not written down."))]
    if drill.debrief and found.debriefed_by:
        blocks.append(Note(_("Debrief by {name}.", name=found.debriefed_by)))
    return blocks


def _when(photo: DrillPhoto, drill: Drill, timezone: str) -> str:
    """When it was taken; of one that does not say so and was filed later, when that was."""
    moment = moment_text(photo.taken_at or photo.at, timezone)
    if photo.taken_at or clock.local_day(photo.at, timezone) == drill.held_on:
        return moment
    return _("filed {moment}", moment=moment)


def _photos(found: DrillDetail, head: Head) -> list[Block]:
    """The bytes of the store as they are, two in a row."""
    if not found.photos:
        return []
    store = PhotoStore(settings().photo_dir)
    boxes = [
        PhotoBox(
            store.path(one.key),
            " ".join(filter(None, (one.caption, _when(one, found.drill, head.timezone)))),
        )
        for one in found.photos
    ]
    pairs = tuple(
        PhotoPair("", left, right) for left, right in zip_longest(boxes[::2], boxes[1::2])
    )
    lost = _("The picture cannot be read.")
    return [Heading(_("Photos")), PhotoPairs(pairs, lost=lost, framed=False)]


def _reported(found: DrillDetail) -> list[Block]:
    drill = found.drill
    if drill.reported_on is None:
        return []
    day = day_text(drill.reported_on, year=True)
    words = _("Reported to {who} on {day}.", who=drill.reported_to, day=day)
    return [Heading(_("Report to the authority")), Paragraph(words)]


def _signatures() -> Signatures:
    return signatures(
        _("Written down by"), _("Commander"), _("Evaluator"), _("Person in charge of the unit")
    )
