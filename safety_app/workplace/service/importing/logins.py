"""User names for people from a table: the staff number, else the name in letters."""

import os
import re
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from safety_app.accounts.service import User

LONGEST: Final = 60
_LETTERS: Final = re.compile(r"[^a-z0-9._-]")


class Logins:
    """Proposes user names that nobody has yet."""

    def __init__(self, session: Session) -> None:
        self._taken = set(session.scalars(select(User.login)))

    def propose(self, name: str, staff_no: str) -> str:
        """A free user name; with a number behind it where two would be alike."""
        base = _plain(staff_no) or _plain(_in_letters(name)) or "user"
        found, number = base, 2
        while found in self._taken:
            found, number = f"{base}{number}", number + 1
        self._taken.add(found)
        return found


def _plain(text: str) -> str:
    return _LETTERS.sub("", text.casefold())[:LONGEST]


def _in_letters(name: str) -> str:
    """Chinese in the letters of its sound."""
    # Names are no phrases, and those would fill the memory.
    os.environ.setdefault("PYPINYIN_NO_PHRASES", "true")
    os.environ.setdefault("PYPINYIN_NO_DICT_COPY", "true")
    from pypinyin import lazy_pinyin

    return "".join(lazy_pinyin(name))
