"""Stocks of protective equipment: the list, the worst first; one stock; what a person got."""

from datetime import date
from html import escape
from typing import Final

import streamlit as st

from equipment.pages import stock_forms as forms
from equipment.pages.stock_steps import BASE, forget
from equipment.pages.stock_words import (
    badges_of,
    batch_badge,
    headline,
    move_note,
    move_title,
    next_expiry_text,
)
from equipment.permissions import Permission
from equipment.service import stock_views
from equipment.service.stock import Want
from equipment.service.stock_views import (
    LATEST,
    BatchRow,
    MoveRow,
    PersonRecord,
    StockDetail,
    StockRow,
)
from equipment.units import amount_text
from safety_app import ui
from safety_app.core.access import Actor
from safety_app.core.db import reading
from safety_app.core.errors import AppError
from safety_app.core.i18n import _, day_text, language
from safety_app.ui import markup

SEARCHED_FROM: Final = 12
MOST: Final = 200
GRID: Final = (
    "display:grid;grid-template-columns:repeat(auto-fit,minmax(8rem,1fr));gap:8px;margin-top:8px"
)
ICONS: Final = {
    "receive": "move_to_inbox",
    "issue": "person_add",
    "return": "assignment_return",
    "count": "checklist",
    "discard": "delete",
    "check": "fact_check",
}


def render() -> None:
    """The list, one stock, a person's record, or one of the forms, as the address says."""
    actor = ui.current_actor()
    query = st.query_params
    stock_id, wish = number(query.get("id", "")), query.get("do", "")
    if wish == "new":
        forms.new(actor)
    elif query.get("person"):
        _person(actor, number(query["person"]))
    elif "id" in query:
        _one(actor, stock_id, wish)
    else:
        _list(actor)


def number(text: str) -> int:
    """An id of an address; 0 where it is none."""
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else 0


def _list(actor: Actor) -> None:
    forget()
    today = ui.local_now().date()
    with reading() as session:
        everything = stock_views.list_stocks(session, actor, today=today)
    may_add = actor.may_somewhere(Permission.STOCK)
    add = markup.anchor(_("Set up a stock"), f"{BASE}?do=new", "add", look="primary")
    # Nothing there yet: then the button stands where the eye is.
    aside = markup.anchor(_("Back to the register"), "/equipment", "arrow_back")
    if everything:
        aside += _own_record(actor) + add if may_add else _own_record(actor)
    ui.title(_("Stock of protective equipment"), headline(everything), aside=aside)
    if not everything:
        _nothing(may_add=may_add)
        return
    text = _search() if len(everything) >= SEARCHED_FROM else ""
    with reading() as session:
        found = stock_views.list_stocks(session, actor, today=today, text=text)
    if not found:
        with ui.card("nothing"):
            ui.empty(_("No stock fits the search"), _("Clear the search."), symbol="search")
        return
    pressed = ui.rows("equipment_stock.rows", [_row(one) for one in found[:MOST]],
                      label=_("Stock of protective equipment"))  # fmt: skip
    if len(found) > MOST:
        ui.notice("grey", _("There are more. Search to find them."))
    if pressed:
        st.query_params.from_dict({"id": pressed})
        st.rerun()


def _own_record(actor: Actor) -> str:
    return markup.anchor(_("What I got"), f"{BASE}?person={actor.user_id}", "badge")


def _nothing(*, may_add: bool) -> None:
    with ui.card("nothing"):
        if not may_add:
            ui.empty(
                _("No stock is kept here yet"),
                _("The window lead or the safety officer sets it up."),
                symbol="masks",
            )
            return
        ui.empty(
            _("No stock is kept here yet"),
            _("Begin with what is handed out most, say dust masks: say where they are kept and how"
              " many there must be at least, then record what is there as a receipt."),
            symbol="masks",
            extra=markup.anchor(
                _("Set up a stock"), f"{BASE}?do=new", "add", look="primary big"
            ),
        )  # fmt: skip


def _search() -> str:
    return st.text_input(
        _("Search"),
        key="equipment_stock.text",
        placeholder=_("Search name or place"),
        label_visibility="collapsed",
        icon=":material/search:",
        max_chars=60,
    )


def _row(one: StockRow) -> ui.Row:
    facts = [one.place, next_expiry_text(one.level), one.custodian]
    return ui.Row(
        id=str(one.id),
        title=one.title,
        note=" · ".join(filter(None, facts)),
        code=_("{there}, at least {minimum}", there=amount_text(one.level.usable, one.unit),
               minimum=one.level.minimum),
        badges=badges_of(one),
    )  # fmt: skip


def _one(actor: Actor, stock_id: int, wish: str) -> None:
    today = ui.local_now().date()
    most = LATEST * (10 if st.query_params.get("moves") == "all" else 1)
    back = markup.anchor(_("All stocks"), BASE, "arrow_back")
    try:
        with reading() as session:
            found = stock_views.get_stock(session, actor, stock_id, today=today, most=most)
    except AppError as problem:
        ui.title(_("Stock of protective equipment"), aside=back)
        with ui.card("nothing"):
            ui.empty(_("Stock not found"), problem.message(), symbol="lock")
        return
    if wish and found.row.may_keep and found.row.is_active and forms.draw(actor, found, wish):
        return
    forget()
    row = found.row
    ui.title(row.title, row.place, aside=back)
    with ui.card("stock"):
        ui.html(f'<div class="section">{badges_of(row)}</div>')
        ui.html(_levels(row) + markup.facts(_facts(found)))
        if row.is_active and (row.may_keep or row.may_check):
            ui.html(_actions(found) if row.may_keep else _check_link(row))
    left, right = st.columns((55, 45), gap="medium")
    with left:
        with ui.card("batches"):
            ui.html(markup.section(_("Batches")) + _batches(found))
        if row.is_reusable:
            with ui.card("holders"):
                ui.html(
                    markup.section(_("Who has it"))
                    + _holders(found, may_open=_sees_all(actor, row))
                )
    with right, ui.card("moves"):
        ui.html(markup.section(_("Receipts and issues")) + _moves(found, actor))


def _levels(row: StockRow) -> str:
    level = row.level
    figures = [
        markup.kpi(_("Fit for use"), str(level.usable), unit=_unit(level.usable, row.unit)),
        markup.kpi(_("At least"), str(level.minimum), unit=_unit(level.minimum, row.unit)),
    ]
    if level.expired:
        expired = markup.kpi(_("Expired"), str(level.expired), unit=_unit(level.expired, row.unit))
        figures.append(expired)
    return f'<div class="kpis">{"".join(figures)}</div>'


def _unit(n: int, unit: str) -> str:
    """The unit of an amount alone."""
    return amount_text(n, unit).removeprefix(str(n)).strip()


def _facts(found: StockDetail) -> list[ui.Fact]:
    counted = _day(found.counted_on) if found.counted_on else _("not yet")
    checked = _day(found.checked_on) if found.checked_on else _("not yet")
    use = _("given back after use") if found.row.is_reusable else _("used up")
    return [
        ui.Fact(_("Next expiry"), _day(found.row.level.next_expiry)),
        ui.Fact(_("Custodian"), found.row.custodian),
        ui.Fact(_("Last count"), counted),
        ui.Fact(_("Last check"), checked),
        ui.Fact(_("After issue"), use),
    ]


def _day(day: date | None) -> str:
    return day_text(day, weekday=False, year=True) if day else "–"


def next_step(row: StockRow) -> str:
    """The step that matters now: throw out, fill up, else hand out."""
    if Want.EXPIRED in row.level.wants:
        return "discard"
    return "receive" if Want.SHORT in row.level.wants or not row.level.usable else "issue"


def _actions(found: StockDetail) -> str:
    """The step that matters now, filled and over the whole width; the others below it."""
    names = {
        "issue": _("Issue"),
        "receive": _("Receipt"),
        "return": _("Return"),
        "count": _("Count"),
        "discard": _("Discard"),
    }
    here = bool(found.batches)
    possible = {"issue": bool(found.row.level.usable), "return": found.was_issued, "count": here,
                "discard": here, "receive": True}  # fmt: skip
    base, first = f"{BASE}?id={found.row.id}&do=", next_step(found.row)
    main = markup.anchor(names[first], base + first, ICONS[first], look="primary big")
    links = [
        markup.anchor(name, base + step, ICONS[step])
        for step, name in names.items()
        if possible[step] and step != first
    ]
    links += [_check_link(found.row), markup.anchor(_("Change"), f"{base}change", "tune")]
    return f'{main}<div style="{GRID}">{"".join(links)}</div>'


def _check_link(row: StockRow) -> str:
    """To the sheet of the check, for whoever inspects here."""
    if not row.may_check:
        return ""
    return markup.anchor(_("Check"), f"/inspect/equipment:stock-{row.id}", ICONS["check"])


def _batches(found: StockDetail) -> str:
    if not found.batches:
        return markup.empty(
            _("Nothing is here"), _("Record what comes in as a receipt."), symbol="inventory_2"
        )
    lines = "".join(_batch(one, found.row.unit) for one in found.batches)
    return f'<div class="box lines">{lines}</div>'


def _batch(one: BatchRow, unit: str) -> str:
    """Number and amount, below it the days."""
    name = _("batch {lots}", lots=one.lot) if one.lot else _("batch without a number")
    expiry = _("expires {day}", day=_day(one.expires_on)) if one.expires_on else _("no expiry")
    said = f"{expiry} · {_('received {day}', day=_day(one.received_on))}"
    mark = batch_badge(one)
    top = (
        f'{escape(name)}<span style="float:right">{escape(amount_text(one.quantity, unit))}</span>'
    )
    return (
        f'<div class="line"><strong>{top}</strong><span class="sub">{escape(said)}</span>'
        f"{ui.badges(mark) if mark else ''}</div>"
    )


def _holders(found: StockDetail, *, may_open: bool) -> str:
    if not found.holders:
        return markup.empty(_("Nobody has any of it"), symbol="task_alt")
    lines = []
    for one in found.holders:
        since = _("since {day}", day=_day(one.since))
        said = f"{amount_text(one.quantity, found.row.unit)} · {since}"
        inside = f'<strong>{escape(one.name)}</strong><span class="sub">{escape(said)}</span>'
        address = f'href="{BASE}?person={one.person_id}" target="_self"'
        lines.append(
            f'<a class="line" {address}>{inside}</a>'
            if may_open
            else f'<div class="line">{inside}</div>'
        )
    return f'<div class="box lines">{"".join(lines)}</div>'


def _moves(found: StockDetail, actor: Actor) -> str:
    if not found.moves:
        return markup.empty(_("Nothing has moved yet"), symbol="history")
    more = ""
    if found.has_more:
        more = markup.anchor(
            _("Show earlier ones"), f"{BASE}?id={found.row.id}&moves=all", "history"
        )
    entries = [_entry(one, found.row, actor) for one in found.moves]
    return markup.timeline(entries) + more


def _sees_all(actor: Actor, row: StockRow) -> bool:
    """Whether somebody sees what others got and how they signed."""
    return row.may_keep or actor.may_somewhere(Permission.REPORT)


def _entry(one: MoveRow, row: StockRow, actor: Actor) -> ui.Entry:
    tone: ui.Tone = "grey" if one.quantity <= 0 else "green"
    drawn = ""
    if _sees_all(actor, row) or one.person_id == actor.user_id:
        drawn = ui.signature_markup(one.signature, _("Signature of {name}", name=one.person))
    return ui.Entry(
        title=move_title(one, row.unit),
        note=move_note(one, actor.timezone),
        icon=ICONS[one.step],
        tone=tone,
        markup=f'<div style="margin-top:6px">{drawn}</div>' if drawn else "",
    )


def _person(actor: Actor, person_id: int) -> None:
    today = ui.local_now().date()
    back = markup.anchor(_("All stocks"), BASE, "arrow_back")
    try:
        with reading() as session:
            found = stock_views.person_record(session, actor, person_id, today=today)
    except AppError as problem:
        ui.title(_("Stock of protective equipment"), aside=back)
        with ui.card("nothing"):
            ui.empty(_("Person not found"), problem.message(), symbol="lock")
        return
    paper = markup.anchor(
        _("Print the issue record"),
        f"/equipment/issues/person/{found.person_id}.pdf?lang={language()}",
        "print",
        new_tab=True,
    )
    ui.title(found.name, _("Protective equipment received"), aside=back)
    if not found.moves:
        with ui.card("nothing"):
            ui.empty(
                _("Nothing was issued to {name} yet", name=found.name),
                _("What is issued and signed for stands here."),
                symbol="badge",
            )
        return
    with ui.card("holds"):
        ui.html(markup.section(_("In hand")) + _got(found))
    with ui.card("record"):
        entries = [_entry_of(row, move, actor) for row, move in found.moves]
        ui.html(markup.section(_("Issued and given back"), paper) + markup.timeline(entries))


def _got(found: PersonRecord) -> str:
    if not found.holds:
        return markup.empty(_("Nothing that is to be given back"), symbol="task_alt")
    lines = []
    for one in found.holds:
        facts = [
            amount_text(one.quantity, one.stock.unit),
            _("since {day}", day=_day(one.since)),
            one.stock.place,
        ]
        said = escape(" · ".join(facts))
        lines.append(
            f'<a class="line" href="{BASE}?id={one.stock.id}" target="_self">'
            f'<strong>{escape(one.stock.title)}</strong><span class="sub">{said}</span></a>'
        )
    return f'<div class="box lines">{"".join(lines)}</div>'


def _entry_of(row: StockRow, move: MoveRow, actor: Actor) -> ui.Entry:
    entry = _entry(move, row, actor)
    return ui.Entry(
        title=f"{row.title} · {entry.title}",
        note=f"{entry.note} · {row.place}",
        icon=entry.icon,
        tone=entry.tone,
        markup=entry.markup,
    )
