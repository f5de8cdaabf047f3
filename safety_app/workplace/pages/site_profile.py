"""The legal profile: each flag with its meaning, who decides it, and what follows."""

from collections.abc import Sequence
from html import escape

import streamlit as st

from safety_app import ui
from safety_app.core.access import Actor
from safety_app.core.i18n import _, ngettext
from safety_app.ui import markup
from safety_app.workplace import legal, service
from safety_app.workplace.legal import Duty, Flag
from safety_app.workplace.models import Site, UnitKind
from safety_app.workplace.pages import doing


def draw(actor: Actor, site: Site) -> None:
    """One form for all flags, since they belong together; then what follows."""
    ui.notice(
        "grey",
        _("Look at each line, change what is not so, then save. Plans propose the legal"
          " frequencies of this profile. This is no legal advice: the authority decides."),
    )  # fmt: skip
    values: dict[str, bool] = {}
    kind = UnitKind(site.unit_kind)
    with st.form("site.profile", border=False):
        for flag in legal.flags():
            with ui.card(f"flag_{flag.key}"):
                ui.html(_about(flag))
                if flag.key == legal.UNIT_KIND:
                    kind = _kind(kind)
                else:
                    values[flag.key] = st.checkbox(
                        _("Our unit is one"),
                        value=bool(getattr(site, flag.key)),
                        key=f"site.flag.{flag.key}",
                    )
                ui.html(_consequences(flag))
        pressed = st.form_submit_button(
            _("Save the legal profile"), type="primary", key="site.profile.save"
        )
    if doing.saved(
        pressed,
        lambda session: service.set_profile(
            session, actor, site_id=site.id, unit_kind=kind, now=ui.now(), **values
        ),
        done=_("The legal profile is saved."),
    ):
        st.rerun()
    with ui.card("duties"):
        ui.html(_all_duties(site))


def _kind(kind: UnitKind) -> UnitKind:
    names = {str(value): _(name) for value, name in legal.UNIT_KIND_NAMES.items()}
    chosen = st.radio(
        _("Kind of unit"),
        list(names),
        index=list(names).index(kind),
        format_func=names.__getitem__,
        key="site.flag.unit_kind",
        label_visibility="collapsed",
    )
    return UnitKind(chosen)


def _about(flag: Flag) -> str:
    pairs = (
        (_("Meaning"), flag.meaning),
        (_("Who decides"), flag.decided),
        (_("Article"), flag.source),
    )
    rows = "".join(
        f"<div><dt>{escape(name)}</dt><dd>{escape(text)}</dd></div>" for name, text in pairs
    )
    return markup.section(flag.name, _mark(flag.is_default)) + f'<dl class="meaning">{rows}</dl>'


def _consequences(flag: Flag) -> str:
    n = len(flag.duties)
    head = ngettext("What follows: {n} duty", "What follows: {n} duties", n)
    return (
        f'<details class="help"><summary>{markup.icon("gavel")}<span>{escape(head)}</span>'
        f"</summary>{_list(flag.duties)}</details>"
    )


def _all_duties(site: Site) -> str:
    found = legal.duties(site)
    about = _("By the profile as it is saved now, with the duties of every unit.")
    return (
        markup.section(_("Duties of this unit"))
        + f'<p class="muted">{escape(about)}</p>'
        + _list(found)
    )


def _list(duties: Sequence[Duty]) -> str:
    return f'<ul class="duties">{"".join(_line(duty) for duty in duties)}</ul>'


def _line(duty: Duty) -> str:
    return (
        f'<li><span>{escape(duty.text)}</span><span class="sub">{escape(duty.source)}</span>'
        f"{_mark(duty.is_default)}</li>"
    )


def _mark(is_default: bool) -> str:
    return markup.badge(_("Default, may be changed"), "grey", "tune") if is_default else ""
