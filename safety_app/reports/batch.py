"""The reports of many windows at once: one PDF to print in one go, or a ZIP to hand out."""

import io
import zipfile
from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from pathlib import Path
from typing import Final

from safety_app.core import db, i18n
from safety_app.core.access import Actor
from safety_app.core.i18n import _, month_text
from safety_app.reports import documents, service
from safety_app.reports.service import Report, WindowChoice

FORMATS: Final = ("pdf", "zip")
Step = Callable[[int, int, str], None]


def write_all(
    actor: Actor | None,
    windows: Sequence[WindowChoice],
    year: int,
    month: int,
    out: Path,
    *,
    language: str,
    suffix: str,
    now: datetime,
    step: Step,
) -> None:
    """Write every window's report of a month into one file, as one of `FORMATS`.

    `step` hears how many are done, of how many, and which comes next. One report is in memory
    at a time; of a PDF its pages too.
    """
    with i18n.use_language(language):
        papers = _papers(actor, windows, year, month, now, step)
        if suffix == "zip":
            _zip(papers, out)
        else:
            title = _("Monthly safety reports {month}", month=month_text(year, month))
            _bind(papers, out, title)


def file_name(unit: str, year: int, month: int, suffix: str) -> str:
    """A name that says what is in the file."""
    when = {"year": year, "month": month}
    words = _("{unit} all windows monthly safety reports {year}-{month:02}", unit=unit, **when)
    return f"{documents.kept_name(words)}.{suffix}"


def _papers(
    actor: Actor | None,
    windows: Sequence[WindowChoice],
    year: int,
    month: int,
    now: datetime,
    step: Step,
) -> Iterator[tuple[Report, bytes]]:
    for at, window in enumerate(windows):
        step(at, len(windows), f"{window.code} {window.name}")
        with db.reading() as session:
            report = service.window_report(session, actor, window.id, year, month, now=now)
        yield report, documents.report_pdf(report)
    step(len(windows), len(windows), "")


def _zip(papers: Iterator[tuple[Report, bytes]], out: Path) -> None:
    """Stored, not packed: a PDF is packed already."""
    with zipfile.ZipFile(out, "w", zipfile.ZIP_STORED) as box:
        for report, content in papers:
            cutoff = report.period.cutoff
            entry = zipfile.ZipInfo(
                documents.file_name(report, "pdf"),
                (cutoff.year, cutoff.month, cutoff.day, cutoff.hour, cutoff.minute, 0),
            )
            entry.external_attr = 0o644 << 16
            box.writestr(entry, content)


def _bind(papers: Iterator[tuple[Report, bytes]], out: Path, title: str) -> None:
    """One after the other, each with a bookmark and its own page numbers: each is signed alone."""
    from pypdf import PdfReader, PdfWriter  # slow to import: not at the start

    bound = PdfWriter()
    for report, content in papers:
        bound.append(PdfReader(io.BytesIO(content)), outline_item=report.window)
    bound.add_metadata({"/Title": title, "/Producer": "safety_app"})
    with out.open("wb") as file:
        bound.write(file)
    bound.close()
