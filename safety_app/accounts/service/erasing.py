"""Taking a person's data out: deleted without a record, else made nameless after leaving."""

from collections.abc import Iterator
from datetime import datetime
from typing import Final

from sqlalchemy import Column, Table, delete, select
from sqlalchemy.orm import Session

from safety_app.accounts.errors import HasRecords, NameNotTyped, NotLeft
from safety_app.accounts.models import Attempt, FirstCode, Membership, SignInSession
from safety_app.accounts.service.people import keep_an_administrator, managed, note
from safety_app.core import journal
from safety_app.core.access import Actor
from safety_app.core.db import Base
from safety_app.core.i18n import bilingual

OWN: Final = (Membership, SignInSession, FirstCode)
"""What goes with the person; whatever else names somebody is a record."""


def erase_person(
    session: Session, actor: Actor, user_id: int, *, typed: str, now: datetime
) -> None:
    """Make somebody who has left nameless; records and journal keep only the number."""
    journal.lock(session)
    user = managed(session, actor, user_id)
    name = bilingual(user.name, user.name_en)
    if user.left_on is None or user.is_active:
        raise NotLeft(name=name)
    if user.erased_at is not None:
        return
    if typed.strip() not in (user.name, user.name_en or user.name):
        raise NameNotTyped()
    number = f"{user.id:04}"
    session.execute(delete(Attempt).where(Attempt.key == f"password:{user.login}"))
    for table in (SignInSession, FirstCode):
        session.execute(delete(table).where(table.user_id == user_id))
    # Written in both languages, since a name is no message.
    user.name, user.name_en = f"已注销人员 {number}", f"Erased person {number}"
    user.login = f"erased-{number}"
    user.staff_no = user.phone = user.exam_result = ""
    user.joined_on = user.trained_on = user.language = None
    user.password_hash = user.pin_hash = None
    user.erased_at = now
    session.flush()
    note(session, actor, "accounts.erase_person", user, now)


def has_records(session: Session, user_id: int) -> bool:
    """Whether anything names this person: what they did, own, were given or lead."""
    own = {model.__tablename__: "user_id" for model in OWN}
    own |= {table.name: column.name for table, column in _going_along()}
    for table in Base.metadata.sorted_tables:
        for key in table.foreign_keys:
            if key.column.table.name != "users":
                continue
            if own.get(table.name) == key.parent.name:
                continue
            if session.scalar(select(key.parent).where(key.parent == user_id).limit(1)):
                return True
    return False


def _going_along() -> Iterator[tuple[Table, Column[int]]]:
    """Tables of packages above that only say what somebody is, with their column of the person."""
    for table in Base.metadata.sorted_tables:
        if "goes_with" in table.info:
            yield table, table.c[table.info["goes_with"]]


def delete_person(session: Session, actor: Actor, user_id: int, *, now: datetime) -> None:
    """Delete somebody who was added by mistake and appears nowhere."""
    journal.lock(session)
    user = managed(session, actor, user_id)
    keep_an_administrator(session, user)
    if user_id == actor.user_id or has_records(session, user_id):
        raise HasRecords(name=bilingual(user.name, user.name_en))
    for model in OWN:
        session.execute(delete(model).where(model.user_id == user_id))
    for table, column in _going_along():
        session.execute(delete(table).where(column == user_id))
    note(session, actor, "accounts.delete_person", user, now)
    session.delete(user)
    session.flush()
