"""Tables of safety facilities: items and their steps, consumables, own kinds, stock."""

from collections.abc import Mapping
from datetime import date, datetime
from enum import StrEnum
from typing import Final

from sqlalchemy import (
    JSON,
    CheckConstraint,
    ForeignKey,
    Index,
    String,
    Text,
    UniqueConstraint,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column

from equipment.due import Precision
from safety_app.core.db import Base, Record
from safety_app.core.i18n import N_


class Profile(StrEnum):
    """Whose rules of ages and services hold: the Chinese standards, or NFPA 10."""

    CN = "cn"
    NFPA = "nfpa"


PROFILE_NAMES: Final[Mapping[str, str]] = {
    Profile.CN: N_("Chinese standards (GB 50444, GB 55036)"),
    Profile.NFPA: N_("NFPA 10"),
}


class Status(StrEnum):
    """Where an item is in its life; what is due is computed, never stored."""

    IN_SERVICE = "in_service"
    AWAY = "away"
    DEFECTIVE = "defective"
    SCRAPPED = "scrapped"
    LOST = "lost"


STATUS_NAMES: Final[Mapping[str, str]] = {
    Status.IN_SERVICE: N_("In service"),
    Status.AWAY: N_("Away for service"),
    Status.DEFECTIVE: N_("Out of service"),
    Status.SCRAPPED: N_("Scrapped"),
    Status.LOST: N_("Lost"),
}
ON_REGISTER: Final = frozenset({Status.IN_SERVICE, Status.AWAY, Status.DEFECTIVE})
"""What counts as registered; the rest is history."""


class Step(StrEnum):
    """What can happen to an item."""

    REGISTER = "register"
    EDIT = "edit"
    MOVE = "move"
    INSPECT = "inspect"
    CONDEMN = "condemn"
    CLEAR = "clear"
    SEND_AWAY = "send_away"
    SERVICE = "service"
    REPAIR = "repair"
    CHANGE_CONSUMABLE = "change_consumable"
    LEND = "lend"
    RETURN = "return"
    REPLACE = "replace"
    SCRAP = "scrap"
    LOSE = "lose"
    FIND = "find"


class StockStep(StrEnum):
    """What can happen to a stock."""

    RECEIVE = "receive"
    ISSUE = "issue"
    RETURN = "return"
    COUNT = "count"
    DISCARD = "discard"
    CHECK = "check"


STOCK_STEP_NAMES: Final[Mapping[str, str]] = {
    StockStep.RECEIVE: N_("Receipt"),
    StockStep.ISSUE: N_("Issue"),
    StockStep.RETURN: N_("Return"),
    StockStep.COUNT: N_("Count"),
    StockStep.DISCARD: N_("Discard"),
    StockStep.CHECK: N_("Check"),
}


class EquipmentSettings(Record):
    """What a hall has chosen for its safety facilities; no row: the Chinese standards."""

    __tablename__ = "equipment_settings"
    __table_args__ = (UniqueConstraint("site_id"),)

    profile: Mapped[Profile] = mapped_column(String(8), default=Profile.CN)


class HallKind(Record):
    """A hall's own kind, or its own numbers for a built-in one (`code` is the built-in one's).

    `changes` holds only what differs: `inspect_months`, `scrap_months`, `services` (code →
    [first, then] in months, and the least that passes where it is measured), for an own kind also
    all else that `kinds.Kind` has. `because` says on what rule or decision it stands.
    """

    __tablename__ = "equipment_kinds"
    __table_args__ = (UniqueConstraint("site_id", "code"),)

    code: Mapped[str] = mapped_column(String(32))
    name: Mapped[str] = mapped_column(String(64), default="")
    name_en: Mapped[str] = mapped_column(String(64), default="")
    changes: Mapped[dict[str, object]] = mapped_column(JSON)
    because: Mapped[str] = mapped_column(String(200), default="")
    is_active: Mapped[bool] = mapped_column(default=True)
    changed_by: Mapped[int] = mapped_column(ForeignKey("users.id"))
    changed_at: Mapped[datetime]


class Item(Record):
    """One safety facility. `code` is on its label and never changes, wherever it goes.

    A `made_on` of month precision is the first of its month. `inspect_by`, `service_by`,
    `scrap_on`, `expires_on` are what `due.py` says, kept for lists; `due_on` is the earliest.
    """

    __tablename__ = "equipment_items"
    __table_args__ = (
        UniqueConstraint("site_id", "code"),
        UniqueConstraint("site_id", "client_key"),
        # In the order of the list, the most pressing first; with all that its views are counted by,
        # so that no row is read for what is not shown.
        Index(
            "ix_equipment_items_list",
            "site_id",
            "status",
            "due_on",
            "id",
            "scrap_on",
            "inspect_by",
            "service_by",
            "expires_on",
            "window_id",
            "custodian_id",
        ),
        Index("ix_equipment_items_kind", "site_id", "kind", "status"),
        Index("ix_equipment_items_window", "window_id", "status"),
        Index("ix_equipment_items_location", "location_id", "status", "walk_order"),
        Index("ix_equipment_items_custodian", "custodian_id", "status"),
        Index("ix_equipment_items_serial", "site_id", "serial"),
        Index("ix_equipment_items_substitute", "stands_in_for_id"),
    )

    code: Mapped[str] = mapped_column(String(16))
    kind: Mapped[str] = mapped_column(String(32))
    size: Mapped[str] = mapped_column(String(32), default="")
    fire_classes: Mapped[str] = mapped_column(String(8), default="")
    maker: Mapped[str] = mapped_column(String(64), default="")
    serial: Mapped[str] = mapped_column(String(64), default="")
    # Of gross weight or pressure, where this one has limits of its own: [low, high] by item code.
    limits: Mapped[dict[str, list[float | None]]] = mapped_column(JSON, default=dict)
    made_on: Mapped[date | None]
    made_precision: Mapped[Precision] = mapped_column(String(16))
    made_unknown_since: Mapped[date | None]
    window_id: Mapped[int | None] = mapped_column(ForeignKey("windows.id"))
    location_id: Mapped[int | None] = mapped_column(ForeignKey("locations.id"))
    placing: Mapped[str] = mapped_column(String(100), default="")
    walk_order: Mapped[int] = mapped_column(default=0)
    photo_key: Mapped[str | None] = mapped_column(String(64), index=True)
    status: Mapped[Status] = mapped_column(String(16), default=Status.IN_SERVICE)
    status_on: Mapped[date]
    # Why it must be scrapped whatever its age: the code of the condition that was found.
    condemned_on: Mapped[date | None]
    condemned_because: Mapped[str] = mapped_column(String(200), default="")
    custodian_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    registered_on: Mapped[date]
    registered_by: Mapped[int] = mapped_column(ForeignKey("users.id"))
    registered_at: Mapped[datetime]
    client_key: Mapped[str | None] = mapped_column(String(64))
    # The item that took this one's place.
    successor_id: Mapped[int | None] = mapped_column(ForeignKey("equipment_items.id"))
    # The item in whose place this one stands while that one is away.
    stands_in_for_id: Mapped[int | None] = mapped_column(ForeignKey("equipment_items.id"))
    last_inspected_on: Mapped[date | None]
    last_inspection_passed: Mapped[bool | None]
    # The day of an inspection that found something which was not mended since.
    failed_on: Mapped[date | None]
    last_run_id: Mapped[int | None] = mapped_column(ForeignKey("runs.id"))
    last_services: Mapped[dict[str, str]] = mapped_column(JSON, default=dict)
    # Those known when it was registered: what its steps do not tell, for papers of a past day.
    services_before: Mapped[dict[str, str]] = mapped_column(JSON, default=dict)
    inspect_by: Mapped[date | None]
    service_by: Mapped[date | None]
    scrap_on: Mapped[date | None]
    expires_on: Mapped[date | None]
    due_on: Mapped[date | None]
    # Which service falls on `service_by`.
    service_next: Mapped[str] = mapped_column(String(32), default="")
    # Whether `expires_on` is only the day by which a printed date must be on record.
    expiry_unknown: Mapped[bool] = mapped_column(default=False)
    row_version: Mapped[int] = mapped_column(default=1)

    __mapper_args__ = {"version_id_col": row_version}


class ItemStep(Record):
    """One dated step in the life of an item: what its history shows and every figure counts.

    `on_date` is the day in the site's zone on which it happened, which may be before `at`, when it
    was entered. `services` names what a service covered, comma separated; `reading` is what it
    measured, in the unit of the service. Costs are in fen.
    """

    __tablename__ = "equipment_steps"
    __table_args__ = (
        Index("ix_equipment_steps_item", "item_id", "id"),
        Index("ix_equipment_steps_on", "site_id", "step", "on_date"),
    )

    item_id: Mapped[int] = mapped_column(ForeignKey("equipment_items.id"))
    step: Mapped[Step] = mapped_column(String(24))
    on_date: Mapped[date]
    at: Mapped[datetime]
    actor_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    note: Mapped[str] = mapped_column(Text, default="")
    services: Mapped[str] = mapped_column(String(100), default="")
    firm: Mapped[str] = mapped_column(String(100), default="")
    certificate: Mapped[str] = mapped_column(String(64), default="")
    cost_fen: Mapped[int | None]
    run_id: Mapped[int | None] = mapped_column(ForeignKey("runs.id"))
    passed: Mapped[bool | None]
    reading: Mapped[float | None]
    other_item_id: Mapped[int | None] = mapped_column(ForeignKey("equipment_items.id"))
    old_window_id: Mapped[int | None] = mapped_column(ForeignKey("windows.id"))
    old_location_id: Mapped[int | None] = mapped_column(ForeignKey("locations.id"))
    old_placing: Mapped[str] = mapped_column(String(100), default="")
    window_id: Mapped[int | None] = mapped_column(ForeignKey("windows.id"))
    location_id: Mapped[int | None] = mapped_column(ForeignKey("locations.id"))
    placing: Mapped[str] = mapped_column(String(100), default="")
    # Where the step changed who looks after it: whoever did before, whoever does from then on.
    old_custodian_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    custodian_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))


class ItemStepFile(Base):
    """A document or picture that proves a step."""

    __tablename__ = "equipment_step_files"

    step_id: Mapped[int] = mapped_column(ForeignKey("equipment_steps.id"), primary_key=True)
    file_id: Mapped[int] = mapped_column(ForeignKey("files.id"), primary_key=True)


class Consumable(Record):
    """A part of an item with a printed expiry: pads, battery, what is in a first-aid kit."""

    __tablename__ = "equipment_consumables"
    __table_args__ = (Index("ix_equipment_consumables_item", "item_id", "removed_on"),)

    item_id: Mapped[int] = mapped_column(ForeignKey("equipment_items.id"))
    code: Mapped[str] = mapped_column(String(32))
    lot: Mapped[str] = mapped_column(String(64), default="")
    expires_on: Mapped[date]
    put_in_on: Mapped[date]
    removed_on: Mapped[date | None]


class Stock(Record):
    """How much of a stocked kind a place holds, and the least that it should."""

    __tablename__ = "equipment_stocks"
    __table_args__ = (
        Index("uq_equipment_stocks_place", "site_id", "kind", "variant",
              text("coalesce(location_id, 0)"), text("coalesce(window_id, 0)"), unique=True),
    )  # fmt: skip

    kind: Mapped[str] = mapped_column(String(32))
    variant: Mapped[str] = mapped_column(String(64), default="")
    unit: Mapped[str] = mapped_column(String(16), default="")
    window_id: Mapped[int | None] = mapped_column(ForeignKey("windows.id"))
    location_id: Mapped[int | None] = mapped_column(ForeignKey("locations.id"))
    minimum: Mapped[int] = mapped_column(default=0)
    # Whether it is given back after use, so that somebody holds it until then.
    is_reusable: Mapped[bool] = mapped_column(default=False)
    custodian_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    is_active: Mapped[bool] = mapped_column(default=True)
    row_version: Mapped[int] = mapped_column(default=1)

    __mapper_args__ = {"version_id_col": row_version}


class Batch(Record):
    """A delivery with one expiry; `quantity` is what is left of it here, never below nothing."""

    __tablename__ = "equipment_batches"
    __table_args__ = (
        CheckConstraint("quantity >= 0", name="quantity"),
        Index("ix_equipment_batches_stock", "stock_id", "expires_on"),
    )

    stock_id: Mapped[int] = mapped_column(ForeignKey("equipment_stocks.id"))
    lot: Mapped[str] = mapped_column(String(64), default="")
    expires_on: Mapped[date | None]
    received_on: Mapped[date]
    quantity: Mapped[int]


class StockMove(Record):
    """One dated step of a stock: `quantity` is the change, negative for what went out.

    What one press did to several batches are several moves; all but the first are `part_of` it,
    and only the first bears the signature and the key.
    """

    __tablename__ = "equipment_stock_moves"
    __table_args__ = (
        UniqueConstraint("site_id", "client_key"),
        Index("ix_equipment_stock_moves_stock", "stock_id", "id"),
        Index("ix_equipment_stock_moves_person", "person_id", "id"),
    )

    stock_id: Mapped[int] = mapped_column(ForeignKey("equipment_stocks.id"))
    batch_id: Mapped[int | None] = mapped_column(ForeignKey("equipment_batches.id"))
    part_of_id: Mapped[int | None] = mapped_column(ForeignKey("equipment_stock_moves.id"))
    step: Mapped[StockStep] = mapped_column(String(16))
    quantity: Mapped[int]
    on_date: Mapped[date]
    at: Mapped[datetime]
    actor_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    person_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    signature: Mapped[str] = mapped_column(Text, default="")
    note: Mapped[str] = mapped_column(String(200), default="")
    client_key: Mapped[str | None] = mapped_column(String(64))


class ImportedList(Record):
    """A list that was imported. `rows` says how often each of its rows without a code came in, by
    what the row said, so that the same list imported again registers nothing twice.
    """

    __tablename__ = "equipment_imports"

    file_id: Mapped[int] = mapped_column(ForeignKey("files.id"))
    by: Mapped[int] = mapped_column(ForeignKey("users.id"))
    at: Mapped[datetime]
    pieces_new: Mapped[int]
    pieces_changed: Mapped[int]
    rows_left_out: Mapped[int]
    rows: Mapped[dict[str, int]] = mapped_column(JSON)
