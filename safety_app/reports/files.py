"""Writing a file whole or not at all."""

import errno
import os
import tempfile
from pathlib import Path
from typing import Final

from safety_app.core.errors import AppError
from safety_app.core.failures import explain
from safety_app.core.i18n import N_, _
from safety_app.reports.errors import FileNotWritable

CAUSES: Final = {
    errno.ENOENT: N_("the folder does not exist"),
    errno.ENOTDIR: N_("the folder does not exist"),
    errno.EISDIR: N_("this is a folder"),
    errno.EACCES: N_("this account may not write there"),
    errno.EPERM: N_("this account may not write there"),
    errno.EROFS: N_("this account may not write there"),
}


def write_whole(path: Path, content: bytes) -> None:
    """Put `content` at `path` at once; raises `FileNotWritable`, and leaves what was there."""
    try:
        if path.is_dir():
            raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR))
        _write(path, content)
    except OSError as error:
        raise _refusal(path, error) from error


def _write(path: Path, content: bytes) -> None:
    handle, name = tempfile.mkstemp(prefix=".report-", dir=path.parent)
    beside = Path(name)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        beside.chmod(0o644)
        beside.replace(path)
    except BaseException:
        beside.unlink(missing_ok=True)
        raise


def _refusal(path: Path, error: OSError) -> AppError:
    cause = CAUSES.get(error.errno or 0)
    named = _(cause) if cause else str(error.strerror)
    return explain(error) or FileNotWritable(path=path, cause=named)
