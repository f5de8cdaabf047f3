"""Who answers for fire safety: the person responsible and the managers, with their dates."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Final

import streamlit as st

from safety_app import ui
from safety_app.accounts import service as accounts
from safety_app.core.access import Actor
from safety_app.core.db import reading
from safety_app.core.i18n import N_, _, day_text
from safety_app.ui import markup
from safety_app.workplace import legal, service
from safety_app.workplace.models import Post, Site
from safety_app.workplace.pages import doing
from safety_app.workplace.service import Holder

EARLIEST: Final = date(2000, 1, 1)
ABOUT: Final = {
    Post.RESPONSIBLE: N_(
        "The unit's legal representative or chief; answers for all of its fire safety."
        " One person at a time (Order 61, art. 4 and 6)."
    ),
    Post.FIRE_MANAGER: N_(
        "Appointed by the person responsible to run fire safety from day to day."
        " There may be several (Order 61, art. 7)."
    ),
}

APPOINT: Final = {
    Post.RESPONSIBLE: N_("Appoint as person responsible"),
    Post.FIRE_MANAGER: N_("Appoint as fire safety manager"),
}


def draw(actor: Actor, site: Site) -> None:
    """A card for each post."""
    with reading() as session:
        holders = service.holders(session, site.id)
        people = {
            person.id: _(", ").join(filter(None, (person.display_name, person.display_post)))
            for person in accounts.list_people(session, site.id)
        }
    empty = [post for post in Post if not any(one.post == post for one in holders)]
    for post in Post:
        with ui.card(f"post_{post}"):
            theirs = [one for one in holders if one.post == post]
            _post(actor, site, post, theirs, people, is_next=post in empty[:1])


def _post(
    actor: Actor,
    site: Site,
    post: Post,
    holders: Sequence[Holder],
    people: Mapping[int, str],
    *,
    is_next: bool,
) -> None:
    today = ui.local_now().date()
    now = [one for one in holders if one.holds(today) or one.first > today]
    state = "" if now else markup.badge(_("Not filled"), "orange")
    ui.html(
        markup.section(_(legal.POST_NAMES[post]), state) + f'<p class="muted">{_(ABOUT[post])}</p>'
    )
    if holders:
        ui.timeline([_entry(one, today) for one in holders])
    key = f"site.post.{post}.{len(holders)}"
    with st.form(f"{key}.form", border=False):
        left, right = st.columns(2)
        chosen = left.selectbox(
            _("Person"),
            list(people),
            index=None,
            format_func=people.__getitem__,
            placeholder=_("Choose a person"),
            key=f"{key}.user",
        )
        with right:
            first = ui.day_input(
                _("In this post since"), value=today, min_value=EARLIEST, key=f"{key}.first",
            )  # fmt: skip
        pressed = st.form_submit_button(
            _(APPOINT[post]), type="primary" if is_next else "secondary", key=f"{key}.save"
        )
    missing = _("Somebody is missing? Add them under People first.")
    ui.html(f'<p class="muted">{missing}</p>')
    if doing.saved(
        pressed,
        lambda session: service.appoint(
            session,
            actor,
            site_id=site.id,
            post=post,
            user_id=chosen or 0,
            first=first,
            now=ui.now(),
        ),
        done=_("The post is filled."),
    ):
        st.rerun()
    for one in holders:
        if one.last is None:
            _ending(actor, site, one, today)


def _ending(actor: Actor, site: Site, holder: Holder, today: date) -> None:
    """Until when somebody held the post; folded away, since it is rare."""
    key = f"site.holder.{holder.id}"
    with st.expander(_("{name} gives the post up", name=holder.name)), st.form(key, border=False):
        last = ui.day_input(
            _("Last day in this post"), value=max(today, holder.first), min_value=holder.first,
            key=f"{key}.last",
        )  # fmt: skip
        pressed = st.form_submit_button(_("Note the last day"), key=f"{key}.save")
    if doing.saved(
        pressed,
        lambda session: service.end_appointment(
            session, actor, holder.id, site_id=site.id, last=last, now=ui.now()
        ),
        done=_("The last day is noted; the post stays in the list."),
    ):
        st.rerun()


def _entry(holder: Holder, today: date) -> ui.Entry:
    first = day_text(holder.first, weekday=False, year=True)
    if holder.last is None:
        note = (
            _("since {first}", first=first)
            if holder.first <= today
            else _("from {first}", first=first)
        )
    else:
        last = day_text(holder.last, weekday=False, year=True)
        note = _("{first} to {last}", first=first, last=last)
    held = holder.holds(today)
    return ui.Entry(
        holder.name, note, icon="badge" if held else "history", tone="green" if held else "grey"
    )
