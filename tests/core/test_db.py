"""The database of this process: what reading must not do."""

import threading

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError

from safety_app.accounts.models import User
from safety_app.core import db
from safety_app.core.db import Database
from tests.cast import Cast


def test_a_write_while_reading_is_refused(database: Database, hall: Cast) -> None:
    with db.reading() as session:
        person = session.get_one(User, hall.staff.user_id)
        person.name = "改名"
        with pytest.raises(RuntimeError, match="inside reading"):
            session.flush()
    with db.reading() as session:
        assert session.scalar(select(User.name).where(User.id == hall.staff.user_id)) == "王晓燕"


def test_a_flush_of_nothing_while_reading_is_no_fault(database: Database, hall: Cast) -> None:
    with db.reading() as session:
        person = session.get_one(User, hall.staff.user_id)
        session.flush()
        assert person.name == "王晓燕"


def test_readings_in_one_view_look_at_the_same_moment(database: Database, hall: Cast) -> None:
    def name() -> str | None:
        with db.reading() as session:
            return session.scalar(select(User.name).where(User.id == hall.staff.user_id))

    def rename(to: str) -> None:
        with db.transaction() as session:
            session.get_one(User, hall.staff.user_id).name = to

    with db.one_view():
        assert name() == "王晓燕"
        other = threading.Thread(target=rename, args=("王小燕",))
        other.start()
        other.join()
        assert name() == "王晓燕"
        rename("王晓雁")  # what is written in the block itself is seen after it
        assert name() == "王晓雁"
    assert name() == "王晓雁"


def test_an_error_in_one_view_leaves_the_next_reading_alone(database: Database, hall: Cast) -> None:
    with db.one_view():
        with pytest.raises(DBAPIError), db.reading() as session:
            session.execute(text("SELECT nothing FROM nowhere"))
        with db.reading() as session:
            assert session.get(User, hall.staff.user_id)
