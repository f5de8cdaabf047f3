"""What happened to an item, the newest first, and the papers that prove it."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from checklists import service as checklists
from equipment.kinds import Kind
from equipment.models import Consumable, Item, ItemStep, ItemStepFile, Step
from equipment.permissions import Permission
from equipment.service import rules
from equipment.service.loading import get
from equipment.service.places import places
from safety_app.accounts import service as accounts
from safety_app.core.access import Actor
from safety_app.core.files import File


@dataclass(frozen=True, slots=True)
class StepView:
    """One dated step, its ids turned into names of the current language.

    `parts` are the services or consumables that it covered, `reading` is what they measured;
    `expires_on` is of a new part.
    `custodian` and its predecessor are named where the step changed them.
    """

    step: Step
    on_date: date
    at: datetime
    actor: str
    note: str
    parts: tuple[str, ...]
    expires_on: date | None
    firm: str
    certificate: str
    cost_fen: int | None
    passed: bool | None
    reading: str
    run_id: int | None
    other: str
    place: str
    old_place: str
    custodian: str
    old_custodian: str
    files: tuple[File, ...]


def history(session: Session, actor: Actor, item_id: int) -> list[StepView]:
    """Every step of an item, the newest day first."""
    item = get(session, actor, item_id)
    query = select(ItemStep).where(ItemStep.item_id == item.id)
    steps = session.scalars(query.order_by(ItemStep.on_date.desc(), ItemStep.id.desc())).all()
    look_up = _LookUp(session, item, steps)
    return [look_up.view(step) for step in steps]


def last_firm(session: Session, actor: Actor, item_id: int) -> str:
    """The firm that had this item last, else the one that the hall went to last."""
    item = get(session, actor, item_id)
    query = select(ItemStep.firm).where(
        ItemStep.site_id == item.site_id,
        ItemStep.step.in_((Step.SEND_AWAY, Step.SERVICE)),
        ItemStep.firm != "",
    )
    newest = query.order_by(ItemStep.on_date.desc(), ItemStep.id.desc()).limit(1)
    own = session.scalar(newest.where(ItemStep.item_id == item.id))
    return own or session.scalar(newest) or ""


def replaced_by(session: Session, item: Item) -> dict[datetime, str]:
    """The codes of what an item took the place of, by the moment, the last one last."""
    query = (
        select(ItemStep.at, Item.code)
        .join(Item, Item.id == ItemStep.item_id)
        .where(
            ItemStep.site_id == item.site_id, ItemStep.step == Step.REPLACE,
            ItemStep.other_item_id == item.id,
        )
        .order_by(ItemStep.id)
    )  # fmt: skip
    return {row.at: row.code for row in session.execute(query)}


def may_see_file(session: Session, actor: Actor, file_id: int) -> bool:
    """Whether a file proves a step of an item that this person may see."""
    query = (
        select(Item.window_id, Item.custodian_id)
        .join(ItemStep, ItemStep.item_id == Item.id)
        .join(ItemStepFile, ItemStepFile.step_id == ItemStep.id)
        .where(ItemStepFile.file_id == file_id, Item.site_id == actor.site_id)
    )
    return any(
        custodian_id == actor.user_id or actor.may(Permission.VIEW, window_id=window_id)
        for window_id, custodian_id in session.execute(query)
    )


def part_name(kind: Kind, code: str) -> str:
    """What a service or consumable of a kind is called; an unknown one by its code."""
    rule = kind.service(code) or kind.consumable(code)
    return rule.display_name if rule else code


def reading_text(kind: Kind, codes: Collection[str], reading: float | None) -> str:
    """`持续工作时间 45 分钟`; nothing where nothing was measured."""
    if reading is None:
        return ""
    measure = kind.measure_of(codes)
    return f"{measure.display_name} {measure.text(reading)}" if measure else f"{reading:g}"


class _LookUp:
    """Everything that the steps of one item name by id, asked for once."""

    def __init__(self, session: Session, item: Item, steps: Iterable[ItemStep]) -> None:
        steps, self.session = list(steps), session
        self.kind = rules.kinds_of(session, item.site_id)[item.kind]
        people = {
            id for one in steps for id in (one.actor_id, one.custodian_id, one.old_custodian_id)
        }
        self.people: Mapping[int, str] = accounts.names(session, people)
        self.places = places(session, item.site_id)
        self.replaced = replaced_by(session, item)
        others = [one.other_item_id for one in steps if one.other_item_id]
        found = select(Item.id, Item.code).where(Item.id.in_(others))
        self.codes: dict[int, str] = (
            {row.id: row.code for row in session.execute(found)} if others else {}
        )
        self.files = _files(session, [one.id for one in steps])
        self.expiries = _expiries(session, item.id)

    def view(self, step: ItemStep) -> StepView:
        """One step in words."""
        codes = [code for code in step.services.split(",") if code]
        expiry = self.expiries.get((step.services, step.certificate, step.on_date))
        return StepView(
            step=Step(step.step),
            on_date=step.on_date,
            at=step.at,
            actor=self.people.get(step.actor_id or 0, ""),
            note=self._note(step),
            parts=tuple(part_name(self.kind, code) for code in codes),
            expires_on=expiry if step.step == Step.CHANGE_CONSUMABLE else None,
            firm=step.firm,
            certificate=step.certificate,
            cost_fen=step.cost_fen,
            passed=step.passed,
            reading=reading_text(self.kind, codes, step.reading),
            run_id=step.run_id,
            other=self._other(step),
            place=self.places.text(step.window_id, step.location_id, step.placing),
            old_place=self.places.text(step.old_window_id, step.old_location_id, step.old_placing),
            custodian=self.people.get(step.custodian_id or 0, ""),
            old_custodian=self.people.get(step.old_custodian_id or 0, ""),
            files=tuple(self.files.get(step.id, ())),
        )

    def _other(self, step: ItemStep) -> str:
        """The item that a step names; of a registration the one whose place it took with it."""
        if step.step == Step.REGISTER:
            return self.replaced.get(step.at, "")
        return self.codes.get(step.other_item_id or 0, "")

    def _note(self, step: ItemStep) -> str:
        """What was said; of an inspection the points that failed, in words instead of codes."""
        if step.step != Step.INSPECT:
            return step.note
        codes = [code for code in step.note.split(", ") if code]
        if not codes or step.run_id is None:
            return step.note
        return checklists.problems(self.session, step.run_id, codes) or step.note


def _files(session: Session, step_ids: list[int]) -> dict[int, list[File]]:
    query = (
        select(ItemStepFile.step_id, File)
        .join(File, File.id == ItemStepFile.file_id)
        .where(ItemStepFile.step_id.in_(step_ids))
        .order_by(File.id)
    )
    found: dict[int, list[File]] = {}
    for step_id, file in session.execute(query) if step_ids else ():
        found.setdefault(step_id, []).append(file)
    return found


def _expiries(session: Session, item_id: int) -> dict[tuple[str, str, date], date]:
    """The printed expiry of each part by its code, lot and the day it was put in."""
    query = select(Consumable).where(Consumable.item_id == item_id)
    return {(one.code, one.lot, one.put_in_on): one.expires_on for one in session.scalars(query)}
