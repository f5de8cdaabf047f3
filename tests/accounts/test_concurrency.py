"""Two at once: a slip and a window each go to one."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

from safety_app.accounts import codes, service
from safety_app.accounts.errors import DeputyOverlaps, SlipUsed, WindowHasLead
from safety_app.core import journal
from safety_app.core.access import Role
from safety_app.core.db import Database
from tests.cast import NOW, TODAY, Cast

AT_ONCE = 4


def test_a_slip_used_by_several_at_once_signs_one_in(database: Database, hall: Cast) -> None:
    with database.transaction() as session:
        code = service.issue_first_code(
            session, hall.administrator, hall.staff.user_id, now=NOW
        ).code
    start = Barrier(AT_ONCE)

    def use(_number: int) -> str:
        start.wait()
        try:
            with database.transaction() as session:
                return service.use_first_code(
                    session, codes.hash_code(code), password_hash="p", pin_hash="q", now=NOW
                ).token
        except SlipUsed:
            return ""

    with ThreadPoolExecutor(AT_ONCE) as pool:
        tokens = [token for token in pool.map(use, range(AT_ONCE)) if token]
    assert len(tokens) == 1
    with database.reading() as session:
        assert service.find_actor(session, tokens[0], now=NOW) is not None
        assert journal.first_break(session) is None


def test_of_deputies_named_at_once_one_stands(database: Database, hall: Cast) -> None:
    start = Barrier(2)

    def name(user_id: int) -> bool:
        start.wait()
        try:
            with database.transaction() as session:
                service.name_deputy(
                    session, hall.lead, hall.a01, user_id, first=TODAY, last=None, now=NOW
                )
        except DeputyOverlaps:
            return False
        return True

    with ThreadPoolExecutor(2) as pool:
        done = list(pool.map(name, (hall.staff.user_id, hall.other_staff.user_id)))
    assert sorted(done) == [False, True]


def test_of_leads_named_at_once_one_leads(database: Database, hall: Cast) -> None:
    with database.transaction() as session:
        service.revoke_role(session, None, hall.other_lead.user_id, Role.LEAD, hall.a03, now=NOW)
    people = (hall.staff, hall.second_staff, hall.other_staff, hall.other_lead)
    start = Barrier(len(people))

    def lead(user_id: int) -> bool:
        start.wait()
        try:
            with database.transaction() as session:
                service.grant_role(session, None, user_id, Role.LEAD, hall.a03, now=NOW)
        except WindowHasLead:
            return False
        return True

    with ThreadPoolExecutor(len(people)) as pool:
        done = list(pool.map(lead, [one.user_id for one in people]))
    assert sorted(done) == [False, False, False, True]
