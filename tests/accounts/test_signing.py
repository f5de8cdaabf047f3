"""Signing in, and the limits on trying."""

from datetime import datetime, timedelta

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from safety_app.accounts import service, signin
from safety_app.accounts.errors import (
    NotASharedTablet,
    PinIncomplete,
    SignInRefused,
    TooManyAttempts,
    WrongPassword,
    WrongPin,
)
from safety_app.accounts.jobs import sweep
from safety_app.accounts.models import Attempt, SignInSession
from safety_app.accounts.service import SignedIn
from safety_app.core.db import Database
from safety_app.core.errors import NotFound
from safety_app.core.i18n import use_language
from safety_app.features import features
from tests.accounts.people import ADDRESS, PASSWORD, PIN, give_secrets, tablet
from tests.cast import NOW, Cast

MINUTE = timedelta(minutes=1)


@pytest.fixture(autouse=True)
def _ready(request: pytest.FixtureRequest) -> None:
    features()
    if "session" in request.fixturenames:
        session = request.getfixturevalue("session")
        give_secrets(session, "wangxy", "limin", "liuyang", "wutao")


def _password(
    session: Session,
    password: str = PASSWORD,
    *,
    login: str = "wangxy",
    address: str = ADDRESS,
    now: datetime = NOW,
    device: str | None = None,
) -> SignedIn:
    return service.sign_in_password(
        session, login=login, password=password, address=address, now=now, device_token=device
    )


def _fail(session: Session, times: int, **facts: object) -> None:
    for _ in range(times):
        with pytest.raises(SignInRefused):
            _password(session, "wrong", **facts)  # type: ignore[arg-type]


def test_the_right_password_opens_a_session(session: Session, hall: Cast) -> None:
    signed = _password(session, login=" WangXY ")
    assert signed.actor.user_id == hall.staff.user_id
    assert service.find_actor(session, signed.token, now=NOW) == signed.actor
    assert service.csrf_of(session, signed.token) == signed.csrf


def test_a_wrong_password_says_how_many_tries_are_left(session: Session, hall: Cast) -> None:
    left = []
    for _ in range(4):
        with pytest.raises(WrongPassword) as refused:
            _password(session, "wrong")
        left.append(refused.value.facts["left"])
    assert left == [4, 3, 2, 1]
    with pytest.raises(TooManyAttempts) as locked:
        _password(session, "wrong")
    assert locked.value.facts["minutes"] == 15


def test_while_locked_even_the_right_password_is_refused_then_it_works(
    session: Session, hall: Cast
) -> None:
    _fail(session, 5)
    with pytest.raises(TooManyAttempts) as locked:
        _password(session, now=NOW + 5 * MINUTE)
    assert locked.value.facts["minutes"] == 10
    with pytest.raises(TooManyAttempts):
        _password(session, now=NOW + 15 * MINUTE - timedelta(seconds=1))
    assert _password(session, now=NOW + 15 * MINUTE).token


def test_success_gives_the_tries_back(session: Session, hall: Cast) -> None:
    _fail(session, 4)
    _password(session)
    with pytest.raises(WrongPassword) as refused:
        _password(session, "wrong")
    assert refused.value.facts["left"] == 4


def test_an_unknown_login_is_told_the_same_as_a_wrong_password(
    session: Session, hall: Cast
) -> None:
    said: dict[str, list[tuple[str, str]]] = {}
    for login in ("wangxy", "nobody", "admin"):
        said[login] = []
        for _ in range(6):
            with pytest.raises(SignInRefused) as refused:
                _password(session, "wrong", login=login, address=f"for-{login}")
            said[login].append((refused.value.code, refused.value.message()))
    assert said["wangxy"] == said["nobody"] == said["admin"]


def test_a_closed_account_is_told_the_same_and_stays_out(session: Session, hall: Cast) -> None:
    service.deactivate(session, None, hall.staff.user_id, NOW)
    with pytest.raises(WrongPassword):
        _password(session)


def test_an_address_is_limited_over_all_accounts(session: Session, hall: Cast) -> None:
    for number in range(20):
        _fail(session, 1, login=f"guess{number}")
    with pytest.raises(TooManyAttempts):
        _password(session)
    assert _password(session, address="198.51.100.1").token


def test_another_account_is_not_locked_with_the_first(session: Session, hall: Cast) -> None:
    _fail(session, 5)
    assert _password(session, login="limin").token


def test_a_success_does_not_wash_an_address_clean(session: Session, hall: Cast) -> None:
    for number in range(19):
        _fail(session, 1, login=f"guess{number}")
    _password(session)
    _fail(session, 1, login="guess-again")
    with pytest.raises(TooManyAttempts):
        _password(session)


def test_six_digits_open_a_session_on_an_enrolled_tablet(session: Session, hall: Cast) -> None:
    device = tablet(session, hall, hall.a01)
    signed = service.sign_in_pin(
        session,
        user_id=hall.staff.user_id,
        pin="４８０２７１",
        device_token=device,
        address=ADDRESS,
        now=NOW,
    )
    assert signed.actor.device_id is not None


@pytest.mark.parametrize("device", [None, "", "made-up"])
def test_six_digits_open_nothing_elsewhere(
    session: Session, hall: Cast, device: str | None
) -> None:
    with pytest.raises(NotASharedTablet):
        service.sign_in_pin(
            session,
            user_id=hall.staff.user_id,
            pin=PIN,
            device_token=device,
            address=ADDRESS,
            now=NOW,
        )


def test_a_tablet_serves_its_windows_and_those_who_go_round(session: Session, hall: Cast) -> None:
    device = tablet(session, hall, hall.a01)

    def enter(user_id: int) -> SignedIn:
        return service.sign_in_pin(
            session, user_id=user_id, pin=PIN, device_token=device, address=ADDRESS, now=NOW
        )

    assert enter(hall.lead.user_id).token
    assert enter(hall.officer.user_id).token
    for stranger in (hall.other_staff, hall.foreign_manager, hall.administrator):
        with pytest.raises(NotASharedTablet):
            enter(stranger.user_id)


def test_a_revoked_tablet_takes_no_code(session: Session, hall: Cast) -> None:
    device = tablet(session, hall, hall.a01)
    found = service.device_of(session, device)
    assert found is not None
    service.revoke_device(session, hall.administrator, found.id, NOW)
    with pytest.raises(NotASharedTablet):
        service.sign_in_pin(
            session,
            user_id=hall.staff.user_id,
            pin=PIN,
            device_token=device,
            address=ADDRESS,
            now=NOW,
        )


def test_guessing_passwords_does_not_lock_the_code_nor_the_other_way_round(
    session: Session, hall: Cast
) -> None:
    device = tablet(session, hall, hall.a01)
    _fail(session, 5)
    staff = hall.staff.user_id
    facts = {"device_token": device, "address": ADDRESS, "now": NOW}
    service.sign_in_pin(session, user_id=staff, pin=PIN, **facts)  # type: ignore[arg-type]
    for _ in range(5):
        with pytest.raises(SignInRefused):
            service.sign_in_pin(session, user_id=staff, pin="135790", **facts)  # type: ignore[arg-type]
    with pytest.raises(TooManyAttempts):
        service.sign_in_pin(session, user_id=staff, pin=PIN, **facts)  # type: ignore[arg-type]
    assert _password(session, now=NOW + 15 * MINUTE).token


def test_a_signature_asks_for_the_own_code(session: Session, hall: Cast) -> None:
    service.check_pin(session, hall.staff, PIN, now=NOW, address=ADDRESS)
    with pytest.raises(WrongPin) as refused:
        service.check_pin(session, hall.staff, "135790", now=NOW, address=ADDRESS)
    assert refused.value.message() == "数字密码不正确，还可试 4 次。"
    with use_language("en"):
        assert refused.value.message() == "The code is wrong. 4 tries left."


def test_a_wrong_try_at_the_edge_is_kept_though_it_raises(database: Database, hall: Cast) -> None:
    with database.transaction() as session:
        give_secrets(session, "wangxy")
    for _ in range(5):
        with pytest.raises(SignInRefused):
            signin.with_password(
                login="wangxy",
                password="wrong",
                address=ADDRESS,
                device_token=None,
                old=None,
                now=NOW,
            )
    with pytest.raises(TooManyAttempts):
        signin.with_password(
            login="wangxy", password=PASSWORD, address=ADDRESS, device_token=None, old=None, now=NOW
        )
    with database.reading() as session:
        assert session.scalar(select(func.count(Attempt.id))) == 10
        assert session.scalar(select(func.count(SignInSession.id))) == 0


def test_signing_in_ends_the_browsers_session_before(database: Database, hall: Cast) -> None:
    with database.transaction() as session:
        give_secrets(session, "wangxy", "limin")

    def enter(login: str, old: str | None) -> SignedIn:
        return signin.with_password(
            login=login, password=PASSWORD, address=ADDRESS, device_token=None, old=old, now=NOW
        )

    first = enter("wangxy", None)
    second = enter("limin", first.token)
    with database.reading() as session:
        assert service.find_actor(session, first.token, now=NOW) is None
        assert service.find_actor(session, second.token, now=NOW)


def test_a_wrong_code_before_a_signature_counts_whatever_follows(
    database: Database, hall: Cast
) -> None:
    with database.transaction() as session:
        give_secrets(session, "wangxy")
    for _ in range(5):
        with pytest.raises(SignInRefused):
            signin.confirm_pin(hall.staff, "135790", address=ADDRESS, now=NOW)
    with pytest.raises(TooManyAttempts):
        signin.confirm_pin(hall.staff, PIN, address=ADDRESS, now=NOW)


def test_the_sweep_removes_what_no_longer_counts_and_may_run_twice(
    session: Session, hall: Cast
) -> None:
    _fail(session, 1)
    _password(session, login="limin")
    service.open_enrolment(session, None, site_id=hall.site_id, name="03", window_ids=[], now=NOW)
    assert sweep(session, NOW) == 0
    later = NOW + timedelta(days=32)
    assert sweep(session, later) == 4
    assert sweep(session, later) == 0


def test_a_colleague_signs_with_the_own_code(database: Database, hall: Cast) -> None:
    with database.transaction() as session:
        give_secrets(session, "wangxy")
    receiver = hall.staff.user_id
    signin.confirm_pin_of(hall.officer, receiver, PIN, address=ADDRESS, now=NOW)
    with pytest.raises(WrongPin):
        signin.confirm_pin_of(hall.officer, receiver, "135790", address=ADDRESS, now=NOW)
    with pytest.raises(NotFound):
        signin.confirm_pin_of(hall.foreign_manager, receiver, PIN, address=ADDRESS, now=NOW)
    with database.reading() as session:
        tries = session.scalar(select(func.count()).where(Attempt.key == f"pin:{receiver}"))
    assert tries == 1


@pytest.mark.parametrize(
    "entered", ["", "  ", "48027", "4802711", "48o271", "-48027", "四八零二七一"]
)
def test_what_cannot_be_a_code_is_refused_and_is_no_try(
    session: Session, hall: Cast, entered: str
) -> None:
    device = tablet(session, hall, hall.a01)

    def enter(pin: str) -> SignedIn:
        return service.sign_in_pin(
            session, user_id=hall.staff.user_id, pin=pin, device_token=device,
            address=ADDRESS, now=NOW,
        )  # fmt: skip

    for _ in range(6):
        with pytest.raises(PinIncomplete):
            enter(entered)
        with pytest.raises(PinIncomplete):
            service.check_pin(session, hall.staff, entered, now=NOW, address=ADDRESS)
        with pytest.raises(PinIncomplete):
            service.claim_pin_of(
                session, hall.lead, hall.staff.user_id, entered, address=ADDRESS, now=NOW
            )
    with pytest.raises(WrongPin) as refused:
        enter("135790")
    assert refused.value.facts["left"] == 4
    assert enter(PIN).token
