"""Which passwords and codes are accepted, and that their hashes tell nothing."""

import threading
import time

import pytest

from safety_app.accounts import passwords
from safety_app.accounts.errors import WeakPassword, WeakPin


@pytest.mark.parametrize("pin", ["480271", "112358", "４８０２７１", " 480271 "])
def test_a_code_of_six_unlike_digits_is_taken(pin: str) -> None:
    assert passwords.check_pin(pin) in ("480271", "112358")


@pytest.mark.parametrize(
    "pin",
    [
        "",
        "48027",
        "4802711",
        "48o271",
        "000000",
        "777777",
        "123456",
        "654321",
        "890123",
        "123123",
        "121212",
        "٤٨٠٢٧١x",
    ],
)
def test_a_code_that_everybody_tries_first_is_refused(pin: str) -> None:
    with pytest.raises(WeakPin):
        passwords.check_pin(pin)


@pytest.mark.parametrize("password", ["short", "password", "limin", "88888888", "a" * 129, ""])
def test_a_weak_password_is_refused(password: str) -> None:
    with pytest.raises(WeakPassword):
        passwords.check_password(password, "limin")


def test_a_password_is_never_the_login() -> None:
    with pytest.raises(WeakPassword):
        passwords.check_password("LongLogin-1", "longlogin-1")


def test_the_hash_is_argon2_with_19_mib_and_differs_each_time() -> None:
    first, second = passwords.hash_secret("same"), passwords.hash_secret("same")
    assert first.startswith("$argon2id$v=19$m=19456,t=2,p=1$")
    assert first != second
    assert passwords.matches(first, "same")
    assert not passwords.matches(first, "Same")


def test_nobody_without_a_hash_gets_in_and_the_answer_takes_as_long() -> None:
    real = passwords.hash_secret("right")
    passwords.matches(None, "warm up")
    before = time.process_time()
    for _ in range(4):
        assert not passwords.matches(real, "wrong")
    middle = time.process_time()
    for _ in range(4):
        assert not passwords.matches(None, "wrong")
    unknown = time.process_time() - middle
    assert unknown > 0.4 * (middle - before)


def test_a_login_is_the_same_in_full_width_letters_and_capitals() -> None:
    assert passwords.clean_login(" ＬｉＭｉｎ０１ ") == "limin01"


def test_no_more_than_four_hashes_are_computed_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    running, most, lock = 0, 0, threading.Lock()

    class Slow:
        def hash(self, _secret: str) -> str:
            nonlocal running, most
            with lock:
                running += 1
                most = max(most, running)
            time.sleep(0.03)
            with lock:
                running -= 1
            return "x"

    monkeypatch.setattr(passwords, "_hasher", Slow())
    crowd = [threading.Thread(target=passwords.hash_secret, args=("s",)) for _ in range(12)]
    for one in crowd:
        one.start()
    for one in crowd:
        one.join()
    assert most == 4


def test_a_login_loses_what_no_keyboard_types() -> None:
    assert passwords.clean_login(" Wang\x00xy\u202e ") == "wangxy"
