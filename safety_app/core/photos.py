"""Pictures from outside: checked, shrunk, turned upright, stripped of metadata, stored."""

import hashlib
import io
import os
import re
import struct
import threading
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Final

import pillow_heif
from PIL import ExifTags, Image, UnidentifiedImageError

from safety_app.core.photo_errors import (
    PhotoEmpty,
    PhotoError,
    PhotoMissing,
    PhotoNotStored,
    PhotoStoreFull,
    PhotoTooBig,
    PhotoTooManyPixels,
    PhotoTooNarrow,
    PhotoTooSmall,
    PhotoUnreadable,
)
from safety_app.core.photo_store import PhotoBackend, PhotoStore

__all__ = [
    "MAX_MEGABYTES",
    "Photo",
    "PhotoBackend",
    "PhotoEmpty",
    "PhotoError",
    "PhotoMissing",
    "PhotoNotStored",
    "PhotoStore",
    "PhotoStoreFull",
    "PhotoTooBig",
    "PhotoTooManyPixels",
    "PhotoTooNarrow",
    "PhotoTooSmall",
    "PhotoUnreadable",
    "as_jpeg",
    "ingest",
    "similar",
]

MAX_MEGABYTES: Final = 25
MAX_MEGAPIXELS: Final = 50
MIN_SIDE: Final = 16
MAX_RATIO: Final = 20
THUMB_SIDE: Final = 320
QUALITY: Final = 82
THUMB_QUALITY: Final = 78
FORMATS: Final = ("JPEG", "PNG", "WEBP", "GIF", "HEIF")
TURNS: Final = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}
# Pillow's decoders meet hostile bytes with any of these.
BROKEN: Final = (
    UnidentifiedImageError, OSError, Image.DecompressionBombError,
    Image.DecompressionBombWarning, ValueError, RuntimeError, SyntaxError, struct.error,
    EOFError, IndexError, KeyError, TypeError, OverflowError, MemoryError,
)  # fmt: skip
CAMERA_TIME: Final = re.compile(r"(\d{4}):(\d\d):(\d\d) (\d\d:\d\d:\d\d)")
ALIKE: Final = 6
FLAT: Final = 6
STEP: Final = 2

pillow_heif.register_heif_opener(thumbnails=False)
# Odd metadata is the camera's fault and no news; a picture that unpacks to a bomb is refused.
warnings.filterwarnings("ignore", category=UserWarning, module=r"PIL\.")
warnings.filterwarnings("error", category=Image.DecompressionBombWarning)

# An unpacked picture takes up to 200 MB: a crowd of uploads waits in turn.
_unpacking = threading.BoundedSemaphore(max(2, os.cpu_count() or 2))


@dataclass(frozen=True, slots=True)
class Photo:
    """A stored picture; `key` addresses it in the store."""

    key: str
    width: int
    height: int
    taken_at: datetime | None
    """As the camera states it: local time without a zone."""
    upload_sha: str
    """SHA-256 of the bytes as sent."""
    dhash: int
    """64 bits in a signed integer; like pictures differ in few bits."""
    size: int


def ingest(store: PhotoBackend, data: bytes, *, max_side: int = 1600) -> Photo:
    """Check, shrink and store an upload; on disk when this returns."""
    with _opened(data, max_side) as (picture, taken_at):
        thumb = picture.resize(
            _within(picture.size, THUMB_SIDE), Image.Resampling.BICUBIC, reducing_gap=1.0
        )
        jpeg = _jpeg(picture, QUALITY)
        small = _jpeg(thumb, THUMB_QUALITY)
        dhash = _dhash(thumb)
        width, height = picture.size
    return Photo(
        key=store.put(jpeg, small),
        width=width,
        height=height,
        taken_at=taken_at,
        upload_sha=hashlib.sha256(data).hexdigest(),
        dhash=dhash,
        size=len(jpeg),
    )


def as_jpeg(data: bytes, *, max_side: int) -> bytes:
    """The same check and the same cleaning for a scan, which is kept among the papers."""
    with _opened(data, max_side) as (picture, _taken_at):
        return _jpeg(picture, QUALITY)


def similar(a: int, b: int) -> bool:
    """Whether two pictures look alike enough to ask a person; plain walls never do."""
    if _flat(a) or _flat(b):
        return False
    return _bits(a ^ b) <= ALIKE


@contextmanager
def _opened(data: bytes, max_side: int) -> Iterator[tuple[Image.Image, datetime | None]]:
    """The upload as an upright picture of the wanted size, and when it was taken."""
    if not data:
        raise PhotoEmpty()
    if len(data) > MAX_MEGABYTES * 1_000_000:
        raise PhotoTooBig(limit=MAX_MEGABYTES)
    with _unpacking, _guarded(), Image.open(io.BytesIO(data), formats=FORMATS) as source:
        _check_size(*source.size)
        taken_at, orientation = _camera_facts(source)
        yield _upright(_shrunk(source, max_side), orientation), taken_at


@contextmanager
def _guarded() -> Iterator[None]:
    try:
        yield
    except PhotoError:
        raise
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise PhotoTooManyPixels(limit=MAX_MEGAPIXELS) from error
    except BROKEN as error:
        raise PhotoUnreadable() from error


def _check_size(width: int, height: int) -> None:
    short, long = sorted((width, height))
    if width * height > MAX_MEGAPIXELS * 1_000_000:
        raise PhotoTooManyPixels(limit=MAX_MEGAPIXELS)
    if long > MAX_RATIO * max(short, 1):
        raise PhotoTooNarrow()
    if short < MIN_SIDE:
        raise PhotoTooSmall(limit=MIN_SIDE)


def _camera_facts(source: Image.Image) -> tuple[datetime | None, int]:
    """Capture time and orientation; broken metadata is no reason to refuse a picture."""
    try:
        exif = source.getexif()
        orientation = exif.get(ExifTags.Base.Orientation, 1)
        details = exif.get_ifd(ExifTags.IFD.Exif)
        stated = details.get(ExifTags.Base.DateTimeOriginal) or exif.get(ExifTags.Base.DateTime)
    except BROKEN:
        return None, 1
    return _camera_time(stated), orientation if orientation in TURNS else 1


def _camera_time(stated: object) -> datetime | None:
    match = CAMERA_TIME.match(str(stated or ""))
    try:
        found = datetime.fromisoformat(match.expand(r"\1-\2-\3T\4")) if match else None
    except ValueError:
        return None
    return found if found and found.year >= 1990 else None


def _shrunk(source: Image.Image, max_side: int) -> Image.Image:
    size = _within(source.size, max_side)
    source.draft("RGB", size)  # JPEG only: decodes at a half, a quarter or an eighth
    picture = _opaque(source)
    if picture.size != size:
        picture = picture.resize(size, Image.Resampling.BICUBIC)
    return picture


def _within(size: tuple[int, int], side: int) -> tuple[int, int]:
    scale = side / max(size)
    if scale >= 1:
        return size
    return max(1, round(size[0] * scale)), max(1, round(size[1] * scale))


def _opaque(source: Image.Image) -> Image.Image:
    """As RGB; what was transparent becomes white paper, as every viewer shows it."""
    if source.mode == "RGB" and "transparency" not in source.info:
        source.load()
        return source
    if source.mode in ("I", "I;16", "I;16B", "I;16L", "F"):
        return source.convert("I").point(lambda value: value / 256).convert("L").convert("RGB")
    if source.has_transparency_data:
        layer = source.convert("RGBA")
        paper = Image.new("RGB", layer.size, "white")
        paper.paste(layer, mask=layer.getchannel("A"))
        return paper
    return source.convert("RGB")


def _upright(picture: Image.Image, orientation: int) -> Image.Image:
    turned = picture.transpose(TURNS[orientation]) if orientation in TURNS else picture
    # Pillow writes comment and XMP found here into the next file.
    turned.info = {}
    return turned


def _jpeg(picture: Image.Image, quality: int) -> bytes:
    out = io.BytesIO()
    picture.save(out, "JPEG", quality=quality, exif=b"", icc_profile=None)
    return out.getvalue()


def _dhash(picture: Image.Image) -> int:
    """One bit for each of 8 x 8 places: clearly brighter than its right neighbour."""
    grey = picture.convert("L").resize((9, 8), Image.Resampling.BOX).tobytes()
    bits = 0
    for row in range(8):
        for column in range(8):
            at = row * 9 + column
            bits = bits << 1 | (grey[at] > grey[at + 1] + STEP)
    return bits - (1 << 64) if bits >> 63 else bits


def _bits(value: int) -> int:
    return (value & (1 << 64) - 1).bit_count()


def _flat(value: int) -> bool:
    return not FLAT <= _bits(value) <= 64 - FLAT
