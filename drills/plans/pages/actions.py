"""The steps of a document as buttons and forms: one next step, the others beside it."""

from collections.abc import Callable, Mapping, Sequence
from datetime import date, timedelta
from html import escape
from typing import Any, Final

import streamlit as st
from sqlalchemy.orm import Session

from drills.plans.models import RULES, TRIGGER_NAMES, Step, Trigger
from drills.plans.pages.words import fault_texts, hint_texts
from drills.plans.service import (
    approve,
    close_without_change,
    discard,
    publish,
    request_revision,
    revise,
    send_back,
    withdraw,
)
from drills.plans.service.care import next_to_file, record_filing, record_review
from drills.plans.service.detail import PlanDetail
from drills.plans.service.requests import RevisionTask
from safety_app import ui
from safety_app.accounts import service as accounts
from safety_app.core.access import Actor
from safety_app.core.db import reading
from safety_app.core.i18n import N_, _, day_text
from safety_app.ui import markup

YEAR: Final = timedelta(days=365)
OLDEST: Final = date(2000, 1, 1)
LINKS: Final[Mapping[str, tuple[Step, str, str]]] = {
    "review": (Step.REVIEW, N_("Record a review"), "fact_check"),
    "request": (Step.REQUEST, N_("Ask for a revision"), "edit_note"),
    "back": (Step.SEND_BACK, N_("Take the approval back"), "undo"),
    "withdraw": (Step.WITHDRAW, N_("Take out of force"), "block"),
    "discard": (Step.DISCARD, N_("Throw the draft away"), "delete"),
}
OF_PLANS: Final = ("review", "request", "file")


def link(found: PlanDetail, base: str, do: str) -> str:
    """The address of a form."""
    return f"{base}?plan={found.id}&do={do}"


def buttons(actor: Actor, found: PlanDetail, base: str) -> None:
    """The next step, then what else may be done."""
    draft, steps = found.draft, found.allowed
    if st.query_params.get("do"):
        return
    if Step.PUBLISH in steps:
        address, words = link(found, base, "publish"), _("Publish")
        ui.html(f"<p>{markup.anchor(words, address, 'campaign', look='primary big')}</p>")
    elif Step.APPROVE in steps and draft and draft.faults.is_ready:
        _approve(actor, found)
    elif Step.EDIT in steps:
        address = link(found, base, "edit")
        words = _("Go on with the draft")
        ui.html(f"<p>{markup.anchor(words, address, 'edit', look='primary big')}</p>")
    elif Step.REVISE in steps:
        _revise(actor, found, base)
    ui.html(_others(found, base))


def _shown(found: PlanDetail, widget: str) -> int:
    """The document's version when this widget was drawn: what the person has read.

    A press runs the page anew; what came in between must not be approved unread.
    """
    key = f"shown:{found.id}.{widget}"
    if widget not in st.session_state or key not in st.session_state:
        st.session_state[key] = found.row_version
    version = int(st.session_state[key])
    st.session_state[key] = found.row_version  # this run shows it
    return version


def _approve(actor: Actor, found: PlanDetail) -> None:
    """Approving takes one tap; what was shown is what is approved."""
    version = _shown(found, "plans.approve")
    ui.notice("blue", _("The draft is complete. Read it below before you approve it."))
    with st.container(key="big_approve"):
        pressed = st.button(
            _("Approve the draft"), key="plans.approve", type="primary",
            icon=":material/task_alt:", width="stretch",
        )  # fmt: skip
    if pressed:
        done = ui.act(
            lambda session: approve(session, actor, found.id, row_version=version, now=ui.now()),
            done=_("Approved. It comes into force once it is published."),
        )
        if done:
            st.rerun()


def _revise(actor: Actor, found: PlanDetail, base: str) -> None:
    label = _("Revise the rules") if found.kind in RULES else _("Revise the plan")
    if st.button(label, key="plans.revise", icon=":material/edit:", width="stretch"):
        done = ui.act(lambda session: bool(revise(session, actor, found.id, now=ui.now())))
        if done:
            ui.go(base.strip("/"), plan=str(found.id), do="edit")


def _others(found: PlanDetail, base: str) -> str:
    """Everything else that may be done now, as quiet links."""
    links = "".join(
        markup.anchor(_(name), link(found, base, do), symbol, look="quiet")
        for do, (step, name, symbol) in LINKS.items()
        if step in found.allowed and _is_for(found, do)
    )
    if Step.EDIT in found.allowed and (Step.PUBLISH in found.allowed or _may_approve(found)):
        address = link(found, base, "edit")
        links = markup.anchor(_("Edit the draft"), address, "edit", look="quiet") + links
    return f'<div class="ways">{links}</div>' if links else ""


def _is_for(found: PlanDetail, do: str) -> bool:
    return do not in OF_PLANS or found.kind not in RULES


def _may_approve(found: PlanDetail) -> bool:
    return Step.APPROVE in found.allowed and bool(found.draft and found.draft.faults.is_ready)


def drawn(actor: Actor, found: PlanDetail, base: str) -> bool:
    """Draw the form that the address names; whether there was one for this person now."""
    do = str(st.query_params.get("do", ""))
    form = FORMS.get(do)
    if form is None or form[0] not in found.allowed or not _is_for(found, do):
        return False
    with ui.card(f"plan_{do}"):
        form[1](actor, found, base)
        ui.html(f"<p>{markup.anchor(_('Cancel'), f'{base}?plan={found.id}', look='quiet')}</p>")
    return True


def _publish(actor: Actor, found: PlanDetail, base: str) -> None:
    """The final step: from when, what has changed, which tasks it answers."""
    today = ui.local_now().date()
    number = found.versions[0].version + 1 if found.versions else 1
    head = _("Publish “{title}” as version {n}?", title=_draft_title(found), n=number)
    says = _("A published version never changes. Everybody it concerns is asked to read it.")
    draft = found.draft
    faults = [] if draft is None else [
        *fault_texts(draft.faults), *hint_texts(draft.faults)
    ]  # fmt: skip
    notes = "".join(markup.notice("yellow", one) for one in faults)
    ui.html(f"<h2>{escape(head)}</h2><p class='muted'>{escape(says)}</p>{notes}")
    open_ones = [one for one in found.tasks if one.is_open]
    version = _shown(found, "plans.because")
    with st.form("plans.publish", border=False):
        effective_on = ui.day_input(
            _("In force from"), today, min_value=today, max_value=today + YEAR,
            key="plans.effective",
        )  # fmt: skip
        because = st.text_area(
            _("What has changed and why"), key="plans.because", max_chars=500, height=90,
        )  # fmt: skip
        answers = [
            one.id
            for one in open_ones
            if st.checkbox(_("It answers: {why}", why=one.why), key=f"plans.answers_{one.id}")
        ]
        pressed = _submit(_("Publish"), "campaign")
    if pressed:
        _do(
            found, base,
            lambda session: publish(
                session, actor, found.id, effective_on=effective_on, because=because,
                answers=answers, row_version=version, now=ui.now(),
            ).version,
            done=lambda n: _("Version {n} is published.", n=n),
        )  # fmt: skip


def _draft_title(found: PlanDetail) -> str:
    return found.draft.content.title.text if found.draft else found.title


def _send_back(actor: Actor, found: PlanDetail, base: str) -> None:
    ui.html(f"<h2>{escape(_('Take the approval back?'))}</h2>")
    reason, pressed = _reason(_("What is to be changed"), _("Take the approval back"), "undo")
    if pressed:
        _do(found, base,
            lambda session: send_back(session, actor, found.id, reason=reason, now=ui.now()),
            done=_("The approval is taken back; the draft can be changed."))  # fmt: skip


def _withdraw(actor: Actor, found: PlanDetail, base: str) -> None:
    head = _("Withdraw “{title}”?", title=found.title)
    says = _("From today it is in force no more and is not shown in an emergency. Its versions"
             " stay on record.")  # fmt: skip
    ui.html(f"<h2>{escape(head)}</h2><p class='muted'>{escape(says)}</p>")
    reason, pressed = _reason(_("Reason (required)"), _("Take out of force"), "block")
    if pressed:
        _do(found, base,
            lambda session: withdraw(session, actor, found.id, reason=reason, now=ui.now()),
            done=_("Withdrawn."))  # fmt: skip


def _discard(actor: Actor, found: PlanDetail, base: str) -> None:
    head = _("Throw the draft away?")
    says = _("What was typed into it is lost.")
    if found.version:
        says = _("What was typed into it is lost. Version {n} stays in force.",
                 n=found.version.version)  # fmt: skip
    ui.html(f"<h2>{escape(head)}</h2><p class='muted'>{escape(says)}</p>")
    if st.button(_("Throw the draft away"), key="plans.discard", icon=":material/delete:"):
        _do(found, base, lambda session: discard(session, actor, found.id, now=ui.now()),
            done=_("The draft is thrown away."))  # fmt: skip


def _review(actor: Actor, found: PlanDetail, base: str) -> None:
    rule = found.term
    ui.html(
        f"<h2>{escape(_('Reviewed without a change?'))}</h2>"
        f"<p class='muted'>{escape(rule.said)} · {escape(rule.from_where)}</p>"
    )
    label = _("What was looked at, and why it is still good (required)")
    reason, pressed = _reason(label, _("Record the review"), "fact_check")
    if pressed:
        _do(found, base,
            lambda session: record_review(session, actor, found.id, note=reason, now=ui.now()),
            done=_("The review is recorded; its time begins anew today."))  # fmt: skip


def _request(actor: Actor, found: PlanDetail, base: str) -> None:
    """A revision task with owner and date."""
    today = ui.local_now().date()
    with reading() as session:
        people = {
            one.id: f"{one.display_name} {one.display_post}".strip()
            for one in accounts.list_people(session, actor.site_id)
        }
    ui.html(f"<h2>{escape(_('Ask for a revision'))}</h2>")
    with st.form("plans.request", border=False):
        trigger: Any = st.selectbox(
            _("Occasion"), list(Trigger), key="plans.trigger",
            format_func=lambda one: _(TRIGGER_NAMES[one]),
        )  # fmt: skip
        why = st.text_area(_("What is to be changed and why (required)"), key="plans.why",
                           max_chars=500, height=90)  # fmt: skip
        left, right = st.columns(2)
        owner = left.selectbox(
            _("Who does it (required)"), list(people), index=None, key="plans.owner",
            placeholder=_("Choose a person"),
            format_func=people.__getitem__,
        )  # fmt: skip
        with right:
            due_on = ui.day_input(
                _("To be done by"), today + timedelta(days=30), min_value=today,
                max_value=today + YEAR, key="plans.due",
            )  # fmt: skip
        pressed = _submit(_("Ask for a revision"), "edit_note")
    if not pressed:
        return
    if owner is None:
        ui.notice("red", _("Choose who does it."))
        return
    source = f"plans:{found.id}/{ui.now():%Y%m%d%H%M%S%f}"
    _do(
        found, base,
        lambda session: bool(
            request_revision(
                session, actor, found.id, why=why, source=source, owner_id=owner, due_on=due_on,
                trigger=trigger, now=ui.now(),
            ).id
        ),
        done=_("The revision is asked for; it stands on the person's tasks."),
    )  # fmt: skip


def _file(actor: Actor, found: PlanDetail, base: str) -> None:
    today = ui.local_now().date()
    version = next_to_file(found.filings)
    day = day_text(version.effective_on, weekday=False, year=True)
    of = _("Version {n}, in force from {day}", n=version.version, day=day)
    ui.html(f"<h2>{escape(_('Record a filing'))}</h2><p>{escape(of)}</p>")
    scan = ui.file_input("plans.receipt", form=f"{found.id}")
    with st.form("plans.file", border=False):
        authority = st.text_input(_("Filed with (required)"), key="plans.authority", max_chars=100)
        left, right = st.columns(2)
        with left:
            filed_on = ui.day_input(
                _("Filed on"), today, min_value=OLDEST, max_value=today,
                key="plans.filed",
            )  # fmt: skip
        number = right.text_input(_("Number of the receipt"), key="plans.number", max_chars=64)
        pressed = _submit(_("Record the filing"), "account_balance")
    if pressed:
        _do(
            found, base,
            lambda session: bool(
                record_filing(
                    session, actor, found.id, authority=authority, filed_on=filed_on,
                    number=number, file_id=scan[0] if scan else None,
                    version_id=version.version_id, now=ui.now(),
                ).id
            ),
            done=_("The filing is recorded."),
        )  # fmt: skip


def close_task(actor: Actor, tasks: Sequence[RevisionTask]) -> None:
    """Close a revision task because the plan is good as it is."""
    with st.expander(_("Close a task without a change"), icon=":material/check_circle:"):
        whys = {one.id: one.why for one in tasks}
        with st.form("plans.close_task", border=False):
            chosen = st.selectbox(
                _("Revision task"), list(whys), key="plans.task", format_func=whys.__getitem__
            )
            outcome = st.text_area(_("Reason (required)"), key="plans.outcome", max_chars=500,
                                   height=90)  # fmt: skip
            pressed = st.form_submit_button(_("Close the task"), icon=":material/check_circle:")
        if pressed:
            done = ui.act(
                _truly(
                    lambda session: close_without_change(
                        session, actor, chosen, outcome=outcome, now=ui.now()
                    )
                ),
                done=_("The task is closed."),
            )
            if done:
                st.rerun()


def _reason(label: str, button: str, symbol: str) -> tuple[str, bool]:
    with st.form("plans.reason_form", border=False):
        reason = st.text_area(label, key="plans.reason", max_chars=500, height=110)
        return reason, _submit(button, symbol)


def _submit(label: str, symbol: str) -> bool:
    return bool(
        st.form_submit_button(label, type="primary", icon=f":material/{symbol}:", width="stretch")
    )


def _truly(action: Callable[[Session], object]) -> Callable[[Session], tuple[Any]]:
    """The same action with a result that is true, whatever it returns: none means refused."""
    return lambda session: (action(session),)


def _do(
    found: PlanDetail,
    base: str,
    action: Callable[[Session], object],
    done: str | Callable[[Any], str],
) -> None:
    """One action of a form, then the document anew."""
    said = done if isinstance(done, str) else lambda result: done(result[0])
    if ui.act(_truly(action), done=said):
        ui.go(base.strip("/"), plan=str(found.id))


Form = Callable[[Actor, PlanDetail, str], None]
FORMS: Final[Mapping[str, tuple[Step, Form]]] = {
    "publish": (Step.PUBLISH, _publish),
    "back": (Step.SEND_BACK, _send_back),
    "withdraw": (Step.WITHDRAW, _withdraw),
    "discard": (Step.DISCARD, _discard),
    "review": (Step.REVIEW, _review),
    "request": (Step.REQUEST, _request),
    "file": (Step.FILE, _file),
}
