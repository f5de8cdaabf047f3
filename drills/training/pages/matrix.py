"""Who is covered: people by courses on any day, as a table, on a phone as rows."""

from datetime import date
from html import escape
from typing import Final
from urllib.parse import urlencode

import streamlit as st

from drills.training.grid import Light
from drills.training.models import Course
from drills.training.pages.words import LIGHTS, active_windows, back_link, cell_note, name_of
from drills.training.permissions import Permission
from drills.training.service.glance import glance
from drills.training.service.matrix import (
    PAGE_SIZE,
    SEARCH_LIMIT,
    Cell,
    Coverage,
    Filters,
    Matrix,
    PersonRow,
    kept_since,
    matrix,
)
from safety_app import ui
from safety_app.core.access import Actor
from safety_app.core.db import reading
from safety_app.core.i18n import _, day_text, language, ngettext
from safety_app.ui import markup

EARLIEST: Final = date(2015, 1, 1)


def render() -> None:
    """Filters, the coverage, the table and its pages."""
    actor = ui.current_actor()
    today = ui.local_now().date()
    head = st.container()
    filters, on = _filters(actor, today)
    with reading() as session:
        shown = matrix(glance(session, actor.site_id, on), actor, filters)
        early = kept_since(session, actor.site_id, on)
    with head:
        ui.title(
            _("Who is covered"),
            _("On {day}, from what was recorded", day=day_text(on, year=True)),
            aside=_papers(on, filters) + back_link(),
        )
    if not shown.courses:
        with ui.card("nothing"):
            ui.empty(
                _("No course is required of anybody"),
                _("Say under “Courses and requirements” who needs which course."),
                symbol="gavel",
            )
        return
    ui.html(_coverage(shown.coverage) + (f'<p class="muted">{escape(early)}</p>' if early else ""))
    if not shown.rows:
        with ui.card("nothing"):
            ui.empty(_("Nobody fits these filters"), _("Clear the search."), symbol="search")
        return
    ui.html(_legend() + table(shown))
    _pages(shown, filters)


def _filters(actor: Actor, today: date) -> tuple[Filters, date]:
    windows = active_windows(actor)
    reach = actor.reach(Permission.VIEW)
    with st.container(key="filters_training", horizontal=True, gap="small"):
        text = st.text_input(
            _("Search"), key="training_matrix.text", placeholder=_("Search name or staff number"),
            label_visibility="collapsed", icon=":material/search:", max_chars=SEARCH_LIMIT,
        )  # fmt: skip
        words = {0: _("All windows"), **{k: v for k, v in windows.items() if reach.covers(k)}}
        window_id = st.selectbox(
            _("Window"), list(words), format_func=words.__getitem__, key="training_matrix.window",
            label_visibility="collapsed", placeholder=words[0],
        )  # fmt: skip
        on = ui.day_input(
            _("Day"), value=today, min_value=EARLIEST, max_value=today,
            key="training_matrix.on", label_visibility="collapsed",
        )  # fmt: skip
    which = ui.segmented(
        "training_matrix.which",
        {"all": _("Everybody"), "lacking": _("Lacking or ending")},
        label=_("Whom to show"),
    )
    state = (text, window_id, on, which)
    if st.session_state.get("training_matrix.state") != state:
        st.session_state["training_matrix.state"] = state
        st.session_state["training_matrix.page"] = 0
    filters = Filters(
        window_id=window_id or None,
        text=text or "",
        only_lacking=which == "lacking",
        page=int(st.session_state["training_matrix.page"]),
    )
    return filters, on


def _papers(on: date, filters: Filters) -> str:
    """The same as a paper."""
    asked = {"on": on.isoformat(), "lang": language()}
    if filters.window_id:
        asked["window"] = str(filters.window_id)
    query = urlencode(asked)
    pdf = markup.anchor(_("Print"), f"/training/matrix.pdf?{query}", "print", new_tab=True)
    return pdf + markup.anchor(_("Excel"), f"/training/matrix.xlsx?{query}", "download")


def _coverage(found: Coverage) -> str:
    """How many lack nothing of what they need."""
    whole = f"{found.whole}/{found.of}" if found.of else "–"
    share = _percent(found.whole, found.of)
    said = _("{whole} have all they need ({share})", whole=whole, share=share)
    return f'<p class="covered"><strong>{escape(said)}</strong></p>'


def _percent(part: int, of: int) -> str:
    return f"{part * 100 // of}%" if of else "–"


def _legend() -> str:
    parts = [
        f'<span class="lt lt-{tone}">{markup.icon(symbol)}{escape(_(word))}</span>'
        for tone, symbol, word in LIGHTS.values()
    ]
    return f'<p class="legend">{"".join(parts)}</p>'


def table(shown: Matrix) -> str:
    """People by courses; on a phone a card each."""
    counts = {course.id: (covered, of) for course, covered, of in shown.coverage.courses}
    heads = "".join(
        _course_head(course, *counts.get(course.id, (0, 0))) for course in shown.courses
    )
    body = "".join(_line(row, shown.courses) for row in shown.rows)
    label = escape(_("Who is covered"), quote=True)
    return (
        f'<div class="scroll" role="region" aria-label="{label}" tabindex="0">'
        f'<table class="cover"><thead><tr><th scope="col">{escape(_("Person"))}</th>{heads}'
        f"</tr></thead><tbody>{body}</tbody></table></div>"
    )


def _course_head(course: Course, covered: int, of: int) -> str:
    """A course with how many are covered of those who need it."""
    share = f"<small>{covered}/{of} · {_percent(covered, of)}</small>" if of else ""
    return f'<th scope="col">{escape(name_of(course))}{share}</th>'


def _line(row: PersonRow, courses: tuple[Course, ...]) -> str:
    number = f"<small>{escape(row.person.staff_no)}</small>" if row.person.staff_no else ""
    link = f"/training-person?id={row.person.id}"
    name = escape(row.person.display_name)
    cells = "".join(_cell(cell, course) for cell, course in zip(row.cells, courses, strict=True))
    return (
        f'<tr><th scope="row"><a href="{link}" target="_self">{name}</a>{number}</th>{cells}</tr>'
    )


def _cell(cell: Cell, course: Course) -> str:
    tone, symbol, word = LIGHTS[cell.light]
    note = cell_note(cell)
    under = f"<small>{escape(note)}</small>" if note else ""
    label = escape(name_of(course), quote=True)
    if cell.light is Light.NOT_NEEDED:
        said = f'<span class="hidden">{escape(_(word))}</span>'
        return f'<td class="none" data-label="{label}">–{said}</td>'
    return (
        f'<td data-label="{label}"><div><span class="lt lt-{tone}">{markup.icon(symbol)}'
        f"{escape(_(word))}</span>{under}</div></td>"
    )


def _pages(shown: Matrix, filters: Filters) -> None:
    """Forth and back, and where one is."""
    pages = -(-shown.total // PAGE_SIZE)
    said = ngettext("{n} person", "{n} people", shown.total)
    if pages <= 1:
        ui.html(f'<p class="muted">{escape(said)}</p>')
        return
    with st.container(horizontal=True, key="pages_training", vertical_alignment="center"):
        if filters.page and st.button(
            _("Previous page"), icon=":material/chevron_left:", key="training_matrix.back"
        ):
            _turn(filters.page - 1)
        place = _("Page {page} of {pages}", page=filters.page + 1, pages=pages)
        ui.html(f'<p class="muted">{escape(said)} · {escape(place)}</p>')
        if filters.page + 1 < pages and st.button(
            _("Next page"), icon=":material/chevron_right:", key="training_matrix.next"
        ):
            _turn(filters.page + 1)


def _turn(page: int) -> None:
    st.session_state["training_matrix.page"] = page
    st.rerun()
