"""Files that survive a power cut: written aside, waited for, then put in their place."""

import errno
import os
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Final

NO_ROOM: Final = frozenset({errno.ENOSPC, errno.EDQUOT})
UNFINISHED: Final = ".part"
BATCH: Final = 500


def older(path: Path, cutoff: float) -> bool:
    """Whether a file was last touched before `cutoff`; not if it is gone."""
    try:
        return path.stat().st_mtime < cutoff
    except FileNotFoundError:
        return False


def batches(keys: Iterator[str]) -> Iterator[list[str]]:
    """The keys in handfuls, as many as a query takes."""
    batch: list[str] = []
    for key in keys:
        batch.append(key)
        if len(batch) == BATCH:
            yield batch
            batch = []
    if batch:
        yield batch


def make_folder(folder: Path, root: Path) -> None:
    """Make `folder` and sync each parent that got a new entry."""
    missing = []
    while not folder.is_dir():
        missing.append(folder)
        folder = folder.parent
    for new in reversed(missing):
        new.mkdir(exist_ok=True)
        sync_folder(new.parent)


def write_file(path: Path, content: bytes) -> None:
    """Write beside the place, wait for the disk, then put it there in one step."""
    handle, name = tempfile.mkstemp(dir=path.parent, suffix=UNFINISHED)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        os.replace(name, path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise


def sync_folder(folder: Path) -> None:
    """Wait until the folder's entries are on disk."""
    if os.name == "nt":  # Windows cannot open a folder, and needs no sync of it
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
