"""Seven emergency plans: their page, as it is answered to a tablet, and their cards."""

import statistics
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from starlette.applications import Starlette
from starlette.testclient import TestClient

from drills.plans.routes import ROUTES
from drills.plans.starting import starting_points
from safety_app.accounts import gate
from safety_app.accounts import service as accounts
from safety_app.accounts.service import DEVICE_COOKIE
from safety_app.accounts.service.sessions import SESSION_COOKIE, open_session
from safety_app.core import clock, db
from safety_app.features import features
from safety_app.web import middleware
from tests.bench.hall import adopt
from tests.bench.table import Line
from tests.cast import build
from tests.drills.plans.documents import make_plan

PAGE_MS, CARDS_S = 50.0, 1.5


def measure(folder: Path, rounds: int) -> Iterator[Line]:
    """CPU of the whole request, client and middleware with it."""
    adopt(folder)
    now = clock.now()
    points = [one.code for one in starting_points().values() if not one.is_rules]
    with db.transaction() as session:
        cast = build(session)
        for feature in features():
            if feature.prepare:
                feature.prepare(session, now)
        for code in points:
            make_plan(session, cast, code, now=now)
        _device, token = accounts.enrol_device(
            session, None, site_id=cast.site_id, name="平板", window_ids=[], now=now
        )
        user = session.get_one(accounts.User, cast.staff.user_id)
        signed_in = open_session(session, user, device_id=None, now=now).token
    app = Starlette(routes=[*ROUTES], middleware=middleware.stack(gate.find_live))
    with TestClient(app, base_url="http://hall.example") as client:
        client.cookies.set(DEVICE_COOKIE, token)
        page = _cpu(lambda: client.get("/emergency").raise_for_status(), 3 * rounds)
        name = f"The page of an emergency, {len(points)} plans: CPU"
        yield Line(name, page * 1000, None, PAGE_MS)
        client.cookies.set(SESSION_COOKIE, signed_in)
        address = "/emergency-plans/cards.pdf"
        cards = _cpu(lambda: client.get(address).raise_for_status(), rounds)
        yield Line(f"{len(points)} action cards", cards, None, CARDS_S, "s")


def _cpu(work: Callable[[], object], times: int) -> float:
    """The median of so many, after one to warm up."""
    work()
    found = []
    for _ in range(times):
        began = time.process_time()
        work()
        found.append(time.process_time() - began)
    return statistics.median(found)
