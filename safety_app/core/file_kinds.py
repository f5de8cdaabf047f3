"""What a file really is, by its content: a PDF, a picture, a table, or nothing we take."""

import io
import zipfile
from dataclasses import dataclass
from typing import Final

from pypdf import PdfReader

from safety_app.core import photos
from safety_app.core.file_errors import (
    FileEmpty,
    FileTooBig,
    OldExcel,
    PdfBroken,
    PdfLocked,
    PdfTooLong,
    TableBroken,
    TableTooLarge,
    UnknownFileKind,
    WordFile,
)

PDF: Final = "application/pdf"
JPEG: Final = "image/jpeg"
XLSX: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
CSV: Final = "text/csv"
SUFFIXES: Final = {PDF: ".pdf", JPEG: ".jpg", XLSX: ".xlsx", CSV: ".csv"}

MB: Final = 1_000_000
SCAN_MEGABYTES: Final = 25
TABLE_MEGABYTES: Final = 10
UNPACKED_MEGABYTES: Final = 100
MOST_PARTS: Final = 2_000
MOST_PAGES: Final = 300
# A4 at 205 dots an inch: the handwriting of a form is readable.
SCAN_SIDE: Final = 2400
_ZIP, _OLE = b"PK\x03\x04", b"\xd0\xcf\x11\xe0"
_SIGNS: Final = (b"\xff\xd8\xff", b"\x89PNG", b"GIF8", b"RIFF")
_TEXTS: Final = ("utf-8-sig", "gb18030")
_WIDE: Final = (b"\xff\xfe", b"\xfe\xff")


@dataclass(frozen=True, slots=True)
class Content:
    """What is kept of a file: pictures are upright JPEG without metadata, the rest as it came."""

    media_type: str
    data: bytes
    pages: int | None = None


def recognise(data: bytes) -> Content:
    """Check and clean; raises what is wrong with it."""
    if not data:
        raise FileEmpty()
    if len(data) > SCAN_MEGABYTES * MB:
        raise FileTooBig(limit=SCAN_MEGABYTES)
    if b"%PDF-" in data[:1024]:
        return Content(PDF, data, _pages(data))
    if data.startswith(_ZIP):
        check_workbook(data)
        return Content(XLSX, data)
    if data.startswith(_OLE):
        raise OldExcel()
    if data.startswith(_SIGNS) or data[4:8] == b"ftyp":
        return Content(JPEG, photos.as_jpeg(data, max_side=SCAN_SIDE), 1)
    if looks_like_text(data):
        if len(data) > TABLE_MEGABYTES * MB:
            raise FileTooBig(limit=TABLE_MEGABYTES)
        return Content(CSV, data)
    raise UnknownFileKind()


def check_workbook(data: bytes) -> None:
    """Raise unless it is a workbook that unpacks to a bearable size, before it is unpacked."""
    if len(data) > TABLE_MEGABYTES * MB:
        raise FileTooBig(limit=TABLE_MEGABYTES)
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as packed:
            parts = packed.infolist()
    except (zipfile.BadZipFile, ValueError, OSError, NotImplementedError) as error:
        raise TableBroken() from error
    names = {part.filename for part in parts}
    if "word/document.xml" in names:
        raise WordFile()
    if "xl/workbook.xml" not in names:
        raise UnknownFileKind()
    # What a part claims is also the most that is ever unpacked of it.
    unpacked = sum(part.file_size for part in parts)
    if unpacked > UNPACKED_MEGABYTES * MB or len(parts) > MOST_PARTS:
        raise TableTooLarge(limit=UNPACKED_MEGABYTES)


def looks_like_text(data: bytes) -> bool:
    """Whether it reads as text without control characters."""
    if data.startswith(_WIDE):
        return True
    head = data[:65_536]
    if any(byte < 32 and byte not in b"\t\r\n\f" for byte in head):
        return False
    return any(_reads(data, encoding) for encoding in _TEXTS)


def _reads(data: bytes, encoding: str) -> bool:
    try:
        data.decode(encoding)
    except UnicodeDecodeError:
        return False
    return True


def _pages(data: bytes) -> int:
    try:
        reader = PdfReader(io.BytesIO(data), strict=False)
        if reader.is_encrypted:
            raise PdfLocked()
        pages = len(reader.pages)
    except PdfLocked:
        raise
    except Exception as error:  # pypdf meets hostile bytes with nearly any of them
        raise PdfBroken() from error
    if not pages:
        raise PdfBroken()
    if pages > MOST_PAGES:
        raise PdfTooLong(limit=MOST_PAGES)
    return pages
