"""The paragraphs of a report that people may word themselves."""

from html import escape
from typing import Final

import streamlit as st

from safety_app import ui
from safety_app.core import i18n
from safety_app.core.access import Actor
from safety_app.core.i18n import _, moment_text
from safety_app.reports import texts, wording
from safety_app.reports.permissions import Permission
from safety_app.reports.service import Report
from safety_app.reports.texts import SLOT_NAMES, Slot, Written
from safety_app.ui import markup

KEY: Final = "reports.words"


def draw(actor: Actor, report: Report) -> None:
    """One paragraph at a time, with what stands now; only for those who may word it."""
    reach = actor.reach(Permission.WRITE)
    if not (reach.site if report.window_id is None else reach.covers(report.window_id)):
        return
    with ui.card("report_words"):
        ui.html(markup.section(_("Words of the report")))
        names = {str(slot): _(name) for slot, name in SLOT_NAMES.items()}
        slot = Slot(ui.segmented(f"{KEY}.slot", names, label=_("Paragraph")))
        _paragraph(actor, report, slot)


def _paragraph(actor: Actor, report: Report, slot: Slot) -> None:
    standing = texts.find(report.written, slot, report.language)
    about = f"{KEY}.{report.number}.{slot}.{report.language}"
    draft = st.session_state.setdefault(f"{about}.draft", 0)
    seen = st.session_state.setdefault(f"{about}.seen", standing.id if standing else 0)
    with i18n.use_language(report.language):
        text, proposal = wording.wording(report, slot), wording.proposal(report, slot)
    _standing(report, slot, standing)
    typed = st.text_area(
        _(SLOT_NAMES[slot]),
        value=text,
        key=f"{about}.{draft}",
        max_chars=texts.LIMIT,
        height=168,
        label_visibility="collapsed",
    )
    with st.container(horizontal=True, gap="small", key="words_buttons"):
        keep = st.button(_("Keep these words"), key=f"{KEY}.keep", icon=":material/save:")
        back = (
            standing is not None
            and bool(standing.text)
            and st.button(_("Back to the proposal"), key=f"{KEY}.back", icon=":material/undo:")
        )
    if not keep and not back:
        return
    unchanged = typed.strip() == proposal.strip() and not (standing and standing.text)
    wanted = "" if back or unchanged else typed
    _keep(actor, report, slot, wanted, seen, about, standing)


def _keep(
    actor: Actor, report: Report, slot: Slot, text: str, seen: int, about: str,
    standing: Written | None,
) -> None:  # fmt: skip
    now = ui.now()
    year, month, language = report.year, report.month, report.language
    kept = ui.act(
        lambda session: (
            texts.write(
                session, actor, report.window_id, year, month, slot,
                language=language, text=text, seen=seen, now=now,
            ),
        ),
        done=_("Kept. The paper has a new check code.") if text else _("The proposal stands."),
    )  # fmt: skip
    # Whoever was told of a change has seen it now: the next attempt is meant.
    st.session_state[f"{about}.seen"] = standing.id if standing else 0
    if kept is not None:
        st.session_state[f"{about}.draft"] += 1
        del st.session_state[f"{about}.seen"]
        st.rerun()


def _standing(report: Report, slot: Slot, standing: Written | None) -> None:
    """Whose words stand there now, and what the other language's paper says."""
    lines = []
    if standing and standing.text:
        when = moment_text(standing.at, report.period.timezone, year=True)
        lines.append(_("Words of {name}, {moment}.", name=standing.name, moment=when))
    else:
        lines.append(_("This is proposed from the figures; it follows them as they change."))
    if report.worded_elsewhere(slot):
        lines.append(
            _("The report in the other language carries own words here; this one does not.")
        )
    elif standing and standing.text:
        lines.append(
            _(
                "The report in the other language keeps its proposal and says so; word it there"
                " too if it is handed out."
            )
        )
    ui.html("".join(f'<p class="muted">{escape(line)}</p>' for line in lines))
