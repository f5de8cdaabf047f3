"""What an inspector asks for, as one PDF: title, contents, what is missing, eleven chapters."""

import hashlib
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Final, Literal, cast

from safety_app.core import i18n
from safety_app.core.clock import local_day
from safety_app.core.file_store import FileStore
from safety_app.core.i18n import _, moment_text
from safety_app.core.pdf.blocks import Block, Column, Heading, Note, Paragraph, Table, Title
from safety_app.core.settings import settings
from safety_app.reports.documents import kept_name
from safety_app.reports.dossier import Collected, FoundChapter, FoundScan
from safety_app.reports.service import short_code
from safety_app.reports.wording import chinese_number, page_label

if TYPE_CHECKING:
    from safety_app.core.pdf.book import Book, Part, Words
    from safety_app.core.pdf.scans import Scan

Step = Callable[[int, int, str], None]
LAYING, PAINTING = 1, 12
"""Shares of the work, for the line of progress."""
ABSENT: Final = Path("/nonexistent")


def write(found: Collected, out: Path, *, step: Step) -> str:
    """Write the paper into a file; its check code."""
    from safety_app.core.pdf import book as books  # slow to import: not at the start

    with i18n.use_language(found.language):
        step(0, PAINTING + LAYING, _("Reading the scans"))
        scans = {one.kind.number: [_scan(scan) for scan in one.scans] for one in found.chapters}
        parts = [_part(one, scans[one.kind.number]) for one in found.chapters]
        laid = books.lay_out_book(
            _front(found),
            _missing(found, scans),
            parts,
            words=_words(),
            language=cast(Literal["zh_CN", "en"], found.language),
            font_path=settings().font_path,
        )
        code = _check_code(found, laid)
        moment = moment_text(found.as_of, found.timezone, year=True)
        whole = _("Check code (SHA-256)")
        laid.front = (*laid.front, Note(f"{whole} {code}"))
        books.write_book(
            laid,
            out,
            title=f"{found.unit} {_title()}",
            created_at=found.as_of,
            footer_left="\n".join(
                (
                    _("As of {moment}", moment=moment),
                    _("Check code {code}", code=short_code(code)),
                )
            ),
            qr=f"{_title()} {code}",
            step=lambda done, total: step(
                LAYING + round(done * PAINTING / total), PAINTING + LAYING, _("Writing the pages")
            ),
        )
        return code


def file_name(found_unit: str, day: str) -> str:
    """A name that says what is in the file."""
    words = _("{unit} papers for an inspector {day}", unit=found_unit, day=day)
    return f"{kept_name(words)}.pdf"


def _title() -> str:
    return _("Papers for an inspector")


def _front(found: Collected) -> list[Block]:
    moment = moment_text(found.as_of, found.timezone, year=True)
    blocks: list[Block] = [
        Title(_title(), "\n".join((found.unit, _("As of {moment}", moment=moment)))),
    ]
    if found.is_demo:
        blocks.append(Note(_("Demonstration: made-up records of a made-up hall.")))
    return blocks


def _missing(found: Collected, scans: dict[int, list["Scan"]]) -> list[Block]:
    """What the paper file must add, and what no paper can, before anybody has to ask."""
    rows = [
        (_chapter_number(one), text)
        for one in found.chapters
        for text in (
            *one.missing,
            *(_unread(scan) for scan in scans[one.kind.number] if not scan.pages),
        )
    ]
    heading = Heading(_("What is missing here"))
    if not rows:
        said: Block = Paragraph(_("Nothing is missing in any chapter."))
    else:
        columns = (Column(_("Chapter"), 1), Column(_("To be added from the paper file"), 7))
        said = Table(columns, tuple(rows))
    return [heading, said, *_shortfalls(found)]


def _shortfalls(found: Collected) -> list[Block]:
    """Work that was not done is not missing from the file: it stays, and is explained."""
    rows = tuple((_chapter_number(one), text) for one, text in found.shortfalls)
    if not rows:
        return []
    columns = (Column(_("Chapter"), 1), Column(_("Not done according to the records"), 7))
    return [
        Heading(_("What the records show as not done")),
        Table(columns, rows),
        Note(
            _("This stays as it is and is not to be filled in later; explain it to the inspector.")
        ),
    ]


def _part(one: FoundChapter, scans: list["Scan"]) -> "Part":
    from safety_app.core.pdf.book import Part, Share

    title = _chapter_title(one)
    shares = [Share((Title(title), *(Paragraph(text) for text in (*one.missing, *one.shortfalls))))]
    number = 0
    for share in one.shares:
        blocks: list[Block] = []
        for block in share.blocks:
            if isinstance(block, Heading):
                number += 1
                block = replace(block, text=f"{one.kind.number}.{number} {block.text}")
            blocks.append(block)
        shares.append(Share(tuple(blocks), share.landscape))
    if scans:
        names = tuple(
            (str(at), scan.name, str(scan.pages or "–")) for at, scan in enumerate(scans, 1)
        )
        columns = (Column(_("No."), 1), Column(_("Scan"), 8), Column(_("Pages"), 1, "right"))
        shares.append(Share((Heading(_("Scans behind this chapter")), Table(columns, names))))
    return Part(title, tuple(shares), tuple(scans))


def _chapter_title(one: FoundChapter) -> str:
    if i18n.language() == "zh_CN":
        return f"{chinese_number(one.kind.number)}、{one.kind.title}"
    return f"{one.kind.number}. {one.kind.title}"


def _chapter_number(one: FoundChapter) -> str:
    return chinese_number(one.kind.number) if i18n.language() == "zh_CN" else str(one.kind.number)


def _scan(found: FoundScan) -> "Scan":
    from safety_app.core.pdf.scans import Scan, look_at

    file = found.file
    if file is None or not (file.is_pdf or file.is_picture):
        return Scan(found.name, ABSENT, is_pdf=False, pages=0)
    return look_at(found.name, FileStore(settings().file_dir).path(file.key), is_pdf=file.is_pdf)


def _unread(scan: "Scan") -> str:
    return _("The scan “{name}” cannot be read.", name=scan.name)


def _words() -> "Words":
    from safety_app.core.pdf.book import Words

    def caption(scan: "Scan", page: int, pages: int) -> str:
        if pages == 1:
            return scan.name
        return _("{name}, page {page} of {pages}", name=scan.name, page=page, pages=pages)

    return Words(contents=_("Contents"), unreadable=_unread, caption=caption, page_label=page_label)


def _check_code(found: Collected, laid: "Book") -> str:
    """SHA-256 of every line of every chapter and of what the scans are."""
    digest = hashlib.sha256(f"{found.as_of.isoformat()}\n{found.unit}\n".encode())
    digest.update("\n".join(laid.texts).encode())
    for one in found.chapters:
        for scan in one.scans:
            digest.update((scan.file.key if scan.file else scan.name).encode())
    return digest.hexdigest()


def day_of(found: Collected) -> str:
    """The day of the paper, for its name."""
    return local_day(found.as_of, found.timezone).isoformat()
