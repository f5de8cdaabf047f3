"""Kinds and rules: whose rules hold, every kind with its figures, and one kind beside them."""

from collections.abc import Mapping, Sequence
from html import escape
from typing import Final

import streamlit as st

from equipment.hall_kinds import laxer_than
from equipment.kinds import FAMILY_NAMES, FIRE_CLASSES, Kind, fire_class_text
from equipment.models import PROFILE_NAMES, Profile
from equipment.pages import kind_forms
from equipment.pages.kind_words import kind_badges, summary, table
from equipment.service import hall_rules, letters, rules
from safety_app import ui
from safety_app.core.access import Actor
from safety_app.core.db import reading
from safety_app.core.i18n import N_, _, bilingual, ngettext
from safety_app.ui import markup

WIDTHS: Final = (43, 57)
NAMED: Final = 12
ASKED: Final = "kinds.profile_asked"
LAXER: Final = N_(
    "Some figures of the hall ask for less than the shipped rule. An inspector goes by the rule;"
    " make sure of the basis."
)
UNKNOWN: Final = N_(
    "The rules in force do not know this kind. What is on the register keeps its figures; no new"
    " one can be registered."
)


def render() -> None:
    """The profile and the list, then the kind that was chosen."""
    actor = ui.current_actor()
    chosen = st.query_params.get("kind", "")
    with reading() as session:
        profile = rules.profile_of(session, actor.site_id)
        kinds = rules.kinds_of(session, actor.site_id)
        law = hall_rules.shipped(session, actor.site_id)
        in_use = hall_rules.in_use(session, actor.site_id)
        unsaid = letters.unsaid(session, actor.site_id)
    listed = {code: kind for code, kind in kinds.items() if _is_listed(kind, in_use)}
    is_open = chosen in listed or chosen == kind_forms.NEW
    behind = "behind" if is_open else "front"
    with st.container(key=f"split_head_{behind}"):
        ui.title(
            _("Kinds and rules of facilities"),
            _subtitle(listed),
            aside=_add(filled=not is_open and not st.session_state.get(ASKED)),
        )
        _profile(actor, profile, sum(in_use.values()), kinds)
        _unsaid(unsaid)
    left, right = st.columns(WIDTHS, gap="medium")
    with left, st.container(key=f"split_list_{behind}"):
        pressed = _list(listed, law, in_use, chosen)
    if pressed and pressed != chosen:
        st.query_params.from_dict({"kind": pressed})
        st.rerun()
    with right, st.container(key=f"split_detail_{'front' if is_open else 'beside'}"):
        _beside(actor, profile, listed, law, in_use, chosen)


def _beside(
    actor: Actor,
    profile: Profile,
    listed: Mapping[str, Kind],
    law: Mapping[str, Kind],
    in_use: Mapping[str, int],
    chosen: str,
) -> None:
    """The kind that was chosen, the form of a new one, or what to do."""
    if chosen in listed or chosen == kind_forms.NEW:
        back = markup.anchor(_("Back to the kinds"), "/equipment-kinds", "arrow_back", look="quiet")
        ui.html(f'<div class="narrow-only"><p>{back}</p>{ui.receipt()}</div>')
    if chosen in listed:
        _one(actor, profile, listed[chosen], law.get(chosen), in_use.get(chosen, 0))
    elif chosen == kind_forms.NEW:
        kind_forms.add(actor, profile)
    else:
        with ui.card("no_kind"):
            ui.empty(
                _("Choose a kind"),
                _("See on what each figure rests, or give the hall's own."),
                symbol="gavel",
            )


def _is_listed(kind: Kind, in_use: Mapping[str, int]) -> bool:
    """What is offered, the hall's own, and what is still on the register."""
    return kind.is_offered or kind.own or kind.code in in_use


def _subtitle(listed: Mapping[str, Kind]) -> str:
    own = sum(bool(kind.own or kind.local) for kind in listed.values())
    kinds = ngettext("{n} kind", "{n} kinds", len(listed))
    if not own:
        return kinds
    return _("{kinds}, {own} with rules of the hall", kinds=kinds, own=own)


def _add(*, filled: bool) -> str:
    look = "primary" if filled else "secondary"
    address = f"/equipment-kinds?kind={kind_forms.NEW}"
    return markup.anchor(_("Add a kind"), address, "add", look=look)


# ---------------------------------------------------------------- the profile


def _profile(actor: Actor, profile: Profile, items: int, kinds: Mapping[str, Kind]) -> None:
    other = next(one for one in Profile if one is not profile)
    with ui.card("profile"):
        ui.html(
            markup.section(_("Rules in force: {rules}", rules=_(PROFILE_NAMES[profile])))
            + f'<p class="muted">{_about(profile)}</p>'
        )
        if not st.session_state.get(ASKED):
            st.button(
                _("Change to {rules}", rules=_(PROFILE_NAMES[other])), key="kinds.profile",
                icon=":material/swap_horiz:", on_click=_ask, args=(True,), width="content",
            )  # fmt: skip
            return
        _confirm(actor, other, items, kinds)


def _about(profile: Profile) -> str:
    if profile is Profile.CN:
        return _("Ages of service and scrapping by the agent; a local rule may be stricter.")
    return _("Yearly maintenance, internal examination and hydrostatic test; no scrap age.")


def _ask(is_asked: bool) -> None:
    """The question stands alone: there is one next step."""
    st.session_state[ASKED] = is_asked
    st.query_params.clear()


def _confirm(actor: Actor, other: Profile, items: int, kinds: Mapping[str, Kind]) -> None:
    """What follows from other rules, before they hold."""
    with reading() as session:
        left_behind = hall_rules.left_behind(session, actor.site_id, other)
        own = letters.own(session, actor.site_id)
    ui.notice(
        "orange",
        _consequences(items, left_behind, kinds),
        heading=_("Change to {rules}?", rules=_(PROFILE_NAMES[other])),
        extra=_letters(other, own),
    )
    with st.container(horizontal=True, gap="small"):
        st.button(_("Cancel"), key="kinds.profile.cancel", on_click=_ask, args=(False,))
        pressed = st.button(
            _("Change to {rules}", rules=_(PROFILE_NAMES[other])),
            key="kinds.profile.change", type="primary",
        )  # fmt: skip
    if pressed and _changed(actor, other):
        st.rerun()


def _consequences(items: int, left_behind: Mapping[str, int], kinds: Mapping[str, Kind]) -> str:
    sentences = [
        ngettext(
            "The dates of {n} facility are counted anew at once; some may be overdue then.",
            "The dates of {n} facilities are counted anew at once; some may be overdue then.",
            items,
        ),
        _("The hall's own rules stay in force. The change is recorded and can be taken back."),
    ]
    if left_behind:
        names = [kinds[code].display_name for code in left_behind]
        sentences.append(
            _(
                "These rules do not know: {kinds}. Such facilities keep the figures they have.",
                kinds=bilingual("、", ", ").join(names),
            )
        )
    return bilingual("", " ").join(sentences)


def _letters(other: Profile, own: Sequence[str]) -> str:
    """What the letters mean there, and of which facilities they are to be looked up again."""
    meanings = fire_class_text(other, "".join(FIRE_CLASSES[other]))
    said = [
        _(
            "Letters of fire classes mean other things there: {letters}. They are not translated:"
            " each extinguisher gets those that its kind usually has there.",
            letters=meanings,
        )
    ]
    if own:
        said.append(
            _(
                "Letters entered at single facilities are taken off, since they would say something"
                " else; look them up on the nameplate afterwards: {codes}.",
                codes=_codes(own),
            )
        )
    return "".join(f"<p>{escape(text)}</p>" for text in said)


def _unsaid(codes: Sequence[str]) -> None:
    """Extinguishers whose letters somebody has to look up, until it is done."""
    if codes:
        ui.notice(
            "orange",
            _("These go by the fire classes that their kind usually has. Compare with the nameplate"
              " and enter the letters under “Correct the details”: {codes}.", codes=_codes(codes)),
            heading=_("Fire classes to be checked"),
        )  # fmt: skip


def _codes(codes: Sequence[str]) -> str:
    shown = _(", ").join(codes[:NAMED])
    more = len(codes) - NAMED
    return shown if more <= 0 else _("{codes} and {n} more", codes=shown, n=more)


def _changed(actor: Actor, profile: Profile) -> bool:
    done = ui.act(
        lambda session: (hall_rules.set_profile(session, actor, profile, ui.now()),),
        done=_("The rules are changed; all dates are counted anew."),
    )
    if done:
        _ask(False)
    return bool(done)


# ---------------------------------------------------------------- list and one kind


def _list(
    listed: Mapping[str, Kind], law: Mapping[str, Kind], in_use: Mapping[str, int], chosen: str
) -> str | None:
    """The hall's own kinds first; rows are known by their place, since codes are no words."""
    kinds = sorted(listed.values(), key=lambda kind: not kind.own)
    codes = [kind.code for kind in kinds]
    lines = [
        ui.Row(
            id=str(place), title=kind.display_name, note=summary(kind),
            code=_in_use(in_use.get(kind.code, 0)), badges=kind_badges(kind, _laxer(kind, law)),
        )
        for place, kind in enumerate(kinds)
    ]  # fmt: skip
    selected = str(codes.index(chosen)) if chosen in codes else None
    pressed = ui.rows("kinds.rows", lines, label=_("Kinds"), selected=selected)
    return codes[int(pressed)] if pressed and int(pressed) < len(codes) else None


def _laxer(kind: Kind, law: Mapping[str, Kind]) -> frozenset[str]:
    return laxer_than(law[kind.code], kind) if kind.code in law else frozenset()


def _in_use(n: int) -> str:
    return ngettext("{n} on the register", "{n} on the register", n) if n else ""


def _one(actor: Actor, profile: Profile, kind: Kind, law: Kind | None, in_use: int) -> None:
    """Figures and their sources, then the form of the hall's own."""
    laxer = laxer_than(law, kind) if law else frozenset()
    with ui.card("kind"):
        pairs = [
            (_("Sort"), _(FAMILY_NAMES[kind.family])),
            (_("Codes begin with"), kind.prefix),
            (_("On the register"), str(in_use)),
        ]
        if kind.fire_classes:
            pairs.append((_("Fire classes"), fire_class_text(profile, kind.fire_classes)))
        ui.html(
            markup.section(kind.display_name, kind_badges(kind, laxer))
            + markup.facts(pairs)
            + table(kind, law, actor.timezone)
        )
        if laxer:
            ui.notice("orange", _(LAXER))
    if kind.own:
        kind_forms.edit(actor, profile, kind)
    elif law is not None:
        kind_forms.override(actor, kind, law)
    else:
        ui.notice("grey", _(UNKNOWN))
