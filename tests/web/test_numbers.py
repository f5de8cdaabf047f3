"""Numbers that no record can have are answered with a sentence, on every route."""

import pytest
from starlette.applications import Starlette
from starlette.routing import Mount
from starlette.testclient import TestClient

from checklists import page
from safety_app import api
from safety_app.core.access import Actor
from safety_app.core.db import Database
from tests.cast import Cast
from tests.hazards.test_api import SignedIn

HUGE = ("9" * 40, str(2**63), str(2**31), "9" * 5000)


def browser(actor: Actor) -> TestClient:
    """A client in somebody's name; an unknown failure is a 500."""
    routes = [*page.ROUTES, Mount("/api", api.build())]
    return TestClient(SignedIn(Starlette(routes=routes), actor), raise_server_exceptions=False)


@pytest.mark.parametrize("number", HUGE, ids=("40 digits", "2^63", "2^31", "5000 digits"))
def test_a_number_out_of_range_is_not_found_or_unreadable(
    database: Database, hall: Cast, number: str
) -> None:
    body = {"signature": {"typed": None, "strokes": []}, "last_seq": 1}
    entry, token = {"seq": 1, "item_id": 1, "value": "P"}, {"x-run-token": "none"}
    with browser(hall.staff) as client:
        answers = [
            client.get(f"/api/hazards?window_id={number}"),
            client.get(f"/api/hazards/{number}"),
            client.post("/api/runs", json={"task_id": int(number[:40])}),
            client.post(f"/api/runs/{number}/submit", json=body),
            client.post(f"/api/runs/{number}/entries", json=entry, headers=token),
            client.delete(f"/api/runs/{number}/photos/x"),
            client.get(f"/sheet/{number}"),
        ]
    assert {answer.status_code for answer in answers} <= {401, 404, 422}, [a.text for a in answers]
    assert all(answer.json()["message"] for answer in answers[:-1])
