"""The reports of all windows of a month in one file."""

from pathlib import Path
from typing import Literal

import streamlit as st

from safety_app import ui
from safety_app.core import i18n
from safety_app.core.access import Actor
from safety_app.core.db import reading
from safety_app.core.i18n import _, bilingual, month_text, ngettext
from safety_app.reports import batch, making, service
from safety_app.reports.making import Making
from safety_app.reports.months import usual_month
from safety_app.reports.pages import progress
from safety_app.reports.permissions import Permission
from safety_app.ui import markup
from safety_app.workplace import service as workplace

LANGUAGE_NAMES = {"zh_CN": "中文", "en": "English"}


def draw(actor: Actor) -> None:
    """Month, language, one file or many; then the button, the progress, the file."""
    with reading() as session:
        months = service.list_months(session, actor, now=ui.now())
        site = workplace.site(session, actor.site_id)
    with ui.card("report_choice"):
        ui.html(markup.section(_("Monthly reports of all windows")))
        usual = usual_month(ui.local_now().date())
        year, month = st.selectbox(
            _("Month"),
            months,
            index=months.index(usual) if usual in months else 0,
            format_func=lambda one: month_text(*one),
            key="reports.all.month",
            placeholder=_("Choose a month"),
        )
        formats = {"pdf": _("One PDF to print"), "zip": _("ZIP, one PDF for each window")}
        suffix = ui.segmented("reports.all.format", formats, label=_("Kind of file"))
        language = ui.segmented(
            "reports.language", LANGUAGE_NAMES, label=_("Language of the report"),
            default=i18n.language(),
        )  # fmt: skip
        key = f"reports.all.{year}-{month:02}.{suffix}.{language}"
        if progress.draw(actor, key):
            return
        with reading() as session:
            windows = service.list_choices(session, actor, year=year, month=month)
        label = ngettext("Make {n} report", "Make {n} reports", len(windows))
        finished = making.find(actor, key) is not None
        look: Literal["primary", "secondary"] = "secondary" if finished else "primary"
        with st.container(key="big_all"):
            pressed = st.button(label, key="reports.all.make", type=look, width="stretch",
                                icon=":material/print:")  # fmt: skip
    if not pressed:
        return
    now = ui.now()
    with i18n.use_language(language):
        name = batch.file_name(bilingual(site.name, site.name_en), year, month, suffix)

    def work(made: Making, out: Path) -> None:
        batch.write_all(
            actor, windows, year, month, out,
            language=language, suffix=suffix, now=now, step=made.step,
        )  # fmt: skip

    ids = [window.id for window in windows]
    made = making.start(
        actor, key, name, work, lambda one: all(_may(one, window_id) for window_id in ids)
    )
    made.facts["count"] = ngettext("{n} report", "{n} reports", len(windows))
    st.rerun()


def _may(actor: Actor, window_id: int) -> bool:
    return actor.may(Permission.VIEW, window_id=window_id)
