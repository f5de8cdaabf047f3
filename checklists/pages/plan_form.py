"""The form of a plan: which checklist, for whom, how often, from when; with the year ahead."""

import re
import unicodedata
from collections.abc import Mapping
from datetime import date, time, timedelta
from typing import Final

import streamlit as st

from checklists.models import Anchor, Rhythm, Unit
from checklists.pages import plan_year
from checklists.recurrence import DEFAULT_SLOTS, Moment, Slot, repeated
from checklists.service import Place, Timing, add_plans, preview
from checklists.service import plan_rows as planned
from checklists.service.plan_rows import ListRow
from checklists.wording import UNIT_NAMES
from safety_app import ui
from safety_app.core.access import Actor
from safety_app.core.db import reading
from safety_app.core.errors import AppError
from safety_app.core.i18n import N_, _, ngettext
from safety_app.ui import markup

REPEATED: Final = "repeated"
WAYS: Final = {
    str(Rhythm.DAILY): N_("Every open day"),
    REPEATED: N_("Every few minutes while open"),
    str(Rhythm.PERIOD): N_("Once in a period"),
    str(Rhythm.INTERVAL): N_("Days after the last"),
}
LATEST: Final = timedelta(days=2 * 366)
USUAL_STEP: Final = 90
USUAL_DAYS: Final = 15
CLOCK: Final = re.compile(r"([01]?\d|2[0-3]):([0-5]\d)")
USUAL_TIMES: Final = (time(9), time(16), time(17))


def add(actor: Actor) -> None:
    """A new plan for one or many places."""
    today = ui.local_now().date()
    with reading() as session:
        lists = {one.code: one for one in planned.plannable(session, actor)}
        rows = planned.plan_rows(session, actor, today)
        free_at = {
            code: planned.free_places(session, actor, row, rows) for code, row in lists.items()
        }
    codes = sorted(lists, key=lambda one: not free_at[one])
    with ui.card("plan_new"):
        ui.html(markup.section(_("New plan")))
        code = st.selectbox(
            _("Checklist"),
            codes,
            format_func=lambda one: lists[one].title,
            key="plans.new.code",
        )
        row, free = lists[code], free_at[code]
        if not free:
            ui.notice("grey", _("This checklist is planned for every place already."))
            return
        places = _places(code, free)
        timing = choose_timing(f"plans.new.{code}", row, usual(row))
        starts_on = ui.day_input(
            _("First day"),
            value=today,
            min_value=today,
            max_value=today + LATEST,
            key="plans.new.first",
        )
        if not places:
            ui.notice("grey", _("Choose at least one window or place."))
            return
        fits = show_year(actor, code, places[0], starts_on, timing)
        words = ngettext("Save the plan", "Save {n} plans", len(places))
        pressed = fits and st.button(words, key="plans.new.save", type="primary")
    if not pressed:
        return
    made = ui.act(
        lambda session: add_plans(
            session,
            actor,
            site_id=actor.site_id,
            template_code=code,
            places=places,
            starts_on=starts_on,
            timing=timing,
            now=ui.now(),
        ),
        done=ngettext("{n} plan is set up.", "{n} plans are set up.", len(places)),
    )
    if made:
        st.query_params.clear()
        st.rerun()


def usual(row: ListRow) -> Timing:
    """How a checklist is usually planned."""
    if "all" not in row.parts:
        return Timing()
    return Timing(Rhythm.PERIOD, unit=Unit.MONTH if row.code == "lead-monthly" else Unit.QUARTER)


def choose_timing(key: str, row: ListRow, before: Timing) -> Timing:
    """The rhythm and what belongs to it, beginning with what holds now."""
    again = next((one for one in before.slots or () if one.every_minutes is not None), None)
    way = ui.segmented(
        f"{key}.way",
        {value: _(name) for value, name in WAYS.items()},
        label=_("How often"),
        default=REPEATED if again else str(before.rhythm),
    )
    if way == Rhythm.PERIOD:
        unit = st.selectbox(
            _("In which period"),
            list(Unit),
            index=list(Unit).index(before.unit or Unit.MONTH),
            format_func=lambda one: _(UNIT_NAMES[one]),
            key=f"{key}.unit",
        )
        words = _(
            "It may be done on any open day of the period, is due on the last one, and counts as"
            " not done when the next period begins."
        )
        ui.html(f'<p class="muted">{words}</p>')
        return Timing(Rhythm.PERIOD, unit=unit)
    if way == Rhythm.INTERVAL:
        n = st.number_input(
            _("At most so many days after the last time"),
            min_value=1,
            max_value=366,
            value=before.every_days or USUAL_DAYS,
            key=f"{key}.days",
        )
        return Timing(Rhythm.INTERVAL, every_days=int(n))
    if way == REPEATED:
        return _repeated(key, row, again, before)
    return _daily(key, row, before if again is None else Timing())


def _repeated(key: str, row: ListRow, again: Slot | None, before: Timing) -> Timing:
    n = st.number_input(
        _("Every so many minutes"),
        min_value=10,
        max_value=1440,
        step=10,
        value=again.every_minutes if again and again.every_minutes else USUAL_STEP,
        key=f"{key}.minutes",
    )
    words = _(
        "Due {due} minutes after each start: whoever begins in time never leaves more than {gap}"
        " minutes between two patrols.",
        due=int(n) // 3,
        gap=int(n) * 4 // 3,
    )
    ui.html(f'<p class="muted">{words}</p>')
    part = again.part if again else "during" if "during" in row.parts else next(iter(row.parts))
    others = [one for one in before.slots or () if one.part != part]
    if not others and not again:
        others = [DEFAULT_SLOTS[one] for one in row.parts if one != part and one in DEFAULT_SLOTS]
    slots = {one.part: one for one in (*others, repeated(part, int(n)))}
    return Timing(slots=tuple(slots[one] for one in row.parts if one in slots))


def _daily(key: str, row: ListRow, before: Timing) -> Timing:
    """Usual times, or own clock times for each part."""
    own = any(DEFAULT_SLOTS.get(one.part) != one for one in before.slots or ())
    if not st.checkbox(_("Own times of day"), value=own, key=f"{key}.own"):
        return Timing()
    known = {one.part: one for one in before.slots or ()}
    slots = []
    for part, name in row.parts.items():
        ui.html(f'<p class="muted">{name}</p>')
        usual_at = known.get(part) or DEFAULT_SLOTS.get(part)
        columns = st.columns(3)
        labels = (_("{part}: opens", part=name), _("{part}: due", part=name),
                  _("{part}: closes", part=name))  # fmt: skip
        moments = (usual_at.opens, usual_at.due, usual_at.closes) if usual_at else (None,) * 3
        values = [
            _read(
                column.text_input(
                    label,
                    value=f"{_clock(moment, fallback):%H:%M}",
                    max_chars=5,
                    key=f"{key}.{part}.{number}",
                )
            )
            for number, (column, label, moment, fallback) in enumerate(
                zip(columns, labels, moments, USUAL_TIMES, strict=True)
            )
        ]
        if None in values:
            ui.notice("red", _("Write times as hours and minutes, such as 09:30."))
            return Timing(slots=())
        opens, due, closes = (Moment(Anchor.CLOCK, one or 0) for one in values)
        slots.append(Slot(part, opens, due, closes))
    return Timing(slots=tuple(slots))


def _read(text: str) -> int | None:
    """Minutes of the day, also of a time in full-width characters; `None` if it is no time."""
    found = CLOCK.fullmatch(unicodedata.normalize("NFKC", text).strip())
    return int(found[1]) * 60 + int(found[2]) if found else None


def _clock(moment: Moment | None, fallback: time) -> time:
    """A clock time to begin with: of a hall that opens at nine and closes at five."""
    if moment is None:
        return fallback
    base = {Anchor.CLOCK: 0, Anchor.OPENING: 9 * 60, Anchor.CLOSING: 17 * 60}[moment.anchor]
    return time(*divmod((base + moment.minutes) % 1440, 60))


def _places(code: str, free: Mapping[Place, str]) -> list[Place]:
    words = ngettext("All places ({n})", "All places ({n})", len(free))
    if len(free) > 1 and st.checkbox(words, key=f"plans.new.{code}.all"):
        return list(free)
    return st.multiselect(
        _("Windows or places"),
        list(free),
        default=list(free) if len(free) == 1 else [],
        format_func=lambda one: free[one],
        key=f"plans.new.{code}.places",
        placeholder=_("Please choose"),
    )


def show_year(actor: Actor, code: str, place: Place, starts_on: date, timing: Timing) -> bool:
    """The year ahead, or why it cannot be; whether it can be saved."""
    try:
        with reading() as session:
            found = preview.preview(
                session, actor, site_id=actor.site_id, template_code=code, place=place,
                starts_on=starts_on, timing=timing, now=ui.now(),
            )  # fmt: skip
    except AppError as problem:
        ui.notice("red", problem.message())
        return False
    plan_year.draw(found)
    return True
