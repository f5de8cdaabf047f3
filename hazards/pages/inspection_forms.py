"""The forms of an inspection: record it, add findings or papers, record the reply."""

import secrets
from collections.abc import Callable
from datetime import date
from html import escape
from typing import Any, Final

import streamlit as st
from sqlalchemy.orm import Session

from hazards import service
from hazards.models import (
    CATEGORY_NAMES,
    LEGAL_NAMES,
    LEVEL_NAMES,
    AuthorityInspection,
    Category,
    LegalClass,
    Level,
)
from hazards.service import Finding, InspectionDetail, Places
from safety_app import ui
from safety_app.core.access import Actor
from safety_app.core.db import reading
from safety_app.core.i18n import _, day_text

SOON_DAYS: Final = 3
MOST_SCANS: Final = 10
WINDOW, AREA = "w", "l"


def new(actor: Actor) -> None:
    """The document, then its findings, all saved together."""
    form = _form("new")
    key = f"inspection.{form}"
    _head(_("Record an inspection"), "/inspections")
    today = ui.local_now().date()
    with ui.card("inspection_new"):
        authority = st.text_input(
            _("Authority (required)"),
            key=f"{key}.authority",
            max_chars=100,
            placeholder=_("For example: the county fire and rescue brigade"),
        )
        number = st.text_input(_("Document number"), key=f"{key}.number", max_chars=64)
        left, right = st.columns(2)
        with left:
            day = ui.day_input(_("Inspected on"), today, max_value=today, key=f"{key}.day")
        with right:
            reply_by = ui.day_input(_("Reply by (if they ask for one)"), None, key=f"{key}.by")
        summary = st.text_area(
            _("Summary"), key=f"{key}.summary", max_chars=2000, height=80,
            placeholder=_("What was inspected and said, in a few words"),
        )  # fmt: skip
        _label(_("Scan or photos of the document"))
        scans = ui.file_input(f"{key}.scans", accept=("pdf", "image"), most=MOST_SCANS, form=form)
    findings = _findings(actor, key, reply_by if isinstance(reply_by, date) else None)
    _save(
        _("Record the inspection"),
        lambda session: service.record(
            session,
            actor,
            authority=authority or "",
            number=number or "",
            inspected_on=day,
            reply_by=reply_by if isinstance(reply_by, date) else None,
            summary=summary or "",
            file_ids=scans,
            findings=findings(),
            now=ui.now(),
        ),
        done=_("The inspection is recorded."),
        form="new",
        icon="policy",
    )


def more_findings(actor: Actor, found: InspectionDetail) -> None:
    """What else the document lists."""
    form = _form("findings")
    _head(_("Add findings"), f"/inspections?id={found.row.id}", found)
    findings = _findings(actor, f"inspection.{form}", found.row.reply_by, least=1)
    _save(
        _("Register the findings"),
        lambda session: service.add_findings(
            session, actor, found.row.id, findings(), now=ui.now()
        ),
        done=_("The findings are registered as hazards."),
        form="findings",
        icon="add_alert",
    )


def more_scans(actor: Actor, found: InspectionDetail) -> None:
    """Papers that came later."""
    form = _form("scans")
    key = f"inspection.{form}"
    _head(_("Add papers"), f"/inspections?id={found.row.id}", found)
    with ui.card("inspection_scans"):
        kinds = {"": _("The authority's document"), "reply": _("Our reply")}
        kind = ui.segmented(f"{key}.kind", kinds, label=_("What is it?"))
        scans = ui.file_input(f"{key}.scans", accept=("pdf", "image"), most=MOST_SCANS, form=form)
    _save(
        _("Add papers"),
        lambda session: service.add_scans(
            session, actor, found.row.id, scans, is_reply=bool(kind), now=ui.now()
        ),
        done=_("The papers are kept with the inspection."),
        form="scans",
        icon="attach_file",
    )


def reply(actor: Actor, found: InspectionDetail) -> None:
    """What was replied, when, with its scan; open findings are named first."""
    form = _form("reply")
    key = f"inspection.{form}"
    _head(_("Record the reply"), f"/inspections?id={found.row.id}", found)
    today = ui.local_now().date()
    if found.row.open:
        words = _(
            "{open} of {all} findings are still open. The reply must say so.",
            open=found.row.open,
            all=found.row.findings,
        )
        ui.notice("orange", words)
    with ui.card("inspection_reply"):
        text = st.text_area(
            _("What was replied (required)"), key=f"{key}.text", max_chars=4000, height=140,
            placeholder=_("What was rectified and how, what is still under way and until when"),
        )  # fmt: skip
        day = ui.day_input(
            _("Replied on"),
            today,
            min_value=found.row.inspected_on,
            max_value=today,
            key=f"{key}.day",
        )
        _label(_("Scan of the reply"))
        scans = ui.file_input(f"{key}.scans", accept=("pdf", "image"), most=MOST_SCANS, form=form)
        ui.html(f'<p class="muted">{escape(_("A recorded reply cannot be changed."))}</p>')
    _save(
        _("Record the reply"),
        lambda session: service.reply(
            session,
            actor,
            found.row.id,
            text=text or "",
            replied_on=day,
            file_ids=scans,
            now=ui.now(),
        ),
        done=_("The reply is recorded."),
        form="reply",
        icon="send",
    )


def _findings(
    actor: Actor, key: str, reply_by: date | None, *, least: int = 0
) -> Callable[[], list[Finding]]:
    """As many cards as there are findings; a card left without words is none."""
    count_key = f"{key}.count"
    count = max(int(st.session_state.setdefault(count_key, 1)), least)
    with reading() as session:
        places = service.places(session, actor)
    drawn = [_finding(f"{key}.{at}", at + 1, places, reply_by) for at in range(count)]
    st.button(
        _("Another finding"),
        key=f"{key}.more",
        icon=":material/add:",
        on_click=_another,
        args=(count_key,),
        disabled=False,
    )
    return lambda: [Finding(**one) for one in drawn if one["what"].strip()]


def _another(count_key: str) -> None:
    st.session_state[count_key] += 1


def _finding(key: str, number: int, places: Places, reply_by: date | None) -> dict[str, Any]:
    with ui.card(f"finding_{number}"):
        ui.html(ui.markup.section(_("Finding {n}", n=number)))
        what = st.text_input(
            _("What is wrong"),
            key=f"{key}.what",
            max_chars=200,
            placeholder=_("As the document says"),
        )
        left, right = st.columns(2)
        with left:
            place = _place(f"{key}.place", places)
        with right:
            spot = st.text_input(_("Where exactly"), key=f"{key}.spot", max_chars=100)
        levels = {str(one): _(name) for one, name in LEVEL_NAMES.items()}
        _label(_("Level"))
        level = ui.segmented(f"{key}.level", levels, label=_("Level"), default=str(Level.MODERATE))
        left, middle, right = st.columns(3)
        with left:
            legal = _choice(f"{key}.legal", _("Legal class"), LEGAL_NAMES, LegalClass.GENERAL)
        with middle:
            category = _choice(f"{key}.category", _("Category"), CATEGORY_NAMES, Category.OTHER)
        with right:
            day = ui.day_input(
                _("Deadline set by the authority"),
                reply_by,
                max_value=reply_by,
                # Another day of the reply proposes another deadline.
                key=f"{key}.fix_by.{reply_by}",
            )
        _label(_("Photos (optional)"))
        photos = ui.photo_input(f"{key}.photos", form=key)
    return {
        "what": what or "",
        "place": spot or "",
        "window_id": int(place[1:]) if place.startswith(WINDOW) else None,
        "location_id": int(place[1:]) if place.startswith(AREA) else None,
        "level": Level(level),
        "legal_class": LegalClass(legal),
        "category": Category(category),
        "fix_by": day if isinstance(day, date) else None,
        "upload_ids": photos,
    }


def _place(key: str, places: Places) -> str:
    names = {f"{AREA}{found}": name for found, name in places.locations.items()}
    names |= {f"{WINDOW}{found}": name for found, name in places.windows.items()}
    chosen = st.selectbox(
        _("Window or common area"),
        list(names),
        index=None,
        format_func=names.__getitem__,
        placeholder=_("Choose the window or area"),
        key=key,
    )
    return str(chosen or "")


def _choice(key: str, label: str, names: Any, usual: str) -> str:
    words = {str(value): _(name) for value, name in names.items()}
    options = list(words)
    return str(
        st.selectbox(
            label, options, index=options.index(usual), format_func=words.__getitem__, key=key
        )
    )


def _save(
    label: str,
    action: Callable[[Session], AuthorityInspection],
    *,
    done: str,
    form: str,
    icon: str,
) -> None:
    """The last row: save, then open the inspection."""
    with st.container(key="bar_form"):
        message = st.container()
        with st.container(key="big_submit"):
            pressed = st.button(
                label,
                key=f"inspection.{form}.submit",
                type="primary",
                icon=f":material/{icon}:",
                width="stretch",
            )
    if not pressed:
        return
    with message:
        saved = ui.act(action, done)
    if saved is not None:
        del st.session_state[f"inspections.{form}"]
        st.query_params.from_dict({"id": str(saved.id)})
        st.rerun()


def _form(name: str) -> str:
    """A token for one empty form; after saving the next one begins empty."""
    return str(st.session_state.setdefault(f"inspections.{name}", secrets.token_hex(4)))


def _head(title: str, back: str, found: InspectionDetail | None = None) -> None:
    under = ""
    if found is not None:
        day = day_text(found.row.inspected_on, weekday=False, year=True)
        under = _("{authority}, {day}", authority=found.row.authority, day=day)
    ui.title(title, under, aside=ui.markup.anchor(_("Back"), back, "arrow_back"))


def _label(words: str) -> None:
    ui.html(f'<p class="muted">{escape(words)}</p>')
