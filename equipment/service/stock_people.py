"""Who has what of the stocks, since when: the issue record of each person."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final

from sqlalchemy import ColumnElement, and_, func, select
from sqlalchemy.orm import Session

from equipment.models import Stock, StockMove, StockStep
from equipment.permissions import Permission
from equipment.service.stock_keeping import known_id
from equipment.service.stock_rows import (
    WITH_PEOPLE,
    MoveRow,
    StockRow,
    heads,
    rows_of,
    told,
    visible_to,
)
from safety_app.accounts import service as accounts
from safety_app.accounts.service import Person
from safety_app.core.access import Actor
from safety_app.core.i18n import N_, _

WHO_SEES: Final = N_("The window lead, the safety officer or a manager")


@dataclass(frozen=True, slots=True)
class Holder:
    """Somebody who has something of a stock: how much, since when."""

    person_id: int
    name: str
    quantity: int
    since: date


@dataclass(frozen=True, slots=True)
class Received:
    """What somebody has got of one stock."""

    stock: StockRow
    quantity: int
    since: date | None
    last_on: date


@dataclass(frozen=True, slots=True)
class PersonRecord:
    """What somebody holds, and every issue and return of theirs, the newest first."""

    person_id: int
    name: str
    holds: tuple[Received, ...]
    used: tuple[Received, ...]
    moves: tuple[tuple[StockRow, MoveRow], ...]


def require_record(session: Session, actor: Actor, person_id: int) -> Person:
    """Whose record this is, if the actor may see it: everybody the own, keepers and leads all."""
    person = accounts.get_person(session, actor.site_id, known_id(person_id))
    if person.id != actor.user_id and not actor.may_somewhere(Permission.STOCK):
        actor.require(Permission.REPORT, who=WHO_SEES)
    return person


def person_record(session: Session, actor: Actor, person_id: int, *, today: date) -> PersonRecord:
    """What somebody got, as far as the actor sees the stocks; of oneself everything."""
    person = require_record(session, actor, person_id)
    own = person.id == actor.user_id
    seen = Stock.site_id == actor.site_id if own else visible_to(actor)
    query = select(Stock).where(
        seen, Stock.id.in_(select(StockMove.stock_id).where(StockMove.person_id == person.id))
    )
    stocks = {one.id: one for one in rows_of(session, actor, session.scalars(query).all(), today)}
    condition = and_(StockMove.person_id == person.id, StockMove.stock_id.in_(stocks))
    moves = told(session, heads(session, condition, 200))
    got = _received(session, person.id, stocks)
    return PersonRecord(
        person_id=person.id,
        name=person.display_name,
        holds=tuple(one for one in got if one.stock.is_reusable and one.quantity),
        used=tuple(one for one in got if not one.stock.is_reusable),
        moves=tuple((stocks[one.stock_id], one) for one in moves),
    )


def holders_of(session: Session, stock_id: int) -> list[Holder]:
    """Who has something of a stock, whoever has it longest first."""
    held = held_since(session, StockMove.stock_id == stock_id)
    names = accounts.names(session, [person_id for person_id, _stock in held])
    found = [
        Holder(person_id, names[person_id], quantity, since)
        for (person_id, _stock), (quantity, since) in held.items()
    ]
    return sorted(found, key=lambda one: (one.since, one.name))


def people_near(session: Session, site_id: int, window_id: int | None) -> dict[int, str]:
    """Everybody active here with their post, people of the window first."""
    found = sorted(
        accounts.list_people(session, site_id),
        key=lambda one: window_id not in one.window_ids | one.led_window_ids,
    )
    return {
        one.id: _("{name} ({hint})", name=one.display_name, hint=one.display_post)
        if one.display_post
        else one.display_name
        for one in found
    }


def held_since(
    session: Session, condition: ColumnElement[bool]
) -> dict[tuple[int, int], tuple[int, date]]:
    """By person and stock how much is out, and since when; what came first goes back first."""
    query = select(
        StockMove.person_id, StockMove.stock_id, StockMove.quantity, StockMove.on_date
    ).where(condition, StockMove.step.in_(WITH_PEOPLE), StockMove.person_id.is_not(None))
    open_issues: dict[tuple[int, int], list[list[int]]] = {}
    for person_id, stock_id, quantity, on in session.execute(query.order_by(StockMove.id)):
        if person_id is None:
            continue
        issues = open_issues.setdefault((person_id, stock_id), [])
        if quantity < 0:
            issues.append([-quantity, on.toordinal()])
            continue
        while quantity and issues:
            part = min(quantity, issues[0][0])
            issues[0][0] -= part
            quantity -= part
            if not issues[0][0]:
                issues.pop(0)
    return {
        key: (sum(n for n, _on in issues), date.fromordinal(issues[0][1]))
        for key, issues in open_issues.items()
        if issues
    }


def _received(session: Session, person_id: int, stocks: Mapping[int, StockRow]) -> list[Received]:
    """What somebody got of each stock and did not give back, the latest first."""
    held = held_since(
        session, and_(StockMove.person_id == person_id, StockMove.stock_id.in_(stocks))
    )
    last = dict(
        session.execute(
            select(StockMove.stock_id, func.max(StockMove.on_date))
            .where(StockMove.person_id == person_id, StockMove.step == StockStep.ISSUE)
            .group_by(StockMove.stock_id)
        ).all()
    )
    found = []
    for stock_id, row in stocks.items():
        quantity, since = held.get((person_id, stock_id), (0, None))
        found.append(Received(row, quantity, since, last[stock_id]))
    return sorted(found, key=lambda one: (one.last_on, one.stock.id), reverse=True)
