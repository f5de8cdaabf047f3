"""Where scans and tables are kept: a folder addressed by content, safe against power cuts."""

import hashlib
import os
import re
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Final

from safety_app.core.disk import (
    NO_ROOM,
    UNFINISHED,
    batches,
    make_folder,
    older,
    sync_folder,
    write_file,
)
from safety_app.core.failures import DiskFull
from safety_app.core.file_errors import FileMissing, FileNotStored

KEY: Final = re.compile(r"[0-9a-f]{64}\Z")


class FileStore:
    """A folder `ab/cd/<sha256>`; what a file is called and what it is stands in its row."""

    def __init__(self, root: Path) -> None:
        self.root = root

    def put(self, content: bytes) -> str:
        """Store, on disk before this returns; the same content once."""
        key = hashlib.sha256(content).hexdigest()
        path = self.path(key)
        try:
            if path.is_file():
                # A sweep under way spares what was touched a moment ago.
                os.utime(path)
            else:
                make_folder(path.parent, self.root)
                write_file(path, content)
                sync_folder(path.parent)
        except OSError as error:
            raise (DiskFull() if error.errno in NO_ROOM else FileNotStored()) from error
        return key

    def path(self, key: str) -> Path:
        """File of a key; refuses whatever is not a key, so that no path can be smuggled in."""
        if not KEY.match(key):
            raise FileMissing()
        return self.root / key[:2] / key[2:4] / key

    def read(self, key: str) -> bytes:
        """The bytes."""
        try:
            return self.path(key).read_bytes()
        except FileNotFoundError as error:
            raise FileMissing() from error

    def sweep(
        self, keep: Callable[[Sequence[str]], set[str]], older_than_s: float, now: float
    ) -> int:
        """Remove files older than `older_than_s` that `keep` does not return; how many went."""
        cutoff = now - older_than_s
        removed = 0
        for batch in batches(self._old(cutoff)):
            wanted = keep(batch)
            removed += sum(self._remove(key, cutoff) for key in batch if key not in wanted)
        return removed

    def _old(self, cutoff: float) -> Iterator[str]:
        """Keys last touched before `cutoff`; what a crash left unfinished goes on the way."""
        for path in sorted(self.root.glob("??/??/*")):
            if not older(path, cutoff):
                continue
            if path.name.endswith(UNFINISHED):
                path.unlink(missing_ok=True)
            elif KEY.match(path.name):
                yield path.name

    def _remove(self, key: str, cutoff: float) -> bool:
        path = self.path(key)
        if not older(path, cutoff):  # handed in again while the sweep was asking
            return False
        path.unlink(missing_ok=True)
        return True
