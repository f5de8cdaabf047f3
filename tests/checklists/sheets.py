"""A tablet in a test: opens a sheet and sends entries in order."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from checklists import service
from checklists.entries import Entry
from checklists.models import Run, Task, TemplateItem
from checklists.service import Drawn, Opened, Receipt, Submitted
from safety_app.core.access import Actor
from tests.cast import NOW

INK = Drawn([[[10, 10], [80, 60], [160, 20]], [[20, 90], [150, 95]]], 300, 120)


def items_of(session: Session, task: Task) -> dict[str, TemplateItem]:
    """The items of a task's part by code, in order."""
    rows = session.scalars(
        select(TemplateItem)
        .where(TemplateItem.part_id == task.part_id)
        .order_by(TemplateItem.position)
    )
    return {item.code: item for item in rows}


@dataclass
class Tablet:
    """One person with one sheet open."""

    session: Session
    actor: Actor
    task: Task
    now: datetime = NOW
    seq: int = 0
    opened: Opened = field(init=False)

    def __post_init__(self) -> None:
        self.items = items_of(self.session, self.task)
        self.open()

    def open(self, held_token: str | None = None) -> Opened:
        """Open or reload the sheet."""
        self.opened = service.open_run(
            self.session, self.actor, self.task.id, held_token=held_token, now=self.now
        )
        self.seq = self.opened.last_seq
        return self.opened

    def entry(self, code: str | None, value: str, **facts: Any) -> Entry:
        """An entry as the tablet sends it."""
        item_id = self.items[code].id if code else None
        return Entry.model_validate({"seq": self.seq, "item_id": item_id, "value": value, **facts})

    def answer(self, code: str | None, value: str, **facts: Any) -> Receipt:
        """Send the next entry."""
        self.seq += 1
        return self.send(self.entry(code, value, **facts))

    def send(self, entry: Entry) -> Receipt:
        """Send an entry as it stands."""
        return service.record(self.session, self.opened.token, entry, now=self.now)

    def pass_all(self, *, but: tuple[str, ...] = ()) -> None:
        """Answer everything else with “normal”."""
        for code in self.items:
            if code not in but:
                self.answer(code, "P")

    def submit(self, **facts: Any) -> Submitted:
        """Sign."""
        wanted = {"signature": INK, "last_seq": self.seq, "now": self.now, **facts}
        return service.submit(self.session, self.actor, self.opened.run_id, **wanted)

    @property
    def run(self) -> Run:
        """The run as it stands."""
        self.session.expire_all()
        return self.session.scalars(select(Run).where(Run.id == self.opened.run_id)).one()
