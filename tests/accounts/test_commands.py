"""The way back in from the machine itself."""

import pytest

from safety_app.accounts import codes, commands, service
from safety_app.core import clock
from safety_app.core.db import Database, reading
from safety_app.core.errors import NotFound
from tests.cast import Cast
from tests.dialects import sqlite_only

pytestmark = sqlite_only


def test_the_machine_prints_a_code_for_the_only_administrator(
    database: Database, hall: Cast
) -> None:
    name, code = commands.issue(" ADMIN ")
    assert name == "孙管理"
    with reading() as session:
        guest = service.find_first_code(session, codes.hash_code(code), now=clock.now())
    assert guest.user_id == hall.administrator.user_id


def test_an_unknown_user_name_gets_none(database: Database, hall: Cast) -> None:
    with pytest.raises(NotFound):
        commands.issue("nobody")
