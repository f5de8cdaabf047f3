"""Forms of a kind: figures of the hall for a built-in one, and kinds of the hall's own."""

from collections.abc import Callable
from typing import Any, Final

import streamlit as st
from sqlalchemy.orm import Session

from equipment.due import months_text
from equipment.hall_kinds import MOST_MONTHS, OWN_SERVICE
from equipment.kinds import FAMILY_NAMES, FIRE_CLASSES, Family, Kind, Measure
from equipment.models import Profile
from equipment.service import hall_rules
from safety_app import ui
from safety_app.core.access import Actor
from safety_app.core.i18n import _
from safety_app.ui import markup

NEW: Final = "new"
TURN: Final = "kinds.turn"


def override(actor: Actor, kind: Kind, law: Kind) -> None:
    """The hall's own figures for a built-in kind."""
    key = _key(kind.code)
    with ui.card("override"):
        about = _("A local rule or a decision of the hall wins over the shipped figure and is shown"
                  " as the hall's own. Months; empty where nothing is asked for.")  # fmt: skip
        ui.html(markup.section(_("Rules of this hall")) + f'<p class="muted">{about}</p>')
        with st.form(key, border=False):
            changes = _figures(key, kind, law)
            because = _because(key, kind, is_needed=True)
            pressed = st.form_submit_button(
                _("Save as rules of this hall"), type="primary", key=f"{key}.save"
            )
        if kind.local and st.button(
            _("Back to the shipped figures"), key=f"{key}.reset", icon=":material/undo:"
        ):
            _do(
                lambda session: hall_rules.reset_kind(session, actor, kind.code, ui.now()),
                _("The shipped figures hold again."),
            )
    if pressed:
        _do(
            lambda session: hall_rules.change_kind(
                session, actor, kind.code, changes=changes, because=because, now=ui.now()
            ),
            _("Saved as rules of this hall; the dates are counted anew."),
        )


def add(actor: Actor, profile: Profile) -> None:
    """A new kind of the hall's own."""
    key = _key(NEW)
    with ui.card("new_kind"):
        about = _("For what the shipped kinds do not cover. The sort decides by which list it is"
                  " inspected.")  # fmt: skip
        ui.html(markup.section(_("New kind")) + f'<p class="muted">{about}</p>')
        names, changes = _own_fields(key, None, profile)
        pressed = st.button(_("Add the kind"), type="primary", key=f"{key}.save")
    if pressed:
        code = ui.act(
            lambda session: hall_rules.add_kind(
                session, actor, changes=changes, now=ui.now(), **names
            ),
            done=_("The kind is added. Facilities of it can be registered now."),
        )
        if code:
            _turn()
            st.query_params.from_dict({"kind": code})
            st.rerun()


def edit(actor: Actor, profile: Profile, kind: Kind) -> None:
    """All that is said of an own kind, and whether it is offered."""
    key = _key(kind.code)
    with ui.card("own_kind"):
        ui.html(markup.section(_("Change this kind")))
        names, changes = _own_fields(key, kind, profile)
        pressed = st.button(_("Save the kind"), type="primary", key=f"{key}.save")
        word = _("Offer it no more") if kind.is_offered else _("Offer it again")
        switched = st.button(word, key=f"{key}.offer", icon=":material/block:")
    if pressed:
        _do(
            lambda session: hall_rules.change_kind(
                session, actor, kind.code, changes=changes, now=ui.now(), **names
            ),
            _("The kind is saved; the dates are counted anew."),
        )
    if switched:
        _do(
            lambda session: hall_rules.offer_kind(
                session, actor, kind.code, is_offered=not kind.is_offered, now=ui.now()
            ),
            _("Saved. What is on the register stays as it is."),
        )


def _figures(key: str, kind: Kind, law: Kind) -> dict[str, object]:
    """Inspection, services and scrap age, each beside the shipped figure."""
    left, right = st.columns(2)
    changes: dict[str, object] = {
        "inspect_months": _months(
            left, f"{key}.inspect", _("Inspection every … months"), kind.inspect_months,
            law.inspect_months,
        ),
        "scrap_months": _months(
            right, f"{key}.scrap", _("Scrap after … months"), kind.scrap_months, law.scrap_months,
            only_shorter=law.scrap_months is not None,
        ),
    }  # fmt: skip
    services: dict[str, object] = {}
    for rule in law.services:
        ours = kind.service(rule.code)
        if rule.first_months is None or ours is None:
            continue
        name = rule.display_name
        left, right = st.columns(2)
        first = _months(
            left, f"{key}.{rule.code}.first", _("{service}: first after … months", service=name),
            ours.first_months, rule.first_months,
        )  # fmt: skip
        then = _months(
            right, f"{key}.{rule.code}.then", _("{service}: then every … months", service=name),
            ours.then_months, rule.then_months,
        )  # fmt: skip
        services[rule.code] = [first, then]
        if rule.measure and ours.measure:
            least = _least(left, f"{key}.{rule.code}.least", ours.measure, rule.measure)
            services[rule.code] = [first, then, least]
    return {**changes, "services": services} if services else changes


def _months(
    place: Any, key: str, label: str, value: int | None, law: int | None,
    *, only_shorter: bool = False,
) -> int | None:  # fmt: skip
    """A number of months that can be emptied: one with a default of its own could not."""
    st.session_state.setdefault(key, value)
    shipped = months_text(law) if law else _("nothing")
    told = _("Shipped: {value}. 12 months are a year.", value=shipped)
    if only_shorter:
        told = _("Shipped: {value}, which is mandatory: only a shorter one is possible.",
                 value=shipped)  # fmt: skip
    found = place.number_input(
        label, min_value=1, max_value=MOST_MONTHS, value=None, step=1, key=key,
        placeholder=_("empty: not asked for"), help=told,
    )  # fmt: skip
    return int(found) if found is not None else None


def _least(place: Any, key: str, ours: Measure, law: Measure) -> int | None:
    """The least that a service must measure."""
    st.session_state.setdefault(key, int(ours.least))
    found = place.number_input(
        _("{what} at least … {unit}", what=law.display_name, unit=law.unit_text),
        min_value=1, max_value=MOST_MONTHS, value=None, step=1, key=key,
        help=_("Shipped: {value}. Very large buildings need 60 min, those above 100 m 90 min.",
               value=law.text(law.least)),
    )  # fmt: skip
    return int(found) if found is not None else None


def _because(key: str, kind: Kind | None, *, is_needed: bool) -> str:
    label = _("On what this rests (required)") if is_needed else _("On what this rests")
    return str(st.text_input(
        label, kind.because if kind else "", key=f"{key}.because", max_chars=200,
        placeholder=_("For example: notice of the fire brigade with its number and date"),
    ))  # fmt: skip


def _own_fields(
    key: str, kind: Kind | None, profile: Profile
) -> tuple[dict[str, str], dict[str, object]]:
    """Names, then everything else of an own kind."""
    left, right = st.columns(2)
    names = {
        "name": left.text_input(
            _("Name of the kind (required)"), kind.name if kind else "", key=f"{key}.name",
            max_chars=64,
        ),
        "name_en": right.text_input(
            _("English name"), kind.name_en if kind else "", key=f"{key}.name_en", max_chars=64
        ),
    }  # fmt: skip
    families = [str(one) for one in Family]
    family = left.selectbox(
        _("Sort"), families, key=f"{key}.family",
        index=families.index(kind.family if kind else Family.OTHER),
        format_func=lambda one: _(FAMILY_NAMES[Family(one)]),
    )  # fmt: skip
    prefix = right.text_input(
        _("Codes begin with"), kind.prefix if kind else "QT", key=f"{key}.prefix", max_chars=4,
        help=_("Two to four capital letters, for example YJD. Labels that hang stay as they are."),
    )  # fmt: skip
    changes: dict[str, object] = {"family": family, "prefix": prefix.strip().upper()}
    if family == Family.EXTINGUISHER:
        changes["fire_classes"] = _letters(key, kind, profile)
    changes |= _own_figures(key, kind)
    names["because"] = _because(key, kind, is_needed=False)
    return names, changes


def _letters(key: str, kind: Kind | None, profile: Profile) -> str:
    known = FIRE_CLASSES[profile]
    chosen = st.pills(
        _("Fire classes"), list(known), selection_mode="multi", key=f"{key}.letters",
        default=[letter for letter in kind.fire_classes if letter in known] if kind else None,
        format_func=lambda letter: f"{letter} {_(known[letter])}",
    )  # fmt: skip
    return "".join(letter for letter in known if letter in (chosen or []))


def _own_figures(key: str, kind: Kind | None) -> dict[str, object]:
    """Figures of an own kind; what stays empty is not asked for."""
    left, right = st.columns(2)
    rule = kind.service(OWN_SERVICE) if kind else None
    figures = {
        "inspect_months": _months(
            left, f"{key}.inspect", _("Inspection every … months"),
            kind.inspect_months if kind else 1, None,
        ),
        "scrap_months": _months(
            right, f"{key}.scrap", _("Scrap after … months"), kind.scrap_months if kind else None,
            None,
        ),
    }  # fmt: skip
    service = _("Service")
    left, right = st.columns(2)
    first = _months(
        left, f"{key}.first", _("{service}: first after … months", service=service),
        rule.first_months if rule else None, None,
    )  # fmt: skip
    then = _months(
        right, f"{key}.then", _("{service}: then every … months", service=service),
        rule.then_months if rule else None, None,
    )  # fmt: skip
    changes: dict[str, object] = {what: n for what, n in figures.items() if n is not None}
    if first is not None or then is not None:
        changes["services"] = {OWN_SERVICE: [first, then]}
    return {**changes, **_own_flags(key, kind)}


def _own_flags(key: str, kind: Kind | None) -> dict[str, object]:
    sizes = st.text_input(
        _("Usual sizes, separated by commas"), ", ".join(kind.sizes) if kind else "",
        key=f"{key}.sizes", max_chars=100,
    )  # fmt: skip
    return {
        "sizes": [one.strip() for one in sizes.replace("，", ",").split(",") if one.strip()],
        "needs_made_date": st.checkbox(
            _("Its manufacture date must be known: without one it is scrap after 30 days"),
            value=bool(kind and kind.needs_made_date), key=f"{key}.needs_made_date",
        ),
        "is_stocked": st.checkbox(
            _("Is used up: kept as a stock, not piece by piece"),
            value=bool(kind and kind.is_stocked), key=f"{key}.is_stocked",
        ),
    }  # fmt: skip


def _key(code: str) -> str:
    """After each save a form begins anew with what is stored."""
    return f"kinds.{code}.{st.session_state.get(TURN, 0)}"


def _turn() -> None:
    st.session_state[TURN] = st.session_state.get(TURN, 0) + 1


def _do(action: Callable[[Session], object], done: str) -> None:
    """One action of a form, then everything anew."""

    def run(session: Session) -> bool:
        action(session)
        return True

    if ui.act(run, done=done):
        _turn()
        st.rerun()
