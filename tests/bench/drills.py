"""The record of a drill with twenty pictures, signatures, chart and evaluation."""

import time
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

from sqlalchemy.orm import Session

from checklists import service as checklists
from checklists.service import Drawn
from drills import service
from drills.documents.paper import head_of, print_paper
from drills.documents.report import report_blocks
from drills.models import Drill
from drills.service import proofs
from safety_app.core import db
from safety_app.core.photos import PhotoStore, ingest
from safety_app.core.settings import settings
from safety_app.features import features
from tests.bench import pictures
from tests.bench.hall import adopt
from tests.bench.table import Line, in_turn
from tests.cast import NOW, Cast, build
from tests.core.pdf_sample import render_with_reportlab
from tests.drills.cases import make_drill
from tests.drills.clocks import STROKES, after, tablet
from tests.drills.plans.documents import make_plan

PHOTOS = 20
POINTS = tuple(f"G{number:02}" for number in range(1, 21))
FEW = {"value": "2", "note": "二楼东侧听不清", "disposal": "hazard"}
LATER = NOW + timedelta(hours=2)


def measure(folder: Path, rounds: int, photos: int = PHOTOS) -> Iterator[Line]:
    """From what is known of the drill to the finished PDF; the floor draws the same pages."""
    adopt(folder)
    with db.transaction() as session:
        cast = build(session)
        for feature in features():
            if feature.prepare:
                feature.prepare(session, NOW)
        code = _held(session, cast, photos).code
    with db.reading() as session:
        drill = service.by_code(session, cast.manager, code)
        head = head_of(session, cast.site_id, LATER)
        blocks = report_blocks(session, drill, head, LATER)

        def ours() -> bytes:
            return print_paper(blocks, head, title="演练记录", number=code)

        def floor() -> bytes:
            return render_with_reportlab(blocks, folder)

        assert min(len(ours()), len(floor())) > photos * 20_000
        name = f"The record of a drill with {photos} photos"
        yield in_turn(rounds, lambda: _cpu(ours), lambda: _cpu(floor)).line(name, 1.3)


def _held(session: Session, cast: Cast, photos: int) -> Drill:
    """By the stopwatch, everybody signed, evaluated with one hazard."""
    plan = make_plan(session, cast)
    drill = make_drill(session, cast, plan_ids=(plan.id,), scenario="一楼东侧插座冒烟。")
    here = tablet(session, drill, cast.lead)
    here.start()
    for at, moment in enumerate(service.moments_of(session, drill.id)):
        here.stamp(moment.code, 30 * (at + 1))
    for person in (cast.staff, cast.second_staff, cast.lead, cast.other_staff, cast.other_lead):
        here.sign(person, 400)
    here.stop(600)
    service.finish(session, cast.lead, drill.id, now=after(620))
    store = PhotoStore(settings().photo_dir)
    kept = [ingest(store, pictures.jpeg(number)) for number in range(photos)]
    proofs.keep_photos(session, cast.lead, drill, kept, caption="演练现场", now=after(700))
    said = {code: {"value": "5"} for code in POINTS} | {"G08": FEW}
    checklists.inspect(
        session, cast.officer, f"drills:{drill.code}", said,
        signature=Drawn(STROKES, 300, 120), now=after(3600),
    )  # fmt: skip
    return drill


def _cpu(work: Callable[[], object]) -> float:
    began = time.process_time()
    work()
    return (time.process_time() - began) * 1000
