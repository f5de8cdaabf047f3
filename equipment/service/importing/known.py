"""What a hall has already, looked up once for a whole list."""

import difflib
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields
from datetime import date
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from equipment.models import ImportedList, Item, ItemStep, Status, Step
from equipment.service.facts import Ground, first_work, known_days
from equipment.service.importing.places import Places
from equipment.service.importing.synonyms import Synonyms
from safety_app.accounts import service as accounts
from safety_app.accounts.service import User


@dataclass(frozen=True, slots=True)
class KnownItem:
    """An item of the register, as far as a list may speak of it."""

    id: int
    code: str
    kind: str
    status: Status
    size: str
    fire_classes: str
    maker: str
    serial: str
    made_on: date | None
    made_precision: str
    made_unknown_since: date | None
    registered_on: date
    condemned_on: date | None
    scrap_on: date | None
    window_id: int | None
    location_id: int | None
    placing: str
    custodian_id: int | None
    stands_in_for_id: int | None
    last_services: Mapping[str, str]
    services_before: Mapping[str, str]


class Known:
    """Kinds, places, people and items of a hall, and what was imported before."""

    def __init__(self, session: Session, ground: Ground) -> None:
        self.ground = ground
        self.words = Synonyms(ground.kinds)
        active = [one for one in ground.locations.values() if one.is_active]
        self.places = Places(list(ground.windows.values()), active)
        self._read_people(session)
        self._read_items(session)
        query = select(ImportedList.rows).where(ImportedList.site_id == ground.site_id)
        self.brought_in = _brought_in(session.scalars(query))

    def _read_people(self, session: Session) -> None:
        site_id = self.ground.site_id
        people = accounts.list_people(session, site_id)
        self.people = {person.id: person for person in people}
        self.by_name: dict[str, list[int]] = defaultdict(list)
        for person in people:
            for name in {_key(person.name), _key(person.name_en)} - {""}:
                self.by_name[name].append(person.id)
        numbers = select(User.id, User.staff_no).where(User.site_id == site_id, User.is_active)
        self.by_number = {no.casefold(): one for one, no in session.execute(numbers) if no}

    def _read_items(self, session: Session) -> None:
        site_id = self.ground.site_id
        columns: list[Any] = [getattr(Item, one.name) for one in fields(KnownItem)]
        rows = session.execute(select(*columns).where(Item.site_id == site_id))
        items = [KnownItem(*row) for row in rows]
        self.by_code = {item.code: item for item in items}
        self.by_serial: dict[tuple[str, str], list[KnownItem]] = defaultdict(list)
        for item in items:
            if item.serial:
                self.by_serial[item.kind, item.serial.casefold()].append(item)
        serviced = select(ItemStep.item_id).where(
            ItemStep.site_id == site_id, ItemStep.step == Step.SERVICE
        )
        self.serviced = frozenset(session.scalars(serviced.distinct()))
        self._first_work = first_work(session, site_id)

    def worked_on(self, item: KnownItem) -> list[date]:
        """Days of work on an item, the first of its history among them."""
        first = self._first_work.get(item.id)
        known = known_days(item.last_services, item.services_before)
        return [first, *known] if first else known

    def person(self, said: str) -> list[int]:
        """Whom a cell may mean: by staff number, else by name."""
        number = self.by_number.get(said.casefold())
        return [number] if number is not None else self.by_name.get(_key(said), [])

    def nearest_person(self, said: str) -> str:
        """The name that looks most like a text, if any does."""
        names = [person.name for person in self.people.values()]
        return next(iter(difflib.get_close_matches(said, names, n=1, cutoff=0.5)), "")

    def name_of(self, user_id: int | None) -> str:
        """A person's name; empty for nobody or somebody who left."""
        person = self.people.get(user_id or 0)
        return person.display_name if person else ""


def _brought_in(imports: Iterable[Mapping[str, int]]) -> Counter[str]:
    """How often each row without a code was imported before."""
    found: Counter[str] = Counter()
    for rows in imports:
        found.update(rows)
    return found


def _key(name: str) -> str:
    return "".join(name.casefold().split())
