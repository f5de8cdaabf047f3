"""What emergency plans and rules say on Today: to read, to approve, to revise, out of date."""

from datetime import datetime
from html import escape

from drills.plans.models import RULES, Kind
from drills.plans.pages.words import BASE, RULES_BASE, due_text, standing_badge, why_text
from drills.plans.service import unread
from drills.plans.service.listing import PlanRow, out_of_date, waiting_for_approval
from drills.plans.service.requests import tasks_of_owner
from safety_app import ui
from safety_app.core import clock
from safety_app.core.access import Actor
from safety_app.core.db import reading
from safety_app.core.i18n import _, ngettext
from safety_app.ui import markup

SHOWN = 4


def to_read(actor: Actor, now: datetime) -> bool:
    """New plans and rules that this person has not read; nothing where all are."""
    today = clock.local_day(now, actor.timezone)
    with reading() as session:
        open_ones = unread(session, actor, today)
    if not open_ones:
        return False
    heading = ngettext("{n} plan or rule to read", "{n} plans and rules to read", len(open_ones))
    lines = "".join(
        _line(_address(one.kind, one.plan_id), one.title,
              _("Version {n}: please read it and confirm", n=one.version))
        for one in open_ones[:SHOWN]
    )  # fmt: skip
    rest = len(open_ones) - SHOWN
    more = f"<p>{markup.anchor(_('Show all {n}', n=len(open_ones)), BASE, look='quiet')}</p>"
    ui.html(
        markup.section(heading)
        + f'<div class="box lines">{lines}</div>'
        + (more if rest > 0 else "")
    )
    return True


def to_do(actor: Actor, now: datetime) -> bool:
    """Revision tasks of this person, drafts that wait for a manager, plans out of date."""
    today = clock.local_day(now, actor.timezone)
    with reading() as session:
        tasks = tasks_of_owner(session, actor)
        drafts = waiting_for_approval(session, actor)
        stale = out_of_date(session, actor, today)
    lines = [
        _line(f"{BASE}?plan={one.plan_id}&view=life", _("Revise “{title}”", title=one.plan_title),
              one.why, ui.badges(ui.due_badge((one.due_on - today).days)))
        for one in tasks
    ]  # fmt: skip
    lines += [
        _line(_address(one.kind, one.id), one.title, _("A draft waits for your approval"),
              ui.badges(ui.badge(_("To approve"), "petrol", "task_alt")))
        for one in drafts
    ]  # fmt: skip
    lines += [
        _line(_address(one.kind, one.id), one.title, _why(one),
              ui.badges(standing_badge(one.standing)))
        for one in stale
    ]  # fmt: skip
    if not lines:
        return False
    ui.html(
        markup.section(_("Emergency plans"))
        + f'<div class="box lines">{"".join(lines[: 2 * SHOWN])}</div>'
    )
    return True


def _why(row: PlanRow) -> str:
    """The gravest cause, else when the review is due."""
    if row.whys:
        return why_text(row.whys[0])
    return due_text(row.held) if row.held else ""


def _address(kind: Kind, plan_id: int) -> str:
    return f"{RULES_BASE if kind in RULES else BASE}?plan={plan_id}"


def _line(href: str, title: str, under: str, badges: str = "") -> str:
    sub = f'<span class="sub">{escape(under)}</span>' if under else ""
    return (
        f'<a class="line" href="{escape(href, quote=True)}"><strong>{escape(title)}</strong>'
        f"{sub}{badges}</a>"
    )
