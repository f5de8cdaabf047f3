"""The steps of an item on its page: one filled button, the others beside it, and their forms."""

from collections.abc import Callable, Mapping
from html import escape
from typing import Final

import streamlit as st

from equipment.errors import ItemChanged
from equipment.kinds import Family
from equipment.models import Step
from equipment.pages import action_ends, action_mending, action_parts
from equipment.service.detail import ItemDetail
from equipment.service.history import StepView
from equipment.service.offered import offered
from equipment.service.steps import STEP_DONE
from safety_app import ui
from safety_app.core.access import Actor
from safety_app.core.i18n import N_, _
from safety_app.ui import markup

LABELS: Final[Mapping[Step, tuple[str, str]]] = {
    Step.INSPECT: (N_("Inspect"), "fact_check"),
    Step.SEND_AWAY: (N_("Send away"), "local_shipping"),
    Step.SERVICE: (N_("Record service"), "build"),
    Step.LEND: (N_("Lend a substitute"), "swap_horiz"),
    Step.RETURN: (N_("Bring it back"), "undo"),
    Step.CHANGE_CONSUMABLE: (N_("Change part"), "battery_change"),
    Step.REPAIR: (N_("Record repair"), "handyman"),
    Step.MOVE: (N_("Place and custodian"), "move_item"),
    Step.REPLACE: (N_("Replace"), "autorenew"),
    Step.CONDEMN: (N_("Scrap condition found"), "block"),
    Step.CLEAR: (N_("Found fit again"), "undo"),
    Step.SCRAP: (N_("Scrap"), "delete"),
    Step.LOSE: (N_("Declare lost"), "question_mark"),
    Step.FIND: (N_("Record as found"), "search"),
}
HINTS: Final[Mapping[Step, str]] = {
    Step.SEND_AWAY: N_("It leaves its place to go to a firm; record its service when it is back."),
    Step.SERVICE: N_("The service that is due by its date was done; its next date follows."),
    Step.REPAIR: N_("A fault was put right, such as one from an inspection; no date changes."),
    Step.CONDEMN: N_("It is unfit but still hangs there: out of service until it is replaced."),
    Step.SCRAP: N_("It is gone for good and leaves the register, without a new one."),
}
"""What tells steps apart that sound alike."""
OWN_WORK: Final = N_("Record maintenance")
"""What a service is called where no firm is needed."""
LOOKED_UP: Final = N_("Record printed date")
"""What it is called to change a part whose printed date nobody has written down yet."""
FORMS: Final[Mapping[Step, Callable[[Actor, ItemDetail], None]]] = {
    Step.SEND_AWAY: action_mending.send_away,
    Step.SERVICE: action_mending.service,
    Step.LEND: action_mending.lend,
    Step.RETURN: action_mending.give_back,
    Step.CHANGE_CONSUMABLE: action_mending.change_part,
    Step.REPAIR: action_mending.repair,
    Step.MOVE: action_ends.move,
    Step.REPLACE: action_ends.replace,
    Step.CONDEMN: action_ends.condemn,
    Step.CLEAR: action_ends.clear,
    Step.SCRAP: action_ends.scrap,
    Step.LOSE: action_ends.lose,
    Step.FIND: action_ends.find,
}
VISIBLE: Final = 2


def opened(item: ItemDetail) -> Step | None:
    """The step whose form the address asks for, if it may be taken now."""
    wanted = st.query_params.get("do", "")
    if wanted not in {str(step) for step in FORMS}:
        return None
    primary, others = offered(item)
    step = Step(wanted)
    return step if step == primary or step in others else None


def form(actor: Actor, item: ItemDetail, step: Step) -> None:
    """The form of a step in the place of the item."""
    href = f"/equipment?item={item.code}"
    words = _("Back to {code}", code=item.code)
    ui.html(
        f'<p class="back"><a href="{href}">{markup.icon("arrow_back")}<span>{words}</span></a></p>'
    )
    with ui.card("item"):
        FORMS[step](actor, item)


def buttons(item: ItemDetail, steps: list[StepView]) -> None:
    """What may be done now: the one next step filled, two others, the rest under “More”."""
    _explain_gone(item, steps)
    primary, others = offered(item)
    if primary is None and not others:
        return
    room = VISIBLE if primary else VISIBLE + 1
    shown = others if len(others) <= room else others[: room - 1]
    rest = others[len(shown) :]
    with st.container(
        key="bar_actions", horizontal=True, wrap=False, gap="small", vertical_alignment="center"
    ):
        if primary:
            with st.container(key="big_primary"):
                _button(item, primary, primary=True)
        for step in shown:
            _button(item, step)
        if rest:
            with st.popover(_("More"), icon=":material/more_horiz:"):
                for step in rest:
                    _button(item, step)
                    if step in HINTS:
                        ui.html(f'<p class="muted">{escape(_(HINTS[step]))}</p>')


def _explain_gone(item: ItemDetail, steps: list[StepView]) -> None:
    """A form that was open and is not possible any more: say who did what."""
    wanted = st.query_params.get("do", "")
    if wanted not in {str(step) for step in FORMS} or not steps:
        return
    drawn = st.session_state.get(f"{action_parts.key_of(item, Step(wanted))}.version")
    if drawn is not None and drawn != item.row_version:
        last = max(steps, key=lambda one: one.at)
        changed = ItemChanged(name=last.actor or _("The system"), step=STEP_DONE[last.step])
        ui.notice("orange", changed.message())


def _button(item: ItemDetail, step: Step, *, primary: bool = False) -> None:
    name, symbol = LABELS[step]
    if step is Step.SERVICE and item.kind.family is not Family.EXTINGUISHER:
        name = OWN_WORK
    if step is Step.CHANGE_CONSUMABLE and any(one.is_unknown for one in item.dues):
        name = LOOKED_UP
    if step is Step.INSPECT:
        look = "primary big" if primary else "secondary"
        ui.html(markup.anchor(_(name), f"/inspect/equipment:{item.code}", symbol, look=look))
        return
    st.button(
        _(name),
        key=f"equipment.do.{step}",
        icon=f":material/{symbol}:",
        type="primary" if primary else "secondary",
        width="stretch",
        on_click=_open,
        args=(item.code, step),
    )


def _open(code: str, step: Step) -> None:
    st.query_params.from_dict({"item": code, "do": str(step)})
