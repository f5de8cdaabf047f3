"""Short one-time codes, typed standing: no letters that look alike, two groups of four."""

import hashlib
import secrets
import unicodedata
from typing import Final

ALPHABET: Final = "3456789ACDEFGHJKMNPQRTVWXY"
"""Without 0 and O, 1, I and L, 2 and Z, S and B beside 5 and 8, U beside V."""
GROUP: Final = 4
LENGTH: Final = 2 * GROUP
_SALT: Final = b"safety_app one-time code"


def new_code() -> str:
    """A fresh code, as it is printed: `K7MN-4RQX`."""
    signs = "".join(secrets.choice(ALPHABET) for _ in range(LENGTH))
    return f"{signs[:GROUP]}-{signs[GROUP:]}"


def clean_code(typed: str) -> str:
    """The code's signs alone, whatever keyboard they came from."""
    plain = unicodedata.normalize("NFKC", typed[:64]).upper()
    return "".join(char for char in plain if char.isalnum())


def hash_code(typed: str) -> str:
    """What the database keeps: slow to compute, since a short code could be guessed from a hash."""
    found = hashlib.scrypt(clean_code(typed).encode(), salt=_SALT, n=4096, r=8, p=1, dklen=32)
    return found.hex()
