"""The application with its clock set to the cast's morning: `python -m tests.e2e.clocked serve`.

Only pictures need this: they show the same day whenever they are made.
"""

from datetime import UTC, datetime
from typing import Final

from safety_app.core import clock
from tests.cast import NOW

STARTED: Final = datetime.now(UTC)


def now() -> datetime:
    """The cast's morning, going on from there."""
    return NOW + (datetime.now(UTC) - STARTED)


if __name__ == "__main__":
    clock.now = now
    from safety_app.__main__ import main

    main()
