"""The forms that keep an item working: sent away, serviced, repaired, given a new part."""

from collections.abc import Sequence
from typing import Any, Final

import streamlit as st
from sqlalchemy.orm import Session

from equipment.due import Cause
from equipment.kinds import Family
from equipment.models import Item, Step
from equipment.pages import action_parts as parts
from equipment.pages.fields import LATEST
from equipment.service import away, servicing, together
from equipment.service.detail import ItemDetail
from equipment.service.history import last_firm
from equipment.service.spares import Room, gap, room, spares
from equipment.service.together import companions
from equipment.standing import SOON_DAYS
from equipment.wording import service_name
from safety_app import ui
from safety_app.core.access import Actor
from safety_app.core.db import reading
from safety_app.core.i18n import N_, _, ngettext

PASSED, FAILED = "passed", "failed"
THERE, NEW = "there", "new"
WAYS: Final = {THERE: N_("In it already"), NEW: N_("A new one was put in")}
RESULTS: Final = {PASSED: N_("It passed"), FAILED: N_("It failed")}
OWN_RESULTS: Final = {PASSED: N_("It passed"), FAILED: N_("It failed, out of service until mended")}


def send_away(actor: Actor, item: ItemDetail) -> None:
    """To which firm, when, and what stands in for it."""
    key, today = parts.key_of(item, Step.SEND_AWAY), ui.local_now().date()
    with reading() as session:
        found = room(session, actor, item.id)
        free = spares(session, actor, item.id, today=today)
        firm = last_firm(session, actor, item.id)
    parts.head(_("Send {code} away for service", code=item.code), _room_words(found))
    firm = parts.firm_input(key, _("Firm (required)"), firm)
    day = parts.day_input(key, _("Sent on"))
    also = _also(key, actor, item, Step.SEND_AWAY, _("Also fetched by the firm"))
    substitute = None if item.stood_in_by else _substitute(key, free, required=not found.has_room)
    note = parts.note_input(key, _("Remark (optional)"))
    parts.submit(
        item,
        Step.SEND_AWAY,
        _("Record as sent away"),
        lambda session, actor, version: together.send_together(
            session, actor, [item.id, *also], row_version=version, now=ui.now(),
            firm=firm, on_date=day, stand_in_id=substitute, note=note,
        )[0],
        done=lambda one: _with(_("{code} is away for service.", code=one.code), also),
        icon="local_shipping",
    )  # fmt: skip


def _room_words(found: Room) -> str:
    """How many of the area may be away."""
    if found.group is None:
        return ""
    group = found.group
    words = {"total": group.total, "most": group.most, "away": group.away}
    if group.most == 0:
        return _("There are {total} extinguishers in this area. Below four, none may be away"
                 " without a substitute (GB 50444).", **words)  # fmt: skip
    if group.away == 0:
        return _("Of {total} extinguishers in this area at most {most} may be away or out of"
                 " service at a time (GB 50444); no other is.", **words)  # fmt: skip
    return _("Of {total} extinguishers in this area at most {most} may be away or out of service"
             " at a time (GB 50444); {away} others are.", **words)  # fmt: skip


def _also(key: str, actor: Actor, item: ItemDetail, step: Step, label: str) -> list[int]:
    """Others of which the same is to be recorded; nothing is asked where there are none."""
    with reading() as session:
        names = companions(session, actor, item.id, step, today=ui.local_now().date())
    if not names:
        return []
    return st.multiselect(
        label, list(names), format_func=names.__getitem__, placeholder=_("Choose"),
        key=f"{key}.also",
    )  # fmt: skip


def _with(said: str, also: list[int]) -> str:
    """What was done, and of how many others the same was recorded."""
    if not also:
        return said
    return said + ngettext(
        " The same is recorded of {n} more.", " The same is recorded of {n} more.", len(also)
    )


def _substitute(key: str, free: dict[int, str], *, required: bool) -> int | None:
    if not free:
        if required:
            said = _("No free item of equal protection is registered elsewhere. Bring one from the"
                     " firm or another area and register it first.")  # fmt: skip
            ui.notice("orange", said)
        return None
    label = _("What stands in for it (required)") if required else _("What stands in for it")
    return parts.choice_input(f"{key}.substitute", label, free, None)


def lend(actor: Actor, item: ItemDetail) -> None:
    """What stands in for an item that is away or out of service already."""
    key, today = parts.key_of(item, Step.LEND), ui.local_now().date()
    with reading() as session:
        free = spares(session, actor, item.id, today=today)
    parts.head(
        _("Lend a substitute for {code}", code=item.code),
        _("It protects at least as well and goes back by itself when {code} is in place again.",
          code=item.code),
    )  # fmt: skip
    substitute = _substitute(key, free, required=True)
    day = parts.day_input(key, _("In place since"))
    if not free:
        return

    def run(session: Session, actor: Actor, _version: int) -> Item:
        away.lend(
            session, actor, substitute or 0, for_id=item.id, on_date=day, now=ui.now()
        )  # fmt: skip
        return session.get_one(Item, item.id)

    parts.submit(
        item, Step.LEND, _("Record the substitute"), run,
        done=lambda one: _("A substitute stands in for {code}.", code=one.code),
        icon="swap_horiz",
    )  # fmt: skip


def give_back(actor: Actor, item: ItemDetail) -> None:
    """A substitute is back where it was lent from; another one may stand in from now on."""
    key = parts.key_of(item, Step.RETURN)
    parts.head(
        _("Bring {code} back", code=item.code),
        _("It stands in for {other} now and goes back to where it was lent from.",
          other=item.stands_in_for),
    )  # fmt: skip
    day = parts.day_input(key, _("Brought back on"))
    instead = _instead(key, actor, item)
    parts.submit(
        item,
        Step.RETURN,
        _("Record as brought back"),
        lambda session, actor, version: away.give_back(
            session, actor, item.id, on_date=day, stand_in_id=instead, row_version=version,
            now=ui.now(),
        ),
        done=lambda one: _("{code} is back at its own place.", code=one.code),
        icon="undo",
    )  # fmt: skip


def _instead(key: str, actor: Actor, item: ItemDetail) -> int | None:
    """What stands in from now on for what is still missing."""
    today = ui.local_now().date()
    with reading() as session:
        left = gap(session, actor, item.stands_in_for)
        free = spares(session, actor, left.item_id, today=today) if left else {}
    if left is None:
        return None
    free.pop(item.id, None)
    ui.notice("yellow", _("{code} is not in place yet.", code=left.code))
    return _substitute(key, free, required=not left.room.has_room)


def service(actor: Actor, item: ItemDetail) -> None:
    """What was done, when, by whom, what it cost, and the paper that proves it."""
    key, by_firm = parts.key_of(item, Step.SERVICE), item.kind.family is Family.EXTINGUISHER
    _service_head(item, by_firm=by_firm)
    services = _services(key, item)
    also = _also(key, actor, item, Step.SERVICE, _("Serviced in the same way"))
    facts: dict[str, Any] = {"services": services, "on_date": parts.day_input(key, _("Done on"))}
    facts |= _by_whom(key, actor, item) if by_firm else _on_own(key)
    each = _("Cost of each in yuan (optional)") if also else _("Cost in yuan (optional)")
    facts["cost_yuan"] = parts.cost_input(key, each)
    names = {value: _(name) for value, name in (RESULTS if by_firm else OWN_RESULTS).items()}
    failed = ui.segmented(f"{key}.result", names, label=_("Result")) == FAILED
    others = [] if failed else also  # each that fails has its own reason
    facts["passed"] = not failed
    facts["reading"] = _reading(key, item, services, failed=failed, several=bool(others))
    facts["note"] = parts.note_input(
        key, _("What was wrong (required)") if failed else _("Remark (optional)")
    )
    parts.submit(
        item,
        Step.SERVICE,
        _("Save the service") if by_firm else _("Save the record"),
        lambda session, actor, version: together.service_together(
            session, actor, [item.id, *others], row_version=version, now=ui.now(), **facts
        )[0],
        done=lambda one: _with(_serviced(one, services), others),
        icon="build",
    )


def _service_head(item: ItemDetail, *, by_firm: bool) -> None:
    """What must be said, by the rules of the kind."""
    if by_firm:
        proof = _("For extinguishers a firm, and its certificate or a photo of the service label,"
                  " are required.")  # fmt: skip
        parts.head(_("Record a service of {code}", code=item.code), proof)
        return
    parts.head(
        _("Record maintenance of {code}", code=item.code),
        _("What was done and on which day is required. The next one counts from that day."),
    )


def _by_whom(key: str, actor: Actor, item: ItemDetail) -> dict[str, Any]:
    """The firm with its proof."""
    with reading() as session:
        known = last_firm(session, actor, item.id)
    return {
        "firm": parts.firm_input(key, _("Firm (required)"), known),
        "certificate": parts.certificate_input(
            key, _("Number of the certificate (this or a photo is required)")
        ),
        "file_ids": parts.file_inputs(key, _("Certificate, invoice or photo of the service label")),
    }


def _on_own(key: str) -> dict[str, Any]:
    """Who did it, where that is worth a word."""
    return {
        "firm": parts.firm_input(key, _("Firm or person (optional)")),
        "certificate": parts.certificate_input(key, _("Number of the record (optional)")),
        "file_ids": parts.file_inputs(key, _("Photo or document (optional)")),
    }


def _services(key: str, item: ItemDetail) -> list[str]:
    """Which services; the only one, or those that are due, are chosen."""
    names = {rule.code: rule.display_name for rule in item.kind.services}
    near = {
        one.code for one in item.dues if one.cause is Cause.SERVICE and one.days_left <= SOON_DAYS
    }
    default = [code for code in names if code in near or len(names) == 1]
    by_firm = item.kind.family is Family.EXTINGUISHER
    found = st.pills(
        _("What was done (required)") if by_firm else _("Work done (required)"),
        list(names),
        selection_mode="multi",
        default=default,
        format_func=names.__getitem__,
        key=f"{key}.services",
    )
    return list(found)


def _reading(
    key: str, item: ItemDetail, services: list[str], *, failed: bool, several: bool
) -> float | None:
    """What was measured, where one of the services measures something."""
    measure = item.kind.measure_of(services)
    if measure is None:
        return None
    words = {"what": measure.display_name, "unit": measure.unit_text}
    if failed:
        label = _("{what} in {unit} (optional)", **words)
    elif several:
        label = _("{what} in {unit}, the lowest of all (required)", **words)
    else:
        label = _("{what} in {unit} (required)", **words)
    return st.number_input(
        label, min_value=0.0, value=None, step=1.0, format="%g", key=f"{key}.reading",
        placeholder=_("At least {least}", least=measure.text(measure.least)),
    )  # fmt: skip


def _serviced(item: Item, services: Sequence[str]) -> str:
    """What is recorded, and what comes next."""
    done = _(", ").join(service_name(code) for code in services)
    if item.condemned_on is not None:
        return _("{what} of {code} is recorded. It is out of service: replace it.",
                 what=done, code=item.code)  # fmt: skip
    if item.service_by is None:
        return _("{what} of {code} is recorded.", what=done, code=item.code)
    following = service_name(item.service_next, inside=True)
    return _("{what} of {code} is recorded. Next {service}: {day}.", what=done, code=item.code,
             service=following, day=item.service_by.isoformat())  # fmt: skip


def repair(_actor: Actor, item: ItemDetail) -> None:
    """What was mended without a service."""
    key = parts.key_of(item, Step.REPAIR)
    parts.head(
        _("Record a repair of {code}", code=item.code),
        _("For what is mended without a service: a pin, a sign, a hose. Dates stay as they are."),
    )
    note = parts.note_input(key, _("What was mended (required)"))
    day = parts.day_input(key, _("Done on"))
    firm = parts.firm_input(key, _("Firm or person (optional)"))
    files = parts.file_inputs(key, _("Photo or document (optional)"))
    cost = parts.cost_input(key, _("Cost in yuan (optional)"))
    parts.submit(
        item,
        Step.REPAIR,
        _("Save the repair"),
        lambda session, actor, version: servicing.repair(
            session, actor, item.id, row_version=version, now=ui.now(),
            note=note, on_date=day, firm=firm, file_ids=files, cost_yuan=cost,
        ),
        done=lambda one: _("The repair of {code} is recorded.", code=one.code),
        icon="handyman",
    )  # fmt: skip


def change_part(_actor: Actor, item: ItemDetail) -> None:
    """Which part, until when the new one is valid; or the date of the one that is in already."""
    key = parts.key_of(item, Step.CHANGE_CONSUMABLE)
    unknown = [one.code for one in item.dues if one.is_unknown]
    if unknown:
        parts.head(_("Record the printed date of a part of {code}", code=item.code))
    else:
        parts.head(
            _("Record a new part of {code}", code=item.code),
            _("The expiry is the one printed on the new part."),
        )
    names = {rule.code: rule.display_name for rule in item.kind.consumables}
    due = next((one.code for one in item.dues if one.cause is Cause.EXPIRY), None)
    code = st.selectbox(
        _("Part (required)") if unknown else _("Which part (required)"),
        list(names),
        index=list(names).index(due) if due in names else 0 if len(names) == 1 else None,
        format_func=names.__getitem__,
        placeholder=_("Choose"),
        key=f"{key}.part",
    )
    ways = {value: _(name) for value, name in WAYS.items()}
    is_there = code in unknown and ui.segmented(f"{key}.way", ways, label=_("This part")) == THERE
    expires = ui.day_input(
        _("Valid until (as printed)"), None, min_value=parts.OLDEST, max_value=LATEST,
        key=f"{key}.expires",
    )  # fmt: skip
    lot = st.text_input(_("Lot (optional)"), key=f"{key}.lot", max_chars=64)
    facts = {"code": code or "", "expires_on": expires, "lot": lot}
    if is_there:
        _expiry_recorded(item, facts)
    else:
        _part_changed(key, item, facts)


def _expiry_recorded(item: ItemDetail, facts: dict[str, Any]) -> None:
    """Nothing was changed: the date of what is in is written down."""
    parts.submit(
        item,
        Step.CHANGE_CONSUMABLE,
        _("Record printed date"),
        lambda session, actor, version: servicing.record_expiry(
            session, actor, item.id, row_version=version, now=ui.now(), **facts
        ),
        done=lambda one: _("The printed date is recorded for {code}.", code=one.code),
        icon="event_available",
    )


def _part_changed(key: str, item: ItemDetail, facts: dict[str, Any]) -> None:
    """The day, proof and cost of a new part."""
    day = parts.day_input(key, _("Changed on"))
    files = parts.file_inputs(key, _("Photo or document (optional)"))
    cost = parts.cost_input(key, _("Cost in yuan (optional)"))
    parts.submit(
        item,
        Step.CHANGE_CONSUMABLE,
        _("Save the new part"),
        lambda session, actor, version: servicing.change_consumable(
            session, actor, item.id, row_version=version, now=ui.now(), on_date=day,
            file_ids=files, cost_yuan=cost, **facts,
        ),
        done=lambda one: _("The new part of {code} is recorded.", code=one.code),
        icon="battery_change",
    )  # fmt: skip
