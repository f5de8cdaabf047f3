"""Labels to print: of which facilities, on which paper, from which place of a used sheet on."""

from collections.abc import Mapping
from html import escape
from math import ceil
from typing import Final
from urllib.parse import urlencode

import streamlit as st

from equipment.kinds import FAMILY_NAMES
from equipment.paper_errors import TooManyLabels
from equipment.papers import chosen_by
from equipment.service import labels
from equipment.service.labels import PAPERS, LabelPaper
from equipment.service.places import Places, places
from safety_app import ui
from safety_app.core.access import Actor
from safety_app.core.db import reading
from safety_app.core.errors import AppError
from safety_app.core.i18n import _, language, ngettext
from safety_app.ui import markup

ADDRESS: Final = "/equipment/labels.pdf"
NAMING: Final = ("items", "codes")
PLACES: Final = ("window", "location", "floor", "common")
LANGUAGE_NAMES: Final = {"zh_CN": "中文", "en": "English"}
EVERY: Final = ""


def render() -> None:
    """What is chosen, how it is printed, and the way to the paper."""
    actor = ui.current_actor()
    ui.title(
        _("Print labels"),
        _("Each label carries the code to scan or type, the place and the next dates."),
        aside=markup.anchor(_("Back to the register"), "/equipment", "arrow_back"),
    )
    named = {name: st.query_params[name] for name in NAMING if name in st.query_params}
    with ui.card("labels"):
        asked = named or _asked(actor)
        code, paper, start = _paper()
        asked |= {"paper": code, **start, **_details(paper)}
        _offer(actor, asked, paper)
    _scanning()


def _asked(actor: Actor) -> dict[str, str]:
    """Sort and place, as the address or the person says."""
    with reading() as session:
        here = places(session, actor.site_id)
    families = {EVERY: _("Everything")}
    families |= {str(family): _(name) for family, name in FAMILY_NAMES.items()}
    where = _where(here)
    given = st.query_params.get("family", EVERY)
    place = next((f"{name}={st.query_params[name]}" for name in PLACES if name in st.query_params),
                 EVERY)  # fmt: skip
    left, right = st.columns(2)
    family = left.selectbox(
        _("Which kinds"),
        list(families),
        index=list(families).index(given) if given in families else 0,
        format_func=families.__getitem__,
        key="labels.family",
    )
    chosen = right.selectbox(
        _("At which place"),
        list(where),
        index=list(where).index(place) if place in where else 0,
        format_func=where.__getitem__,
        key="labels.place",
    )
    found = {"family": family} if family else {}
    if chosen:
        name, _equals, value = str(chosen).partition("=")
        found[name] = value
    return found


def _where(here: Places) -> dict[str, str]:
    """Floors, areas and windows, as an address names them."""
    floors = sorted({floor for floor in here.location_floors.values() if floor})
    return {
        EVERY: _("The whole hall"),
        **{f"floor={floor}": _("Floor {floor}", floor=floor) for floor in floors},
        **{f"location={key}": name for key, name in here.locations.items()},
        **{f"window={key}": name for key, name in here.windows.items()},
    }


def _paper() -> tuple[str, LabelPaper, dict[str, str]]:
    """The paper, and where to begin on a used sheet of it."""
    left, right = st.columns(2)
    code = left.selectbox(
        _("Label paper"),
        list(PAPERS),
        format_func=lambda one: _(PAPERS[one].name),
        key="labels.paper",
    )
    paper = PAPERS[str(code)]
    if paper.count == 1:
        return str(code), paper, {}
    first = right.number_input(
        _("First free label on the sheet, counted from left to right"),
        min_value=1,
        max_value=paper.count,
        value=1,
        key=f"labels.first.{paper.count}",
    )
    return str(code), paper, {"skip": str(int(first) - 1)} if first > 1 else {}


def _details(paper: LabelPaper) -> dict[str, str]:
    """Lines for plain paper, and the language."""
    found = {}
    if paper.count > 1 and st.checkbox(
        _("Plain paper: draw lines to cut along"), key="labels.cuts"
    ):
        found["cuts"] = "1"
    found["lang"] = ui.segmented(
        "labels.language", LANGUAGE_NAMES, label=_("Language of the labels"), default=language()
    )
    return found


def _offer(actor: Actor, asked: Mapping[str, str], paper: LabelPaper) -> None:
    """How many there are, and the paper; or why there is none."""
    try:
        chosen = chosen_by(asked)
        with reading() as session:
            today = ui.local_now().date()
            named = labels.list_labels(session, actor, chosen, today=today) if chosen.ids else []
            count = len(named) or labels.count_labels(session, actor, chosen)
    except AppError as problem:
        ui.failed(problem)
        return
    if not count:
        ui.notice("grey", _("No facility fits. Choose others."))
        return
    if count > labels.MOST:
        words = TooManyLabels(n=count, most=labels.MOST).message()
        ui.notice("orange", words)
        return
    sheets = ceil((count + int(asked.get("skip", 0))) / paper.count)
    words = ngettext("{n} label", "{n} labels", count)
    if paper.count > 1:
        said = ngettext("on {n} sheet", "on {n} sheets", sheets)
        words = _("{labels} {sheets}", labels=words, sheets=said)
    if len(named) == 1:
        words = _("{label}: {code} {name}", label=words, code=named[0].code, name=named[0].name)
    ui.html(
        f'<p class="muted" role="status">{escape(words)}</p>'
        + markup.anchor(_("Open the labels"), f"{ADDRESS}?{urlencode(asked)}", "print",
                        look="primary big", new_tab=True)
    )  # fmt: skip


def _scanning() -> None:
    """Where a scanned code leads, before hundreds are stuck on."""
    address = ui.base_address()
    if ui.is_own(address):
        words = _(
            "The codes would lead to {address}, which no other device can reach. Open this page"
            " under the address that everybody uses, or have the administrator set public_url.",
            address=address,
        )
        ui.notice("orange", words)
        return
    words = _("The codes lead to {address}/q/…; print again if this address ever changes. Typing"
              " the number works anyway.", address=address)  # fmt: skip
    ui.html(f'<p class="muted">{escape(words)}</p>')
