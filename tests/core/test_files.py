"""What people hand in: taken by content, cleaned, kept once, forgotten if nobody names it."""

import io
from datetime import timedelta
from pathlib import Path

import pytest
from PIL import ExifTags, Image
from sqlalchemy.orm import Session

from safety_app.core import files
from safety_app.core.access import Actor
from safety_app.core.db import Database
from safety_app.core.errors import AppError, NotFound
from safety_app.core.file_errors import (
    FileEmpty,
    FileGone,
    FileMissing,
    FileTooBig,
    OldExcel,
    PdfBroken,
    PdfLocked,
    PdfTooLong,
    TableBroken,
    TableTooLarge,
    TooManyFiles,
    UnknownFileKind,
    WordFile,
)
from safety_app.core.file_kinds import MB, SCAN_SIDE
from safety_app.core.file_store import FileStore
from safety_app.core.files import File
from safety_app.core.journal import Entry
from safety_app.core.photos import PhotoUnreadable
from safety_app.core.settings import settings
from safety_app.papers.models import Paper, PaperFile
from tests.cast import NOW, TODAY, Cast
from tests.core import papers

WORKBOOK = "xl/workbook.xml"


@pytest.fixture(autouse=True)
def _folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SAFETY_DATA_DIR", str(tmp_path))
    settings.cache_clear()


def receive(session: Session, hall: Cast, content: bytes, name: str = "扫描件.pdf") -> File:
    return files.receive(session, hall.officer, content, name, now=NOW)


def test_a_pdf_is_kept_as_it_came_with_its_pages_counted(session: Session, hall: Cast) -> None:
    content = papers.pdf(3)
    file = receive(session, hall, content, r"C:\扫描\2026 检测报告.PDF")
    assert (file.name, file.pages, file.is_pdf) == ("2026 检测报告.pdf", 3, True)
    assert files.read(files.get(session, hall.site_id, file.id)) == content


def test_a_picture_of_a_form_stays_readable_and_loses_where_it_was_taken(
    session: Session, hall: Cast
) -> None:
    exif = Image.Exif()
    exif[ExifTags.Base.Orientation] = 6
    exif[ExifTags.Base.Make] = "Camera"
    exif.get_ifd(ExifTags.IFD.GPSInfo)[ExifTags.GPS.GPSLatitudeRef] = "N"
    content = papers.picture((4000, 3000), exif=exif.tobytes())
    file = receive(session, hall, content, "巡查记录.heic")
    shown = Image.open(io.BytesIO(files.read(file)))
    assert (file.name, file.media_type) == ("巡查记录.jpg", "image/jpeg")
    assert shown.size == (SCAN_SIDE * 3 // 4, SCAN_SIDE) and SCAN_SIDE >= 2000
    assert not shown.getexif()


def test_content_counts_not_the_name(session: Session, hall: Cast) -> None:
    assert receive(session, hall, papers.pdf(), "photo.jpg").name == "photo.pdf"
    assert receive(session, hall, papers.book(("窗口", [["编号"]])), "窗口.pdf").is_table
    assert receive(session, hall, "编号,名称\nA01,社保".encode("gb18030"), "a").name == "a.csv"
    with pytest.raises(UnknownFileKind):
        receive(session, hall, b"MZ\x90\x00\x03 program", "report.pdf")


@pytest.mark.parametrize(
    ("content", "error"),
    [
        (b"", FileEmpty),
        (papers.pdf(password="secret"), PdfLocked),
        (b"%PDF-1.7\nnothing more", PdfBroken),
        (papers.pdf(301), PdfTooLong),
        (b"%PDF-1.7\n" + b"x" * (25 * MB), FileTooBig),
        (b"\xff\xd8\xff\xe0 cut off", PhotoUnreadable),
        (b"\xd0\xcf\x11\xe0 old or locked", OldExcel),
        (papers.packed({"word/document.xml": b"<w/>"}), WordFile),
        (papers.packed({"readme.txt": b"hello"}), UnknownFileKind),
        (b"PK\x03\x04 broken", TableBroken),
        (papers.packed({WORKBOOK: b"", "xl/a.xml": bytes(101 * MB)}), TableTooLarge),
        (papers.packed({WORKBOOK: b"", **{f"{n}": b"" for n in range(2001)}}), TableTooLarge),
        (b"a,b\n" * (3 * MB), FileTooBig),
    ],
)
def test_a_bad_file_is_refused_by_its_own_rule_and_nothing_is_kept(
    session: Session, hall: Cast, content: bytes, error: type[AppError]
) -> None:
    with pytest.raises(error) as raised:
        receive(session, hall, content)
    assert raised.value.message()
    assert not settings().file_dir.exists() and not session.query(File).count()


def test_the_same_key_of_the_same_person_gives_the_same_file(session: Session, hall: Cast) -> None:
    def send(who: Actor, key: str) -> int:
        return files.receive(session, who, papers.pdf(), "a.pdf", client_key=key, now=NOW).id

    first = send(hall.officer, "k1")
    assert send(hall.officer, "k1") == first
    assert send(hall.officer, "k2") != first
    assert send(hall.administrator, "k1") != first
    entries = session.query(Entry).filter(Entry.action == "files.receive").count()
    assert entries == 3
    assert len([one for one in settings().file_dir.rglob("*") if one.is_file()]) == 1


def test_a_file_of_another_site_does_not_exist(session: Session, hall: Cast) -> None:
    file = receive(session, hall, papers.pdf())
    for site, wanted in ((hall.foreign_site_id, file.id), (hall.site_id, file.id + 1)):
        with pytest.raises(NotFound):
            files.get(session, site, wanted)
    with pytest.raises(NotFound):
        files.get(session, hall.site_id, 2**40)


def test_a_form_takes_only_what_its_sender_handed_in(session: Session, hall: Cast) -> None:
    one, two = receive(session, hall, papers.pdf(1)), receive(session, hall, papers.pdf(2))
    table = receive(session, hall, b"a,b")
    claimed = files.claim(session, hall.officer, [two.id, one.id, two.id])
    assert [file.id for file in claimed] == [two.id, one.id]
    assert files.claim(session, hall.officer, [table.id], kinds=files.TABLES) == [table]
    with pytest.raises(UnknownFileKind):
        files.claim(session, hall.officer, [table.id])
    with pytest.raises(TooManyFiles):
        files.claim(session, hall.officer, [one.id, two.id], most=1)
    for ids, who in (([one.id], hall.administrator), ([0], hall.officer), ([2**40], hall.officer)):
        with pytest.raises(FileGone):
            files.claim(session, who, ids)


def _file_paper(session: Session, hall: Cast, file: File) -> None:
    paper = Paper(
        site_id=hall.site_id,
        category="other",
        title="t",
        dated_on=TODAY,
        filed_by=hall.officer.user_id,
        filed_at=NOW,
    )
    session.add(paper)
    session.flush()
    session.add(PaperFile(paper_id=paper.id, file_id=file.id, position=1))
    session.flush()


def test_what_no_record_names_is_forgotten_after_a_day(session: Session, hall: Cast) -> None:
    named, lost = receive(session, hall, papers.pdf(1)), receive(session, hall, papers.pdf(2))
    _file_paper(session, hall, named)
    assert files.forget(session, NOW + timedelta(hours=23)) == 0
    assert files.forget(session, NOW + timedelta(hours=25)) == 1
    assert files.forget(session, NOW + timedelta(hours=25)) == 0
    session.expire_all()
    assert files.get(session, hall.site_id, named.id).key == named.key
    with pytest.raises(NotFound):
        files.get(session, hall.site_id, lost.id)


def test_bytes_go_when_no_row_names_them(session: Session, hall: Cast) -> None:
    store = FileStore(settings().file_dir)
    named = receive(session, hall, papers.pdf(1))
    orphan, unfinished = store.put(b"orphan"), store.path(named.key).with_suffix(".part")
    unfinished.write_bytes(b"half")
    written = store.path(orphan).stat().st_mtime
    young, old = (NOW.fromtimestamp(written + s, NOW.tzinfo) for s in (60, 90_000))
    assert files.sweep(session, young) == 0
    assert files.sweep(session, old) == 1
    assert files.sweep(session, old) == 0
    assert files.read(named) and not unfinished.exists()
    with pytest.raises(FileMissing):
        store.read(orphan)


def test_no_path_can_be_smuggled_into_the_store() -> None:
    with pytest.raises(FileMissing):
        FileStore(settings().file_dir).read("../../safety.db")


def test_the_database_survives_a_file_that_cannot_be_stored(
    database: Database, hall: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SAFETY_DATA_DIR", "/proc/nowhere")
    settings.cache_clear()
    with pytest.raises(AppError) as raised, database.transaction() as session:
        receive(session, hall, papers.pdf())
    assert raised.value.code == "FileNotStored"
    with database.reading() as session:
        assert not session.query(File).count()
