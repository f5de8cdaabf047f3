"""The database of this process: what reading must not do."""

import pytest
from sqlalchemy import select

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
        session.get_one(User, hall.staff.user_id)
        session.flush()
