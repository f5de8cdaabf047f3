"""What an inspector asks for, in one paper."""

from html import escape
from pathlib import Path
from typing import Final, Literal

import streamlit as st

from safety_app import ui
from safety_app.core import i18n
from safety_app.core.access import Actor
from safety_app.core.db import reading
from safety_app.core.i18n import _, bilingual
from safety_app.reports import dossier, dossier_paper, making
from safety_app.reports.chapters import chapters
from safety_app.reports.making import Making
from safety_app.reports.pages import progress
from safety_app.ui import markup
from safety_app.workplace import service as workplace

LANGUAGE_NAMES: Final = {"zh_CN": "中文", "en": "English"}


def render() -> None:
    """The button, then the progress and the file; beside it what the paper will hold."""
    actor = ui.current_actor()
    ui.title(
        _("Papers for an inspector"),
        _("One PDF of all that is kept here, in the order an inspector asks."),
        aside=markup.anchor(_("All papers"), "/reports", "arrow_back") + _of_a_day(),
    )
    left, right = st.columns((55, 45), gap="medium")
    with left, ui.card("dossier"):
        _make(actor)
    with right, ui.card("dossier_chapters"):
        ui.html(_chapters())


def _of_a_day() -> str:
    """Where a single day is looked at, if a feature has a page for it."""
    if not ui.knows("readiness-day"):
        return ""
    return markup.anchor(_("Plans, drills and people of one day"), "/readiness-day", "event")


def _make(actor: Actor) -> None:
    language = ui.segmented(
        "dossier.language", LANGUAGE_NAMES, label=_("Language of the report"),
        default=i18n.language(),
    )  # fmt: skip
    key = f"dossier.{language}"
    if progress.draw(actor, key):
        return
    finished = making.find(actor, key)
    look: Literal["primary", "secondary"] = "secondary" if finished else "primary"
    label = _("Make it anew") if finished else _("Make the papers for an inspector")
    with st.container(key="big_dossier"):
        pressed = st.button(
            label, key="dossier.make", type=look, icon=":material/folder_special:", width="stretch"
        )
    patience = _("It takes up to two minutes. You may leave this page.")
    ui.html(f'<p class="muted">{escape(patience)}</p>')
    if pressed:
        _start(actor, key, language)
        st.rerun()


def _start(actor: Actor, key: str, language: str) -> None:
    now = ui.now()
    with reading() as session:
        site = workplace.site(session, actor.site_id)
    day = ui.local_now().date().isoformat()
    with i18n.use_language(language):
        name = dossier_paper.file_name(bilingual(site.name, site.name_en), day)

    def work(made: Making, out: Path) -> None:
        with i18n.use_language(language):
            half = len(chapters())
            with reading() as session:
                found = dossier.collect(
                    session, actor, actor.site_id, now=now,
                    step=lambda done, total, at: made.step(done, 2 * total, at),
                )  # fmt: skip
            dossier_paper.write(
                found, out,
                step=lambda done, total, at: made.step(
                    half + round(half * done / total), 2 * half, at
                ),
            )  # fmt: skip

    making.start(actor, key, name, work, dossier.may)


def _chapters() -> str:
    """What the paper holds, and what belongs in each chapter."""
    lines = "".join(
        f"<li><strong>{one.number}. {escape(one.title)}</strong>"
        f'<p class="muted">{escape(one.belongs)}</p></li>'
        for one in chapters()
    )
    head = markup.section(_("Chapters"))
    return f'{head}<ol class="chapters">{lines}</ol>'
