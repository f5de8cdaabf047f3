"""The forms that move an item, replace it, or end its life."""

from collections.abc import Callable
from typing import Any, Final

import streamlit as st

from equipment.due import Cause
from equipment.kinds import Family
from equipment.models import Item, Step
from equipment.pages import action_parts as parts
from equipment.pages import fields
from equipment.service import life, moving, replacing
from equipment.service.choices import choices
from equipment.service.detail import ItemDetail
from equipment.service.offered import must_go
from equipment.service.replacing import Kept, NewUnit, Scrapped
from equipment.service.spares import spares
from safety_app import ui
from safety_app.core.access import Actor
from safety_app.core.db import reading
from safety_app.core.i18n import N_, _

NEW, SPARE = "new", "spare"
SOURCES: Final = {NEW: N_("A new one"), SPARE: N_("A spare")}
SCRAP, KEEP = "scrap", "keep"
CONDITIONS: Final = (
    N_("A third of the body rusted"),
    N_("Body clearly deformed"),
    N_("Head cracked"),
    N_("Soldered or patched"),
    N_("Burnt"),
    N_("Maker or date illegible"),
)
"""Scrap conditions of extinguishers that are seen from outside (GB 55036-2022, 10.0.8)."""
FATES: Final = {SCRAP: N_("Scrap it"), KEEP: N_("Keep it as a spare")}


def move(actor: Actor, item: ItemDetail) -> None:
    """Where it is from now on, and who looks after it."""
    key = parts.key_of(item, Step.MOVE)
    parts.head(
        _("Move {code}, or change its custodian", code=item.code),
        _("Now: {place}", place=item.place or "–"),
        _("The code and the label stay as they are."),
    )
    there = parts.place_input(
        key, actor, _("Window or common area (required)"), item.window_id, item.location_id
    )
    placing = st.text_input(
        _("Where exactly"), item.placing, key=f"{key}.placing", max_chars=100,
        placeholder=_("For example: pillar right of the counter"),
    )  # fmt: skip
    with reading() as session:
        people = choices(session, actor).people
    label = _("Custodian (empty: the lead of the window)")
    custodian = parts.choice_input(f"{key}.custodian", label, people, item.custodian_id)
    day = parts.day_input(key, _("Changed since"))
    note = parts.note_input(key, _("Remark (optional)"))
    parts.submit(
        item,
        Step.MOVE,
        _("Save place and custodian"),
        lambda session, actor, version: moving.move(
            session, actor, item.id, row_version=version, now=ui.now(),
            placing=placing, custodian_id=custodian, on_date=day, note=note, **there,
        ),
        done=lambda one: _("Place and custodian of {code} are saved.", code=one.code),
        icon="move_item",
    )  # fmt: skip


def replace(actor: Actor, item: ItemDetail) -> None:
    """What takes its place, and what becomes of the old one."""
    key = parts.key_of(item, Step.REPLACE)
    parts.head(
        _("Replace {code}", code=item.code),
        _("What takes its place protects at least as well. It takes over place, custodian and the"
          " order of the round, and has a label of its own."),
    )  # fmt: skip
    ui.html(f"<h3>{_('1 What takes its place')}</h3>")
    by = _successor(key, actor, item)
    day = parts.day_input(key, _("In place since"))
    cost = parts.cost_input(key, _("Cost in yuan (optional)"))
    ui.html(f"<h3>{_('2 What becomes of {code}', code=item.code)}</h3>")
    old = _fate(key, actor, item)
    if by is None:
        return
    parts.submit(
        item,
        Step.REPLACE,
        _("Replace {code}", code=item.code),
        lambda session, actor, version: replacing.replace(
            session, actor, item.id, row_version=version, now=ui.now(),
            by=by, old=old, on_date=day, cost_yuan=cost,
        ),
        done=lambda one: _("{new} is in the place of {code}. Print its label and stick it on.",
                           new=one.code, code=item.code),
        icon="autorenew",
    )  # fmt: skip


def _successor(key: str, actor: Actor, item: ItemDetail) -> NewUnit | int | None:
    """A new unit as it is described, or the spare that was chosen."""
    today = ui.local_now().date()
    with reading() as session:
        free = spares(session, actor, item.id, today=today)
        offered = choices(session, actor)
    names = {value: _(name) for value, name in SOURCES.items()}
    if free and ui.segmented(f"{key}.source", names, label=_("What takes its place")) == SPARE:
        return parts.choice_input(f"{key}.spare", _("Which spare (required)"), free, None) or 0
    kinds = {code: kind for code, kind in offered.kinds.items() if kind.family is item.kind.family}
    key = f"{key}.new"
    kind = fields.kind_select(key, kinds, item.kind.code)
    if kind is None:
        return None
    size = fields.size_select(key, kind, item.size if kind.code == item.kind.code else "")
    made = fields.made_inputs(key, kind, None, today)
    fields.foreseen(kind, made, {}, today)
    with st.expander(_("More about it (optional)")):
        classes = fields.class_pills(key, kind, offered.profile, kind.fire_classes)
        maker = fields.maker_inputs(key, "", "")
    return NewUnit(kind.code, made.on, made.precision, size, classes, **maker)


def _fate(key: str, actor: Actor, item: ItemDetail) -> Scrapped | Kept:
    names = {value: _(name) for value, name in FATES.items()}
    gone = must_go(item)
    if not gone and ui.segmented(f"{key}.fate", names, label=_("The old one")) == KEEP:
        there = parts.place_input(key, actor, _("Kept where (required)"), None, None)
        placing = st.text_input(_("Where exactly"), key=f"{key}.placing", max_chars=100)
        return Kept(placing=placing, **there)
    return Scrapped(**_proof(key, item))


def _proof(key: str, item: ItemDetail) -> dict[str, Any]:
    """Why it is scrapped, by whom, and what proves it."""
    over = (one.because for one in item.dues if one.cause is Cause.SCRAP and one.days_left <= 0)
    found = item.condemned_because or next(over, "")
    reason = parts.note_input(key, _("Reason for scrapping (required)"), found)
    files = parts.file_inputs(
        key, _("Photo of the scrapped item, or the paper of the firm that took it")
    )
    number = _("Number of the proof (this or a photo is required)")
    certificate = parts.certificate_input(key, number)
    firm = parts.firm_input(key, _("Firm that took it (optional)"))
    return {"reason": reason, "file_ids": files, "certificate": certificate, "firm": firm}


def scrap(_actor: Actor, item: ItemDetail) -> None:
    """Ask once more: it never comes back onto the register."""
    key = parts.key_of(item, Step.SCRAP)
    parts.head(_("Scrap {code}?", code=item.code))
    ui.notice("orange", _("It leaves the register for good. Its history and its code stay; if"
                          " something is to take its place, replace it instead."))  # fmt: skip
    _say_who_stays(item)
    proof = _proof(key, item)
    day = parts.day_input(key, _("Scrapped on"))
    parts.submit(
        item,
        Step.SCRAP,
        _("Scrap {code}", code=item.code),
        lambda session, actor, version: life.scrap(
            session, actor, item.id, row_version=version, now=ui.now(), on_date=day, **proof
        ),
        done=lambda one: _("{code} is scrapped. Take its label off.", code=one.code),
        icon="delete",
    )


def lose(_actor: Actor, item: ItemDetail) -> None:
    """Ask once more: it leaves the register until it is found."""
    key = parts.key_of(item, Step.LOSE)
    parts.head(_("Declare {code} lost?", code=item.code))
    ui.notice("orange", _("It leaves the register and nothing falls due any more. If it turns up,"
                          " record that it was found."))  # fmt: skip
    _say_who_stays(item)
    reason = parts.note_input(key, _("What happened (required)"))
    day = parts.day_input(key, _("Missing since"))
    parts.submit(
        item,
        Step.LOSE,
        _("Declare {code} lost", code=item.code),
        lambda session, actor, version: life.lose(
            session, actor, item.id, row_version=version, now=ui.now(), reason=reason, on_date=day
        ),
        done=lambda one: _("{code} is declared lost.", code=one.code),
        icon="question_mark",
    )


def _say_who_stays(item: ItemDetail) -> None:
    """What becomes of its substitute."""
    if item.stood_in_by:
        said = _("{other} stands in for it and stays in its place for good, with its custodian."
                 " Move it afterwards if it belongs elsewhere.",
                 other=item.stood_in_by)  # fmt: skip
        ui.notice("grey", said)


def find(_actor: Actor, item: ItemDetail) -> None:
    """It turned up."""
    key = parts.key_of(item, Step.FIND)
    parts.head(
        _("Record {code} as found", code=item.code),
        _("It is on the register again where it was. If it is elsewhere now, move it afterwards;"
          " then inspect it."),
    )  # fmt: skip
    _plain(
        item, Step.FIND, parts.note_input(key, _("Where it was found (optional)")), life.find_again,
        "note", _("Record as found"), lambda one: _("{code} is found.", code=one.code), "search",
    )  # fmt: skip


def condemn(_actor: Actor, item: ItemDetail) -> None:
    """A scrap condition was seen outside an inspection."""
    key = parts.key_of(item, Step.CONDEMN)
    parts.head(
        _("Take {code} out of service", code=item.code),
        _("For what makes it unfit for good. It has to be replaced; it cannot be serviced any"
          " more."),
    )  # fmt: skip
    chosen: list[str] = []
    if item.kind.family is Family.EXTINGUISHER:
        chosen = st.pills(
            _("Condition found"), CONDITIONS, selection_mode="multi", format_func=_,
            key=f"{key}.conditions",
        )  # fmt: skip
    note = parts.note_input(key, _("In words (required if nothing is chosen)"), limit=120)
    words = _("; ").join(filter(None, (*map(_, chosen), note)))
    _plain(
        item, Step.CONDEMN, words, life.condemn, "because", _("Take it out of service"),
        lambda one: _("{code} is out of service and has to be replaced.", code=one.code), "block",
    )  # fmt: skip


def clear(_actor: Actor, item: ItemDetail) -> None:
    """A scrap condition was recorded by mistake."""
    key = parts.key_of(item, Step.CLEAR)
    parts.head(
        _("Put {code} back in service", code=item.code),
        _("Recorded as scrap condition: {what}", what=item.condemned_because),
        _("Only if this was recorded by mistake. Say who looked at it again and what was found;"
          " both records stay in its history. Inspect it afterwards."),
    )  # fmt: skip
    _plain(
        item, Step.CLEAR, parts.note_input(key, _("What was found (required)")), life.clear,
        "reason", _("Found fit again"),
        lambda one: _("{code} is in service again. Inspect it now.", code=one.code), "undo",
    )  # fmt: skip


def _plain(
    item: ItemDetail,
    step: Step,
    words: str,
    action: Callable[..., Item],
    name: str,
    label: str,
    done: Callable[[Item], str],
    icon: str,
) -> None:
    """A step that asks for a few words only."""
    parts.submit(
        item,
        step,
        label,
        lambda session, actor, version: action(
            session, actor, item.id, row_version=version, now=ui.now(), **{name: words}
        ),
        done=done,
        icon=icon,
    )
