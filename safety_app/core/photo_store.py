"""Where pictures are kept: a folder addressed by content, safe against power cuts."""

import hashlib
import os
import re
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Final, Protocol

from safety_app.core.disk import (
    NO_ROOM,
    UNFINISHED,
    batches,
    make_folder,
    older,
    sync_folder,
    write_file,
)
from safety_app.core.photo_errors import PhotoMissing, PhotoNotStored, PhotoStoreFull

KEY: Final = re.compile(r"[0-9a-f]{64}\Z")
PICTURE, THUMB = ".jpg", ".thumb.jpg"


class PhotoBackend(Protocol):
    """What keeps pictures: a folder today, an object store where a site wants one."""

    def put(self, jpeg: bytes, thumb: bytes) -> str:
        """Keep both for good before returning the key."""

    def read(self, key: str, *, thumb: bool = False) -> bytes:
        """The bytes of one of them."""

    def exists(self, key: str) -> bool:
        """Whether both are there."""

    def sweep(
        self, keep: Callable[[Sequence[str]], set[str]], older_than_s: float, now: float
    ) -> int:
        """Remove what no record names."""


class PhotoStore:
    """A folder `ab/cd/<sha256>.jpg` with a thumbnail beside each picture."""

    def __init__(self, root: Path) -> None:
        self.root = root

    def put(self, jpeg: bytes, thumb: bytes) -> str:
        """Store picture and thumbnail, on disk before this returns; the same picture once."""
        key = hashlib.sha256(jpeg).hexdigest()
        try:
            if self.exists(key):
                # A sweep under way spares what was touched a moment ago.
                os.utime(self.path(key))
            else:
                self._write(key, jpeg, thumb)
        except OSError as error:
            if error.errno in NO_ROOM:
                raise PhotoStoreFull() from error
            raise PhotoNotStored() from error
        return key

    def path(self, key: str, *, thumb: bool = False) -> Path:
        """File of a key; refuses whatever is not a key, so that no path can be smuggled in."""
        if not KEY.match(key):
            raise PhotoMissing()
        return self.root / key[:2] / key[2:4] / (key + (THUMB if thumb else PICTURE))

    def read(self, key: str, *, thumb: bool = False) -> bytes:
        """The JPEG bytes of a picture or its thumbnail."""
        try:
            return self.path(key, thumb=thumb).read_bytes()
        except FileNotFoundError as error:
            raise PhotoMissing() from error

    def exists(self, key: str) -> bool:
        """Whether picture and thumbnail are both there."""
        return self.path(key).is_file() and self.path(key, thumb=True).is_file()

    def sweep(
        self, keep: Callable[[Sequence[str]], set[str]], older_than_s: float, now: float
    ) -> int:
        """Remove pictures older than `older_than_s` that `keep` does not return.

        A picture is stored before its row is committed, so young ones may still get their row.
        `now` is a POSIX time, compared with the files' own. Returns how many pictures went.
        """
        cutoff = now - older_than_s
        removed = 0
        for batch in batches(self._old(cutoff)):
            wanted = keep(batch)
            removed += sum(self._remove(key, cutoff) for key in batch if key not in wanted)
        return removed

    def _write(self, key: str, jpeg: bytes, thumb: bytes) -> None:
        folder = self.path(key).parent
        make_folder(folder, self.root)
        # The picture goes last: where it stands, its thumbnail stands too.
        write_file(self.path(key, thumb=True), thumb)
        try:
            write_file(self.path(key), jpeg)
        except OSError:
            if not self.path(key).exists():
                self.path(key, thumb=True).unlink(missing_ok=True)
            raise
        sync_folder(folder)

    def _old(self, cutoff: float) -> Iterator[str]:
        """Keys last touched before `cutoff`; what a crash left unfinished goes on the way."""
        for path in sorted(self.root.glob("??/??/*")):
            if not older(path, cutoff):
                continue
            if path.name.endswith(UNFINISHED):
                path.unlink(missing_ok=True)
            elif path.name.endswith(THUMB):
                if not path.with_name(path.name.removesuffix(THUMB) + PICTURE).exists():
                    path.unlink(missing_ok=True)
            elif KEY.match(path.stem):
                yield path.stem

    def _remove(self, key: str, cutoff: float) -> bool:
        path = self.path(key)
        if not older(path, cutoff):  # sent again while the sweep was asking
            return False
        path.unlink(missing_ok=True)
        self.path(key, thumb=True).unlink(missing_ok=True)
        return True
