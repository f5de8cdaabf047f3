"""Words and marks that several pages of training share."""

from collections.abc import Mapping
from datetime import date, datetime
from html import escape
from typing import Final

import streamlit as st

from drills.training.grid import Light
from drills.training.models import Course, SessionStatus
from drills.training.permissions import Permission
from drills.training.service.gate_keeping import OverrideRow
from drills.training.service.matrix import Cell
from drills.training.service.session_views import SessionRow
from safety_app import ui
from safety_app.core.access import Actor
from safety_app.core.db import reading
from safety_app.core.i18n import N_, _, bilingual, day_text, moment_text, ngettext
from safety_app.ui import markup
from safety_app.workplace import service as workplace

LIGHTS: Final[Mapping[Light, tuple[ui.Tone, str, str]]] = {
    Light.LACKING: ("red", "report", N_("Not yet passed")),
    Light.EXPIRED: ("red", "event_busy", N_("Expired")),
    Light.SOON: ("yellow", "schedule", N_("Ends soon")),
    Light.COVERED: ("green", "check_circle", N_("Covered")),
    Light.NOT_NEEDED: ("grey", "remove", N_("Not needed")),
}
NEIGHBOURS: Final = {
    "training-matrix": (N_("Who is covered"), "grid_on"),
    "training-sessions": (N_("Training sessions"), "groups"),
    "exams": (N_("Exams"), "quiz"),
    "training-courses": (N_("Courses and requirements"), "gavel"),
    "training-gate": (N_("Gate before duty"), "front_hand"),
    "training-import": (N_("Import records"), "upload_file"),
}


def number(text: str) -> int:
    """An id of an address; 0 where it is none."""
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else 0


def name_of(course: Course) -> str:
    """A course in the current language."""
    return bilingual(course.name, course.name_en)


def exception_days(row: OverrideRow) -> str:
    """The days of an exception, as they really were."""
    first, last = long_day(row.first), long_day(row.last)
    if not row.was_in_force:
        return _("From {day}, taken back before", day=first)
    return first if row.first == row.last else _("{first} – {last}", first=first, last=last)


def light_badge(light: Light) -> str:
    """Colour, symbol and word of a light."""
    tone, symbol, word = LIGHTS[light]
    return ui.badge(_(word), tone, symbol)


def cell_badge(cell: Cell) -> str:
    """The light of a cell; of a course that is not required yet that it will be."""
    if cell.needed_from is None:
        return light_badge(cell.light)
    tone, symbol, _word = LIGHTS[cell.light]
    return ui.badge(_("Required soon"), tone, symbol)


def cell_note(cell: Cell) -> str:
    """The dates below a light: when it was passed, until when it holds."""
    if cell.light in (Light.NOT_NEEDED, Light.LACKING):
        return ""
    if cell.light is Light.EXPIRED:
        return _("passed {day}", day=short(cell.last_on)) if cell.last_on else ""
    if cell.until is None:
        return _("passed {day}", day=short(cell.last_on)) if cell.last_on else ""
    return _("valid to {day}", day=short(cell.until))


def short(day: date) -> str:
    """2026-03-15, as narrow as a cell."""
    return day.isoformat()


def long_day(day: date | None) -> str:
    """A day with its year, or a dash."""
    return day_text(day, weekday=False, year=True) if day else "–"


def hours_text(hours: float) -> str:
    """8 学时."""
    return ngettext("{hours} hour", "{hours} hours", 1 if hours == 1 else 2, hours=f"{hours:g}")


def span_text(starts_at: datetime, ends_at: datetime, zone: str) -> str:
    """12月3日 周四 14:00–16:00."""
    until = moment_text(ends_at, zone).rpartition(" ")[2]
    return f"{moment_text(starts_at, zone, weekday=True)}–{until}"


def session_badge(row: SessionRow) -> str:
    """The state of a session; one that is over and was not closed is loud."""
    if row.is_late:
        return ui.badge(_("Still to be closed"), "orange", "alarm")
    if row.status is SessionStatus.HELD:
        return ui.badge(_("Session held"), "green", "check_circle")
    if row.status is SessionStatus.CANCELLED:
        return ui.badge(_("Cancelled"), "grey", "block")
    return markup.outline_badge(_("Planned"), "event")


def session_row(row: SessionRow, zone: str) -> ui.Row:
    """A session as a line of a list."""
    people = (
        ngettext("{n} present", "{n} present", row.present)
        if row.status is SessionStatus.HELD
        else ngettext("{n} invited", "{n} invited", row.invited)
    )
    mine = ui.badge(_("You are invited"), "petrol", "person") if row.is_mine else ""
    return ui.Row(
        id=str(row.id),
        title=name_of(row.course),
        note=" · ".join(filter(None, (row.place, row.window, row.trainer, people))),
        code=span_text(row.starts_at, row.ends_at, zone),
        badges=ui.badges(session_badge(row), mine),
    )


def neighbours(here: str) -> str:
    """The pages beside this one, as far as this person may open them."""
    links = [
        f'<a href="/{path}" target="_self">{markup.icon(symbol)}<span>{escape(_(title))}</span></a>'
        for path, (title, symbol) in NEIGHBOURS.items()
        if path != here and ui.knows(path)
    ]
    label = escape(_("More about training"), quote=True)
    return f'<nav class="beside" aria-label="{label}">{"".join(links)}</nav>' if links else ""


def back_link() -> str:
    """Back to the front page of training."""
    return markup.anchor(_("Training, exams"), "/training", "arrow_back")


def window_select(actor: Actor, names: Mapping[int, str], key: str, permission: str) -> int | None:
    """A window of those the actor answers for, or the whole hall where that is theirs."""
    reach = actor.reach(permission)
    options: list[int | None] = [None] if reach.site else []
    options += [one for one in names if reach.covers(one)]
    words: dict[int | None, str] = {None: _("The whole hall")}
    words.update((one, name) for one, name in names.items())
    return st.selectbox(
        _("For"), options, format_func=words.__getitem__, key=key, index=0 if options else None
    )


def active_windows(actor: Actor) -> dict[int, str]:
    """Code and name of the windows in use, by id."""
    with reading() as session:
        names = workplace.window_names(session, actor.site_id)
        return {one.id: names[one.id] for one in workplace.list_windows(session, actor.site_id)}


def may_see_others(actor: Actor) -> bool:
    """Whether anybody's training but the own is this person's business."""
    return actor.may_somewhere(Permission.VIEW)
