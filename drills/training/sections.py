"""What training says in a monthly report: coverage, sessions, exceptions and what asks less."""

from collections.abc import Iterator, Sequence
from datetime import date
from typing import Any, Final

from sqlalchemy.orm import Session

from drills.training.documents.matrix_paper import SHAPES, word_of
from drills.training.documents.paper import course_name, rate, short
from drills.training.grid import Light
from drills.training.service.gate_keeping import OverrideRow
from drills.training.service.matrix import PersonRow
from drills.training.service.month import Month, month_of
from drills.training.wording import asked_text
from safety_app.core import clock
from safety_app.core.feature import Figure, Period, SectionContent
from safety_app.core.i18n import _, ngettext
from safety_app.core.pdf.blocks import Block, Column, Heading, Note, Table
from safety_app.core.sheets import SheetColumn, SheetTable

SHOWN: Final = 20
FEW_DAYS: Final = 3


def build(session: Session, site_id: int, window_id: int | None, period: Period) -> SectionContent:
    """The part of training, as known before the cut-off; nothing where nothing is required."""
    month = month_of(session, site_id, window_id, period)
    if not month.coverage.of:
        return SectionContent()
    return SectionContent(
        figures=_figures(month),
        paragraphs=tuple(_paragraphs(month)),
        blocks=tuple(_blocks(month)),
        sheets=(_sheet(month),),
        facts={"training": _facts(month)},
        focus=tuple(_focus(month)),
        missing=tuple(_missing(month)),
    )


def _figures(month: Month) -> tuple[Figure, ...]:
    day = short(month.on)
    return (
        Figure("training.covered", _("People covered by training"), month.coverage.whole,
               month.coverage.of, _("of those who need it on {day}", day=day)),
        Figure("training.sessions", _("Training sessions in the month"), month.sessions,
               minor=True),
        Figure("training.passed", _("Trainings and exams passed"), month.passed, month.results,
               _("of those taken in the month"), minor=True),
        Figure("training.overrides", _("Emergency exceptions"), len(month.overrides),
               minor=True),
    )  # fmt: skip


def _paragraphs(month: Month) -> Iterator[str]:
    coverage = month.coverage
    yield _(
        "Training: on {day} {whole} of {of} people who need it were covered ({rate}).",
        day=short(month.on), whole=coverage.whole, of=coverage.of,
        rate=rate(coverage.whole, coverage.of),
    )  # fmt: skip
    if month.sessions or month.results:
        yield _(
            "Sessions held: {sessions}, attendances: {people}; results: {results}, passed: {n}.",
            sessions=month.sessions, people=month.attendances, results=month.results,
            n=month.passed,
        )  # fmt: skip
    if month.is_clean:
        yield _("Nobody was put on duty before having passed what the post asks for.")
    if month.unfit:
        yield ngettext(
            "{n} person served on days on which a training was lacking, without an exception; they"
            " stand below.",
            "{n} people served on days on which a training was lacking, without an exception; they"
            " stand below.",
            len(month.unfit),
        )
    if month.overrides:
        yield ngettext(
            "{n} emergency exception was in force; it stands below.",
            "{n} emergency exceptions were in force; they stand below.",
            len(month.overrides),
        )
    if month.easings:
        yield ngettext(
            "While the gate was on or set to begin {n} requirement was eased or ended; it stands"
            " below.",
            "While the gate was on or set to begin {n} requirements were eased or ended; they stand"
            " below.",
            len(month.easings),
        )


def _blocks(month: Month) -> Iterator[Block]:
    """Who lacks something, and who served all the same, by an exception or without one."""
    lacking = month.lacking
    if lacking:
        yield Heading(_("People to be trained"))
        columns = (Column(_("Name"), 1.2), Column(_("Staff number"), 1.0), Column(_("Lacking"), 5))
        rows = tuple(_person(month, one) for one in lacking[:SHOWN])
        yield Table(columns, rows)
        if len(lacking) > SHOWN:
            yield Note(_("The first {shown} of {all}. The Excel file has all of them.",
                         shown=SHOWN, all=len(lacking)))  # fmt: skip
    if month.unfit:
        yield Heading(_("Served while a training was lacking"))
        yield _unfit_table(month)
    if month.overrides:
        yield Heading(_("Emergency exceptions"))
        yield overrides_table(month.overrides)
    if month.easings:
        yield Heading(_("Requirements that were eased or ended"))
        yield _easings_table(month)


def _easings_table(month: Month) -> Table:
    """What asked less from a day on: which requirement, as it then stood, and who said so."""
    columns = (
        Column(_("Day"), 1.0),
        Column(_("Training"), 1.8),
        Column(_("What is asked"), 3.0),
        Column(_("How it changed"), 1.2),
        Column(_("Changed by"), 1.0),
    )
    return Table(
        columns,
        tuple(
            (
                short(clock.local_day(one.at, month.timezone)),
                course_name(one.course),
                asked_text(one.requirement)
                if one.requirement
                else _("Hours, exam, pass mark or validity of the course"),
                _("Required no more") if one.is_ended else _("Asks less"),
                one.by,
            )
            for one in month.easings
        ),
    )


def overrides_table(rows: tuple[OverrideRow, ...]) -> Table:
    """Who served without a training by an exception: days, what was lacking, why, by whom."""
    columns = (
        Column(_("Name"), 1.0),
        Column(_("Days"), 1.9),
        Column(_("Training that was lacking"), 2.6),
        Column(_("Reason"), 2.4),
        Column(_("Allowed by"), 1.0),
    )
    return Table(
        columns,
        tuple(
            (one.name, _from_to(one.first, one.last), one.lacking, one.reason, one.by)
            for one in rows
        ),
    )


def _from_to(first: date, last: date) -> str:
    return short(first) if first == last else f"{short(first)} – {short(last)}"


def _unfit_table(month: Month) -> Table:
    """Who served on which days without what, and whether the gate only warned them as yet."""
    courses = {one.id: course_name(one) for one in month.standing.courses}
    columns = (
        Column(_("Name"), 1.0),
        Column(_("Days"), 2.6),
        Column(_("Training that was lacking"), 3.2),
        Column(_("Gate before duty"), 1.4),
    )
    return Table(
        columns,
        tuple(
            (
                one.name,
                _days(one.on),
                _("; ").join(courses[id_] for id_ in one.course_ids if id_ in courses),
                _("Only warned") if one.is_only_warned else _("No exception was made"),
            )
            for one in month.unfit
        ),
    )


def _days(on: Sequence[date]) -> str:
    if len(on) <= FEW_DAYS:
        return _(", ").join(short(day) for day in on)
    return ngettext(
        "{n} day from {first} to {last}", "{n} days from {first} to {last}", len(on),
        first=short(on[0]), last=short(on[-1]),
    )  # fmt: skip


def _person(month: Month, one: PersonRow) -> tuple[str, str, str]:
    courses = {course.id: course_name(course) for course in month.standing.courses}
    said = _("; ").join(
        f"{SHAPES[cell.light]} {courses[cell.course_id]} {word_of(cell.light)}"
        for cell in one.cells
        if cell.light >= Light.EXPIRED
    )
    return one.person.display_name, one.person.staff_no, said


def _sheet(month: Month) -> SheetTable:
    columns = (SheetColumn(_("Name")), SheetColumn(_("Staff number")), SheetColumn(_("Lacking")))
    return SheetTable(_("People to be trained"), columns,
                      [_person(month, one) for one in month.lacking])  # fmt: skip


def _facts(month: Month) -> dict[str, Any]:
    return {
        "on": month.on.isoformat(),
        "lacking": [
            [one.person.id, *(c.course_id for c in one.cells if c.light >= Light.EXPIRED)]
            for one in month.lacking
        ],
        "overrides": [[one.user_id, str(one.first), str(one.last)] for one in month.overrides],
        "easings": [[one.at.isoformat(), one.course.id, one.is_ended] for one in month.easings],
        "unfit": [[one.user_id, *map(str, one.on)] for one in month.unfit],
        "clean": month.is_clean,
    }


def _focus(month: Month) -> Iterator[str]:
    if n := len(month.lacking):
        yield ngettext(
            "train {n} person who lacks a training", "train {n} people who lack a training", n
        )
    if n := len(month.ending):
        yield ngettext(
            "train {n} person whose training ends", "train {n} people whose training ends", n
        )


def _missing(month: Month) -> Iterator[tuple[str, str]]:
    if n := month.open_sessions:
        yield (
            ngettext(
                "{n} training session was held and is not closed.",
                "{n} training sessions were held and are not closed.",
                n,
            ),
            "/training-sessions",
        )
