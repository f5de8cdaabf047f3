"""What this process makes by itself: reports and an inspector's papers, a photo made small."""

import shutil
import time
from collections.abc import Callable, Iterator
from datetime import date, datetime, timedelta
from datetime import time as clock_time
from pathlib import Path

import pyvips
from sqlalchemy.orm import Session

from checklists import service as checklists
from hazards import service as hazards
from hazards.models import Category, Level, Origin
from safety_app.core import clock, db
from safety_app.core.photos import PhotoStore, ingest
from safety_app.core.settings import settings
from safety_app.features import features
from safety_app.reports import documents, service
from tests.bench import books, pictures
from tests.bench.hall import adopt
from tests.bench.table import Line, in_turn
from tests.cast import Cast, build
from tests.core.pdf_sample import render_with_reportlab

PAIRS = 15
ZONE = "Asia/Shanghai"


def report(folder: Path, rounds: int, pairs: int = PAIRS) -> Line:
    """The finished paper from the month's facts; the floor is told the place of every mark too."""
    adopt(folder)
    first = (clock.local_day(clock.now(), ZONE).replace(day=1) - timedelta(days=1)).replace(day=1)
    with db.transaction() as session:
        cast = build(session)
        for feature in features():
            if feature.prepare:
                feature.prepare(session, clock.now())
        _live(session, cast, first, pairs)

    with db.reading() as session:
        made = service.window_report(
            session, cast.lead, cast.a01, first.year, first.month, now=clock.now()
        )
    blocks = documents.report_blocks(made)

    def ours() -> bytes:
        return documents.report_pdf(made)

    def floor() -> bytes:
        return render_with_reportlab(blocks, folder)

    assert min(len(ours()), len(floor())) > pairs * 2 * 20_000
    name = f"The window's report with {pairs * 2} photos"
    return in_turn(rounds, lambda: _cpu(ours), lambda: _cpu(floor)).line(name, 1.3)


def photo(folder: Path, rounds: int, size: tuple[int, int] = pictures.CAMERA) -> Line:
    """One picture of a telephone, upright, shrunk, with thumbnail, on disk."""
    data = pictures.jpeg(1, size, turned=True)
    store = folder / "store"

    def ours() -> None:
        ingest(PhotoStore(store), data)

    def floor() -> None:
        picture = pyvips.Image.thumbnail_buffer(data, 1600, height=1600, size="down")
        picture = picture.copy_memory()
        thumb = picture.thumbnail_image(320, height=320)
        store.mkdir(exist_ok=True)
        picture.jpegsave(str(store / "a.jpg"), Q=82, keep="none")
        thumb.jpegsave(str(store / "b.jpg"), Q=78, keep="none")

    def fresh(work: Callable[[], object]) -> float:
        shutil.rmtree(store, ignore_errors=True)
        return _cpu(work)

    fresh(ours), fresh(floor)
    name = f"A photo of {size[0] * size[1] / 1e6:.0f} megapixels"
    return in_turn(rounds, lambda: fresh(ours), lambda: fresh(floor)).line(name, 2.2)


def measure(folder: Path, rounds: int) -> Iterator[Line]:
    """The report, the photo, and what takes a while."""
    yield report(folder / "report", rounds)
    yield photo(folder, rounds)
    yield from books.measure(folder / "books")


def _cpu(work: Callable[[], object]) -> float:
    began = time.process_time()
    work()
    return (time.process_time() - began) * 1000


def _live(session: Session, cast: Cast, first: date, pairs: int) -> None:
    """A month of window A01: patrols due, hazards with a picture before and one after."""
    last = first + timedelta(days=27)
    start = clock.at_local(first, clock_time(7), ZONE)
    checklists.create_plan(
        session, None, site_id=cast.site_id, template_code="window-daily",
        window_id=cast.a01, starts_on=first, now=start,
    )  # fmt: skip
    checklists.materialise(session, cast.site_id, first=first, last=last, now=start)
    store = PhotoStore(settings().photo_dir)
    for number in range(pairs):
        at = start + timedelta(days=number, hours=3)
        _hazard(session, cast, store, number, at)


def _hazard(session: Session, cast: Cast, store: PhotoStore, number: int, at: datetime) -> None:
    before, after = (ingest(store, pictures.jpeg(number * 2 + side)) for side in (0, 1))
    hazard = hazards.report(
        session, cast.staff, what=f"台下插排串接，插头温热（{number}）",
        what_en=f"Power strip plugged into another, plug is warm ({number})",
        level=Level.MODERATE, category=Category.ELECTRICITY, origin=Origin.MANUAL,
        window_id=cast.a01, photos=[before], now=at,
    )  # fmt: skip
    day = clock.local_day(at, ZONE)
    hazards.assign(
        session, cast.lead, hazard.id, owner_id=cast.second_staff.user_id,
        fix_by=day + timedelta(days=3), measures="更换插排", row_version=None, now=at,
    )  # fmt: skip
    hazards.fix(
        session, cast.second_staff, hazard.id, note="已更换", photos=[after],
        row_version=None, now=at + timedelta(hours=1),
    )  # fmt: skip
    hazards.accept(
        session, cast.officer, hazard.id, row_version=None, now=at + timedelta(hours=2)
    )  # fmt: skip
