"""Failures of the machine in a person's words: the database has gone, the disk is full."""

import errno
from tomllib import TOMLDecodeError

from pydantic import ValidationError
from sqlalchemy.exc import DBAPIError

from safety_app.core.db import DatabaseUnreachable
from safety_app.core.errors import AppError, NotFound
from safety_app.core.i18n import N_


class DiskFull(AppError):
    """Nothing more can be written."""

    text = N_("The disk of the server is full. This was not saved; tell the administrator.")
    status = 507


class DatabaseBusy(AppError):
    """Others held the record store for too long."""

    text = N_("The record store is busy. This was not saved; please try again in a moment.")
    status = 503


class DatabaseDamaged(AppError):
    """The file is no database, or a broken one."""

    text = N_(
        "The database file is damaged. Stop the program, keep a copy of the data folder, and"
        " restore the last backup."
    )
    status = 503


class SettingsWrong(AppError):
    """The settings cannot be read."""

    text = N_("The settings are wrong: {problem}. Correct safety.toml or the SAFETY_ variables.")


class NotAccessible(AppError):
    """A file or folder cannot be used."""

    text = N_("“{path}” cannot be used: {problem}. Check that it exists and may be written.")


_BUSY = ("database is locked", "database table is locked", "lock timeout", "statement timeout")
_WRONG_TABLES = ("no such table", "no such column", "has no column")


def explain(error: BaseException) -> AppError | None:
    """The sentence for a failure that is no bug; `None` for everything else."""
    if isinstance(error, AppError):
        return error
    if isinstance(error, OSError) and error.errno in (errno.ENOSPC, errno.EDQUOT):
        return DiskFull()
    if isinstance(error, OverflowError) and "sqlite" in str(error).lower():
        return NotFound()  # no record has a number that the database cannot even hold
    if not isinstance(error, DBAPIError):
        return None
    cause = str(error.orig).lower()
    if "integer out of range" in cause or "bigint out of range" in cause:
        return NotFound()
    if "not a database" in cause or "malformed" in cause:
        return DatabaseDamaged()
    if "disk is full" in cause or "no space left" in cause:
        return DiskFull()
    if any(words in cause for words in _BUSY):
        return DatabaseBusy()
    if any(words in cause for words in _WRONG_TABLES):  # a bug, or a migration left out
        return None
    return DatabaseUnreachable() if type(error).__name__ == "OperationalError" else None


def explain_start(error: BaseException) -> AppError | None:
    """As `explain`, with what only goes wrong before the program runs: settings and folders."""
    if isinstance(error, ValidationError):
        first = error.errors()[0]
        where = ".".join(str(part) for part in first["loc"])
        return SettingsWrong(problem=f"{where}: {first['msg']}")
    if isinstance(error, TOMLDecodeError):
        return SettingsWrong(problem=f"safety.toml: {error}")
    known = explain(error)
    if known is None and isinstance(error, OSError):
        return NotAccessible(path=error.filename or "?", problem=error.strerror or str(error))
    return known
