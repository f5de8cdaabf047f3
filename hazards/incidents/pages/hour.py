"""The hour in which authorities are told: colour, symbol and words, by the server's clock."""

from collections.abc import Mapping
from datetime import datetime
from html import escape
from typing import Final

from hazards.incidents import rules
from hazards.incidents.deadlines import Clock, Owed, State
from hazards.incidents.wording import authority_name, clock_text, span_text, when
from safety_app import ui
from safety_app.core.i18n import _
from safety_app.ui import markup

LOOKS: Final[Mapping[State, tuple[markup.Tone, str, bool]]] = {
    State.RUNNING: ("orange", "timer", True),
    State.OVERDUE: ("red", "alarm", True),
    State.UNSURE: ("yellow", "help", False),
    State.IN_TIME: ("green", "verified", False),
    State.LATE: ("yellow", "running_with_errors", False),
}
"""Tone, symbol, and whether it is loud."""


def badge(clock: Clock, now: datetime) -> str:
    """The hour in a list; nothing where there is none."""
    if clock.state not in LOOKS or clock.state is State.UNSURE:
        return ""
    tone, symbol, is_loud = LOOKS[clock.state]
    words = {
        State.RUNNING: _("{time} left", time=span_text(clock.left(now))),
        State.OVERDUE: _("Overdue by {time}", time=span_text(clock.left(now))),
        State.IN_TIME: _("Told in time"),
        State.LATE: _("Told late"),
    }[clock.state]
    return markup.badge(words, tone, symbol, solid=is_loud)


def notice(clock: Clock, now: datetime, number: str, *, may_act: bool, timezone: str = "") -> str:
    """The hour as a box with its rule; nothing where there is none."""
    if clock.state not in LOOKS:
        return ""
    tone, symbol, _loud = LOOKS[clock.state]
    zone = timezone or ui.current_actor().timezone
    said = [_until(clock, zone)] if clock.due_at else []
    if clock.is_open:
        names = _(", ").join(authority_name(one) for one in clock.lacking)
        said.append(_("Still to be told: {names}.", names=names))
    if clock.state is State.UNSURE:
        said.append(_("If somebody is dead, missing or seriously hurt, they must be told by then."))
    if clock.is_from_report and clock.state is not State.UNSURE:
        said.append(_("Counted from the report: when the head was told is not recorded."))
    lines = "".join(f"<p>{escape(one)}</p>" for one in said)
    link = ""
    if may_act and clock.is_open:
        href = f"/incidents?no={number}&part=authorities"
        link = markup.anchor(_("Text and record of the report"), href, "campaign")
    role = "alert" if clock.is_open else "status"
    source = escape(rules.source("clock"))
    return (
        f'<div class="hour hour-{tone}" role="{role}">{markup.icon(symbol)}<div>'
        f"<strong>{escape(clock_text(clock, now))}</strong>{lines}"
        f'<p class="sub">{source}</p>{link}</div></div>'
    )


def owed_notice(owed: tuple[Owed, ...], now: datetime, timezone: str) -> str:
    """Changes of what was reported that are still to be told."""
    if not owed:
        return ""
    is_late = any(one.due_at < now for one in owed)
    lines = "".join(
        f"<p>{escape(authority_name(one.authority))} · "
        f"{escape(_('since {moment}', moment=when(one.since, timezone)))}</p>"
        for one in owed
    )
    tone: markup.Tone = "red" if is_late else "orange"
    return markup.notice(
        tone,
        _("What was reported has changed and must be put right: report it again in good time"
          " ({rule}).", rule=rules.source("follow_up")),
        heading=_("A follow-up report is overdue") if is_late else _("A follow-up report is due"),
        extra=lines,
    )  # fmt: skip


def _until(clock: Clock, timezone: str) -> str:
    if clock.due_at is None or clock.started_at is None:
        return ""
    return _(
        "From {start} to {end}.",
        start=when(clock.started_at, timezone),
        end=when(clock.due_at, timezone),
    )
