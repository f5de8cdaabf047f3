"""Writing a file whole or not at all."""

import errno
import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
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
    with written_whole(path) as beside:
        beside.write_bytes(content)


@contextmanager
def written_whole(path: Path) -> Iterator[Path]:
    """A file to fill in the block, which then takes the place of `path` at once."""
    try:
        if path.is_dir():
            raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR))
        handle, name = tempfile.mkstemp(prefix=".report-", dir=path.parent)
        os.close(handle)
        beside = Path(name)
        try:
            yield beside
            with beside.open("rb") as file:
                os.fsync(file.fileno())
            beside.chmod(0o644)
            beside.replace(path)
        except BaseException:
            beside.unlink(missing_ok=True)
            raise
    except OSError as error:
        raise _refusal(path, error) from error


def _refusal(path: Path, error: OSError) -> AppError:
    cause = CAUSES.get(error.errno or 0)
    named = _(cause) if cause else str(error.strerror)
    return explain(error) or FileNotWritable(path=path, cause=named)
