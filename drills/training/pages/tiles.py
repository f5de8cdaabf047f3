"""What training says on Today: the own reminder, and whom leads and officers must think of."""

from datetime import datetime
from html import escape
from typing import Final

from drills.training.pages.words import may_see_others
from drills.training.service.views import Warned, own_warning, warnings
from safety_app import ui
from safety_app.core.access import Actor
from safety_app.core.db import reading
from safety_app.core.i18n import _, day_text, ngettext

SHOWN: Final = 5
STAGES: Final[tuple[tuple[int, ui.Tone], ...]] = ((3, "red"), (14, "orange"), (30, "yellow"))


def own(actor: Actor, now: datetime) -> bool:
    """What this person lacks, or will within 30, 14 or 3 days."""
    with reading() as session:
        found = own_warning(session, actor, now=now)
    if found is None:
        return False
    link = ui.markup.anchor(_("My training"), f"/training-person?id={actor.user_id}", "school")
    ui.notice(tone_of(found), _sentence(found), heading=_heading(found), extra=f"<p>{link}</p>")
    return True


def others(actor: Actor, now: datetime) -> bool:
    """Whom the lead, the officer or the manager must think of, the most pressing first."""
    if not may_see_others(actor):
        return False
    with reading() as session:
        found = warnings(session, actor, now=now, most=SHOWN)
    if not found.shown:
        return False
    parts = []
    if found.lacking:
        parts.append(
            ngettext("{n} person lacks a training", "{n} people lack a training", found.lacking)
        )
    if found.ending:
        parts.append(ngettext("{n} ends within 30 days", "{n} end within 30 days", found.ending))
    lines = "".join(_line(one) for one in found.shown)
    more = ui.markup.anchor(_("All of training"), "/training", look="quiet")
    ui.html(
        ui.markup.section(_(", ").join(parts))
        + f'<div class="box lines">{lines}</div><p>{more}</p>'
    )
    return True


def tone_of(found: Warned) -> ui.Tone:
    """The fewer days are left, the louder."""
    return next((tone for days, tone in STAGES if found.days_left <= days), "yellow")


def days_text(found: Warned) -> str:
    """How long the cover lasts still."""
    if found.days_left == 0:
        return _("missing now")
    return ngettext("{n} day left", "{n} days left", found.days_left)


def _heading(found: Warned) -> str:
    if found.days_left == 0:
        return _("A training is missing")
    return ngettext(
        "In {n} day a training will be missing", "In {n} days a training will be missing",
        found.days_left,
    )  # fmt: skip


def _sentence(found: Warned) -> str:
    courses = _(", ").join(found.courses)
    if found.refused_on is not None:
        day = day_text(found.refused_on)
        return _("{courses}. From {day} duty is refused without it.", courses=courses, day=day)
    return _("{courses}. Arrange it with the window lead in time.", courses=courses)


def _line(one: Warned) -> str:
    said = _(", ").join(one.courses)
    if one.refused_on is not None:
        said = _("{courses}; off duty from {day}", courses=said, day=day_text(one.refused_on))
    person = one.row.person
    mark = ui.badges(ui.badge(days_text(one), tone_of(one)))
    return (
        f'<a class="line" href="/training-person?id={person.id}"><strong>'
        f'{escape(person.display_name)}</strong><span class="sub">{escape(said)}</span>{mark}</a>'
    )
