"""Passwords and six-digit codes: what is strong enough, and their argon2 hashes."""

import threading
import unicodedata
from functools import lru_cache
from itertools import pairwise
from typing import Final

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from safety_app.accounts.errors import WeakPassword, WeakPin

LEAST: Final = 8
MOST: Final = 128
PIN_DIGITS: Final = 6
COMMON: Final = frozenset(
    {"password", "passw0rd", "12345678", "123456789", "1234567890", "11111111", "88888888",
     "00000000", "qwertyui", "qwerty123", "1q2w3e4r", "abcd1234", "admin123", "a1234567",
     "woaini1314", "password1", "iloveyou", "66666666", "87654321"}
)  # fmt: skip

# 19 MiB each: a crowd of sign-ins waits in turn instead of filling the memory.
_at_once = threading.BoundedSemaphore(4)
_hasher = PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1)


def hash_secret(secret: str) -> str:
    """Argon2id hash of a password or code."""
    with _at_once:
        return _hasher.hash(secret)


def matches(hashed: str | None, secret: str) -> bool:
    """Whether the secret fits; without a hash the same time is spent and the answer is no."""
    with _at_once:
        try:
            _hasher.verify(hashed or _decoy(), secret)
        except (VerificationError, InvalidHashError):
            return False
    return hashed is not None


@lru_cache(maxsize=1)
def _decoy() -> str:
    return _hasher.hash("nobody has this password")


def clean_login(login: str) -> str:
    """The login as stored: one form of each letter, also for full-width digits."""
    plain = "".join(char for char in login if char.isprintable())
    return unicodedata.normalize("NFKC", plain).strip().casefold()


def clean_pin(pin: str) -> str:
    """The code as plain digits; Chinese keyboards send full-width ones."""
    return unicodedata.normalize("NFKC", pin).strip()


def is_pin(pin: str) -> bool:
    """Whether it can be a code at all: six digits."""
    digits = clean_pin(pin)
    return len(digits) == PIN_DIGITS and digits.isascii() and digits.isdigit()


def clean_password(password: str) -> str:
    """The same password from keyboards that compose accents differently."""
    return unicodedata.normalize("NFC", password)


def check_password(password: str, login: str) -> str:
    """The password, if it is strong enough."""
    plain = clean_password(password)
    weak = plain.casefold() in COMMON or plain.casefold() == login or len(set(plain)) == 1
    if weak or not LEAST <= len(plain) <= MOST:
        raise WeakPassword(least=LEAST)
    return plain


def check_pin(pin: str) -> str:
    """The code, if it is six digits and not the first that everybody tries."""
    digits = clean_pin(pin)
    if not is_pin(digits):
        raise WeakPin()
    steps = {(int(b) - int(a)) % 10 for a, b in pairwise(digits)}
    half, third = digits[:3], digits[:2]
    if (len(steps) == 1 and steps <= {0, 1, 9}) or digits in (half * 2, third * 3):
        raise WeakPin()
    return digits
