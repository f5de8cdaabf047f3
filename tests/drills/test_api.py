"""The stopwatch's addresses: open, tap, sign, look, finish; and its page."""

import io
import json
import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Any

import pytest
from PIL import Image
from sqlalchemy import func, select
from starlette.applications import Starlette
from starlette.routing import Mount
from starlette.testclient import TestClient

from drills import clock_page
from drills.models import Attendance, Drill, DrillPhoto, Entry, How, Status
from safety_app import api
from safety_app.accounts import service as accounts
from safety_app.core import clock
from safety_app.core.access import Actor
from safety_app.core.db import Database, reading, transaction
from safety_app.core.i18n import use_language
from tests.cast import NOW, TODAY, Cast
from tests.checklists.test_api import SignedIn
from tests.drills.cases import TITLE, make_drill
from tests.drills.clocks import STROKES
from tests.drills.plans.documents import make_plan

PIN = "246802"


@contextmanager
def browser(actor: Actor) -> Iterator[TestClient]:
    """A client in somebody's name."""
    routes = [*clock_page.ROUTES, Mount("/api", api.build())]
    with TestClient(SignedIn(Starlette(routes=routes), actor), raise_server_exceptions=False) as it:
        yield it


@pytest.fixture
def drill(database: Database, hall: Cast, monkeypatch: pytest.MonkeyPatch) -> Drill:
    """A drill of today, at 09:04."""
    monkeypatch.setattr(clock, "now", lambda: NOW)
    with transaction() as session:
        return make_drill(session, hall)


class Watch:
    """A tablet that talks to the addresses."""

    def __init__(self, client: TestClient, drill: Drill) -> None:
        self.client, self.base = client, f"/api/drills/{drill.code}"
        opened = client.post(f"{self.base}/clock", json={})
        assert opened.status_code == 200, opened.text
        self.token, self.face = opened.json()["token"], opened.json()["face"]
        self.milestones = {one["name"]: one["id"] for one in self.face["milestones"]}
        self.number = 0

    @property
    def headers(self) -> dict[str, str]:
        """What stands for a session."""
        return {"X-Run-Token": self.token}

    def tap(self, kind: str, seconds: float = 0, /, **facts: Any) -> Any:
        """Send a tap that happened so long after now."""
        self.number += 1
        at = int((NOW + timedelta(seconds=seconds)).timestamp() * 1000)
        body = {"key": f"key-{self.token[:8]}-{self.number}", "kind": kind, "at": at, **facts}
        return self.client.post(f"{self.base}/taps", json=body, headers=self.headers)


def move_to(monkeypatch: pytest.MonkeyPatch, seconds: float) -> datetime:
    """Let time pass."""
    later = NOW + timedelta(seconds=seconds)
    monkeypatch.setattr(clock, "now", lambda: later)
    return later


def test_a_drill_from_start_to_finish(
    drill: Drill, hall: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    with browser(hall.lead) as client:
        watch = Watch(client, drill)
        assert watch.tap("start").json()["outcome"] == "kept"
        move_to(monkeypatch, 300)
        stamped = watch.tap("stamp", 45, milestone_id=watch.milestones["发现并报警"]).json()
        first = stamped["face"]["milestones"][0]
        assert (first["at"] - stamped["face"]["started_at"], first["by"]) == (45_000, "李敏")
        assert client.post(f"{watch.base}/finish").json()["code"] == "EndMissing"
        watch.tap("stop", 200)
        refused = client.post(f"{watch.base}/finish")
        assert (refused.status_code, refused.json()["code"]) == (422, "NobodyPresent")
        ink = {"strokes": STROKES, "w": 300, "h": 100}
        signed = watch.tap("sign", 210, person_id=hall.staff.user_id, ink=ink).json()
        person = next(p for p in signed["face"]["people"] if p["id"] == hall.staff.user_id)
        assert (person["present"], person["how"]) == (True, "signed")
        assert client.post(f"{watch.base}/finish").json() == {"url": f"/drills?drill={drill.code}"}
    with reading() as session:
        found = session.get_one(Drill, drill.id)
        assert (found.status, found.ended_at) == (Status.HELD, NOW + timedelta(seconds=200))


def test_the_same_tap_twice_answers_alike_and_is_one_entry(drill: Drill, hall: Cast) -> None:
    with browser(hall.lead) as client:
        watch = Watch(client, drill)
        first = watch.tap("start").json()
        watch.number -= 1
        again = watch.tap("start").json()
    assert first["outcome"] == again["outcome"] == "kept"
    with reading() as session:
        assert session.scalar(select(func.count()).select_from(Entry)) == 1


def test_two_tablets_see_each_other(drill: Drill, hall: Cast) -> None:
    with browser(hall.lead) as mine, browser(hall.officer) as other:
        here, there = Watch(mine, drill), Watch(other, drill)
        here.tap("start")
        joined = there.tap("start").json()
        assert joined["outcome"] == "joined" and "李敏" in joined["message"]
        look = f"{there.base}/face"
        shown = other.post(look, json={"seen": ""}, headers=there.headers).json()
        assert shown["status"] == "under_way"
        same = other.post(look, json={"seen": shown["mark"]}, headers=there.headers).json()
        assert same == {"now": int(NOW.timestamp() * 1000), "mark": shown["mark"]}
        here.tap("stamp", 0, milestone_id=here.milestones["拨打 119"])
        after = other.post(look, json={"seen": shown["mark"]}, headers=there.headers).json()
        assert after["milestones"][1]["by"] == "李敏"


def test_a_reload_keeps_the_token(drill: Drill, hall: Cast) -> None:
    with browser(hall.lead) as client:
        watch = Watch(client, drill)
        again = client.post(f"{watch.base}/clock", json={"held_token": watch.token})
        assert again.json()["token"] == watch.token


def test_the_typed_name_needs_the_own_code(drill: Drill, hall: Cast) -> None:
    with transaction() as session:
        accounts.set_pin(session, None, hall.staff.user_id, pin=PIN, now=NOW)
    with browser(hall.lead) as client:
        watch = Watch(client, drill)
        watch.tap("start")
        at = int(NOW.timestamp() * 1000)
        tap = {"key": "typed-0001", "kind": "sign", "at": at, "person_id": hall.staff.user_id}
        body = {"tap": tap, "typed": "王晓燕", "pin": "111111"}
        url = f"{watch.base}/signatures"
        wrong = client.post(url, json=body, headers=watch.headers)
        assert wrong.status_code in (401, 403) and wrong.json()["message"]
        right = client.post(url, json={**body, "pin": PIN}, headers=watch.headers)
        assert right.json()["outcome"] == "kept"
    with reading() as session:
        row = session.scalars(
            select(Attendance).where(Attendance.user_id == hall.staff.user_id)
        ).one()
        assert (row.how, row.signature) == (How.SIGNED, '{"typed":"王晓燕"}')


def test_a_token_writes_its_own_drill_alone(drill: Drill, hall: Cast) -> None:
    with transaction() as session:
        other = make_drill(session, hall)
    with browser(hall.lead) as client:
        watch = Watch(client, drill)
        watch.base = f"/api/drills/{other.code}"
        assert watch.tap("start").json()["code"] == "ClockUnknown"
        watch.token = "made-up"
        assert watch.tap("start").status_code == 403
        look = client.post(f"{watch.base}/face", json={}, headers=watch.headers)
        assert look.status_code == 403


@pytest.mark.parametrize(
    "changes",
    [
        {"kind": "explode"},
        {"key": "short"},
        {"at": 5},
        {"at": "yesterday"},
        {"person_id": 0},
        {"visitors": -1},
        {"reason": "字" * 201},
        {"ink": {"strokes": "many"}},
        {"ink": {"strokes": [[[0, 0]]] * 201}},
    ],
)
def test_a_tap_of_another_shape_is_refused(
    drill: Drill, hall: Cast, changes: dict[str, Any]
) -> None:
    with browser(hall.lead) as client:
        answer = Watch(client, drill).tap("others", **changes)
        assert answer.status_code == 422, answer.text
        assert answer.json()["message"]


def test_a_picture_is_kept_once_and_no_text_is_a_picture(
    drill: Drill, hall: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    out = io.BytesIO()
    Image.new("RGB", (400, 300), "steelblue").save(out, "JPEG")
    with browser(hall.lead) as client:
        watch = Watch(client, drill)
        watch.tap("start")
        url = f"{watch.base}/photos?client_key=photo-00001"
        keys = {client.post(url, content=out.getvalue(), headers=watch.headers).json()["key"]
                for _ in range(2)}  # fmt: skip
        assert len(keys) == 1
        bad = client.post(url, content=b"no picture", headers=watch.headers)
        assert bad.status_code in (400, 415, 422) and bad.json()["message"]
    with reading() as session:
        assert set(session.scalars(select(DrillPhoto.key))) == keys


def test_who_has_no_part_opens_nothing(drill: Drill, hall: Cast) -> None:
    with browser(hall.staff) as client:
        refused = client.post(f"/api/drills/{drill.code}/clock", json={})
        assert (refused.status_code, refused.json()["code"]) == (403, "NotAllowed")
        shown = client.get(f"/drill/{drill.code}/clock")
        assert shown.status_code == 403 and "clock.js" not in shown.text
    with browser(hall.foreign_manager) as client:
        assert client.post(f"/api/drills/{drill.code}/clock", json={}).status_code == 404
        assert client.get(f"/drill/{drill.code}/clock").status_code == 404


@pytest.mark.parametrize("language", ["zh_CN", "en"])
def test_the_page_carries_all_it_needs_in_one_language(
    drill: Drill, hall: Cast, language: str
) -> None:
    with browser(hall.lead) as client, use_language(language):
        shown = client.get(f"/drill/{drill.code}/clock")
    found = re.search(r'id="drill">(.*?)</script>', shown.text, re.DOTALL)
    assert found
    facts = json.loads(found[1])
    assert (facts["code"], facts["title"]) == (drill.code, TITLE)
    assert facts["strings"]["Stamp"] == ("记录时间" if language == "zh_CN" else "Stamp")
    assert len(facts["colleagues"]) == 9 and facts["face"]["status"] == "planned"
    assert f'lang="{language.replace("_", "-")}"' in shown.text
    word = "应急" if language == "zh_CN" else "Emergency"
    assert facts["door"] == {"href": "/emergency", "text": word} and facts["plans"] == []


def test_the_page_leads_to_the_plan_that_is_tried_out(drill: Drill, hall: Cast) -> None:
    with transaction() as session:
        plan = make_plan(session, hall)
        code = make_drill(session, hall, plan_ids=(plan.id,)).code
    with browser(hall.lead) as client:
        shown = client.get(f"/drill/{code}/clock").text
    found = re.search(r'id="drill">(.*?)</script>', shown, re.DOTALL)
    assert found
    (link,) = json.loads(found[1])["plans"]
    assert link == {"title": plan.title, "href": f"/emergency#plan-{plan.id}"}


def test_a_title_ends_no_block_of_the_page(drill: Drill, hall: Cast) -> None:
    with transaction() as session:
        session.get_one(Drill, drill.id).title = "</script><b>演练"
    with browser(hall.lead) as client:
        shown = client.get(f"/drill/{drill.code}/clock").text
    assert "</script><b>" not in shown and "&lt;/script>" in shown


def test_script_and_style_keep_their_address_until_they_change(drill: Drill, hall: Cast) -> None:
    with browser(hall.lead) as client:
        shown = client.get(f"/drill/{drill.code}/clock").text
        for address in re.findall(r'"(/drill/static/[^"]+)"', shown):
            answer = client.get(address)
            assert answer.status_code == 200
            assert "immutable" in answer.headers["cache-control"]
        assert client.get("/drill/static/clock.html").status_code == 404
    assert drill.planned_on == TODAY
