"""Several people at the same items at once, on real connections; hooks of other features."""

from datetime import timedelta

from sqlalchemy import select

from equipment.errors import NoneMayBeAway, StandsInAlready, StepNotPossible, TooManyAway
from equipment.jobs import due_hazards
from equipment.models import Item, Status
from equipment.service.away import lend, send_away
from equipment.service.replacing import Scrapped, replace
from hazards.models import Hazard
from safety_app.accounts import service as accounts
from safety_app.core.db import Database, reading, transaction
from safety_app.core.errors import ChangedMeanwhile
from safety_app.workplace import service as workplace
from tests.cast import NOW, TODAY, Cast
from tests.equipment.items import make_item, make_store
from tests.equipment.stocks import make_stock
from tests.equipment.test_replacing import NEW
from tests.hazards.test_concurrency import at_once


def test_of_two_who_replace_one_item_the_second_is_told(database: Database, hall: Cast) -> None:
    with transaction() as session:
        item = make_item(session, hall)
    drawn = item.row_version

    def put_new(name: str) -> str:
        with transaction() as session:
            return replace(
                session, getattr(hall, name), item.id, by=NEW, on_date=TODAY, row_version=drawn,
                old=Scrapped("旧", certificate=name), now=NOW,
            ).code  # fmt: skip

    found = at_once([lambda: put_new("lead"), lambda: put_new("officer")])
    refused = [one for one in found if isinstance(one, Exception)]
    assert len(refused) == 1 and isinstance(refused[0], ChangedMeanwhile)
    with reading() as session:
        assert len(session.scalars(select(Item)).all()) == 2


def test_without_a_form_the_second_finds_it_gone(database: Database, hall: Cast) -> None:
    with transaction() as session:
        item = make_item(session, hall)

    def put_new(name: str) -> str:
        with transaction() as session:
            return replace(
                session, getattr(hall, name), item.id, by=NEW, on_date=TODAY,
                old=Scrapped("旧", certificate=name), now=NOW,
            ).code  # fmt: skip

    found = at_once([lambda: put_new("lead"), lambda: put_new("officer")])
    [refused] = [one for one in found if isinstance(one, Exception)]
    assert isinstance(refused, StepNotPossible)


def test_two_cannot_send_more_than_a_quarter_between_them(database: Database, hall: Cast) -> None:
    with transaction() as session:
        items = [make_item(session, hall, common=True).id for _n in range(4)]

    def send(item_id: int) -> int:
        with transaction() as session:
            return send_away(session, hall.officer, item_id, firm="宏安", on_date=TODAY, now=NOW).id

    found = at_once([lambda: send(items[0]), lambda: send(items[1]), lambda: send(items[2])])
    refused = [one for one in found if isinstance(one, Exception)]
    assert len(refused) == 2 and all(isinstance(one, TooManyAway) for one in refused)


def test_two_cannot_lend_for_one_item(database: Database, hall: Cast) -> None:
    with transaction() as session:
        store = make_store(session, hall)
        item = make_item(session, hall).id
        spares = [make_item(session, hall, location_id=store).id for _n in range(2)]

    def lent(spare_id: int) -> int:
        with transaction() as session:
            return lend(session, hall.officer, spare_id, for_id=item, on_date=TODAY, now=NOW).id

    found = at_once([lambda: lent(spares[0]), lambda: lent(spares[1])])
    [refused] = [one for one in found if isinstance(one, Exception)]
    assert isinstance(refused, StandsInAlready) and not isinstance(refused, NoneMayBeAway)


def test_two_workers_at_once_register_one_hazard(database: Database, hall: Cast) -> None:
    with transaction() as session:
        make_item(session, hall, made_on=TODAY.replace(year=2016))

    def work() -> int:
        with transaction() as session:
            return due_hazards(session, NOW)

    assert sorted(map(int, at_once([work, work]))) == [0, 1]  # type: ignore[arg-type]
    with reading() as session:
        assert len(session.scalars(select(Hazard)).all()) == 1


def test_items_and_stocks_go_on_with_their_window(database: Database, hall: Cast) -> None:
    with transaction() as session:
        item = make_item(session, hall, window_id=hall.a02)
        stock = make_stock(session, hall, window_id=hall.a02)
        workplace.retire_window(
            session, hall.administrator, hall.a02, site_id=hall.site_id, on=TODAY,
            successor_id=hall.a03, now=NOW,
        )  # fmt: skip
    with reading() as session:
        assert session.get_one(Item, item.id).window_id == hall.a03
        assert session.get_one(type(stock), stock.id).window_id == hall.a03


def test_nobody_leaves_with_items_in_their_hands(database: Database, hall: Cast) -> None:
    with transaction() as session:
        item = make_item(session, hall, custodian_id=hall.staff.user_id)
    with transaction() as session:
        things = accounts.held_by(session, hall.administrator, hall.staff.user_id, now=NOW)
        mine = [one for one in things if item.code in one.what]
        assert len(mine) == 1 and "extinguisher" in mine[0].what_en
        to = dict.fromkeys([one.id for one in things], hall.second_staff.user_id)
        accounts.hand_over(session, hall.administrator, hall.staff.user_id, to, now=NOW)
    with reading() as session:
        found = session.get_one(Item, item.id)
    assert (found.custodian_id, found.status) == (hall.second_staff.user_id, Status.IN_SERVICE)
    with transaction() as session:
        later = NOW + timedelta(days=1)
        assert not accounts.held_by(session, hall.administrator, hall.staff.user_id, now=later)
