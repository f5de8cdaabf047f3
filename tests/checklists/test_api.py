"""The sheet's addresses: open, answer, photograph, sign; and the page itself."""

import io
import json
import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

import pytest
from PIL import Image
from sqlalchemy import func, select
from starlette.applications import Starlette
from starlette.routing import Mount
from starlette.testclient import TestClient
from starlette.types import ASGIApp, Receive, Scope, Send

from checklists import api as patrol_api
from checklists import page, service
from checklists.models import FindingPhoto, Run, Task
from hazards.models import Hazard
from safety_app import api
from safety_app.accounts import service as accounts
from safety_app.core import clock
from safety_app.core.access import Actor
from safety_app.core.db import Database, reading, transaction
from safety_app.core.i18n import use_language
from safety_app.core.photos import PhotoStore
from safety_app.core.settings import settings
from safety_app.web.identity import Live
from tests.cast import NOW, Cast
from tests.checklists.checks import make_check
from tests.checklists.sheets import INK, Tablet
from tests.dialects import sqlite_only
from tests.factories import make_task

SIGNATURE = {"strokes": INK.strokes, "w": INK.width, "h": INK.height}


class SignedIn:
    """What the guard leaves behind for a signed-in person."""

    def __init__(self, app: ASGIApp, actor: Actor) -> None:
        self.app, self.actor = app, actor

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Hand on, with the person in the request's state."""
        if scope["type"] == "http":
            scope.setdefault("state", {})["live"] = Live(self.actor, "csrf")
        await self.app(scope, receive, send)


@contextmanager
def browser(actor: Actor) -> Iterator[TestClient]:
    """A client in somebody's name."""
    routes = [*page.ROUTES, Mount("/api", api.build())]
    app = SignedIn(Starlette(routes=routes), actor)
    with TestClient(app, raise_server_exceptions=False) as opened:
        yield opened


@pytest.fixture
def task(database: Database, hall: Cast, monkeypatch: pytest.MonkeyPatch) -> Task:
    """The patrol before opening at window A01, at 09:04."""
    monkeypatch.setattr(clock, "now", lambda: NOW)
    with transaction() as session:
        return make_task(session, hall)


class Sheet:
    """A tablet that talks to the addresses."""

    def __init__(self, client: TestClient, task: Task) -> None:
        self.client = client
        self.opened = client.post("/api/runs", json={"task_id": task.id}).json()
        shown = client.get(f"/sheet/{task.id}").text
        found = re.search(r'id="sheet">(.*?)</script>', shown, re.DOTALL)
        assert found
        self.facts: dict[str, Any] = json.loads(found[1])
        tab = next(tab for tab in self.facts["tabs"] if tab["task_id"] == task.id)
        self.items = {item["code"]: item["id"] for item in tab["items"]}
        self.seq = 0

    def entry(self, code: str, value: str, **facts: Any) -> Any:
        """Send the next answer."""
        self.seq += 1
        body = {"seq": self.seq, "item_id": self.items[code], "value": value, **facts}
        return self.client.post(self.url("entries"), json=body, headers=self.headers)

    def url(self, rest: str) -> str:
        """An address of this run."""
        return f"/api/runs/{self.opened['run_id']}/{rest}"

    @property
    def headers(self) -> dict[str, str]:
        """What stands for a session."""
        return {"X-Run-Token": self.opened["token"]}

    def photo(self, code: str, data: bytes, key: str = "photo-001", seq: int | None = None) -> Any:
        """Send a picture."""
        if seq is None:
            self.seq += 1
            seq = self.seq
        query = f"?seq={seq}&item_id={self.items[code]}&client_key={key}"
        return self.client.post(self.url("photos") + query, content=data, headers=self.headers)

    def submit(self, signature: Any = None, **facts: Any) -> Any:
        """Sign."""
        body = {"signature": signature or SIGNATURE, "last_seq": self.seq, **facts}
        return self.client.post(self.url("submit"), json=body)


def jpeg(colour: str = "red") -> bytes:
    """A real picture."""
    out = io.BytesIO()
    Image.new("RGB", (64, 48), colour).save(out, "JPEG")
    return out.getvalue()


def test_a_whole_patrol_by_its_addresses(hall: Cast, task: Task) -> None:
    with browser(hall.staff) as client:
        sheet = Sheet(client, task)
        assert sheet.entry("D07", "F", disposal="hazard", note="插头发热").json() == {
            "seq": 1, "saved": 1, "total": 4,
        }  # fmt: skip
        shot = sheet.photo("D07", jpeg()).json()
        assert PhotoStore(settings().photo_dir).exists(shot["key"])
        assert (shot["seq"], shot["thumb"]) == (2, f"/photos/{shot['key']}?thumb=1")
        for code in ("D09", "D10", "D12"):
            last = sheet.entry(code, "P").json()
        assert last == {"seq": 5, "saved": 4, "total": 4}
        done = sheet.submit()
    assert done.status_code == 200, done.text
    assert (done.json()["state"], done.json()["state_text"]) == ("done_late", "超时完成")
    with reading() as session:
        assert done.json()["hazards"] == list(session.scalars(select(Hazard.number)))


def test_a_reload_gives_back_what_was_saved(hall: Cast, task: Task) -> None:
    with browser(hall.staff) as client:
        sheet = Sheet(client, task)
        sheet.entry("D07", "F", disposal="spot", note="已换")
        sheet.photo("D07", jpeg())
        held = sheet.opened["token"]
        again = client.post("/api/runs", json={"task_id": task.id, "held_token": held}).json()
    assert (again["token"], again["last_seq"], again["answers"]) == (held, 2, "F...")
    finding = again["findings"][0]
    assert (finding["disposal"], finding["note"]) == ("spot", "已换")
    assert finding["photos"][0]["client_key"] == "photo-001"


def test_a_gap_names_what_is_expected_and_a_repeat_is_harmless(hall: Cast, task: Task) -> None:
    with browser(hall.staff) as client:
        sheet = Sheet(client, task)
        first = sheet.entry("D07", "P")
        sheet.seq = 0
        assert sheet.entry("D07", "P").json() == first.json()
        sheet.seq = 6
        gap = sheet.entry("D09", "P")
    assert (gap.status_code, gap.json()["expected"], gap.json()["code"]) == (409, 2, "SequenceGap")


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (b"{", 422),
        (b"[]", 422),
        (b'{"seq": 1, "item_id": 1}', 422),
        (b'{"seq": 1, "item_id": 99999, "value": "P"}', 422),
        (b'{"seq": "' + b"9" * 40_000 + b'"}', 422),
        (b'{"seq": 1, "item_id": 1, "value": "P", "note": "' + b"x" * 1_001 + b'"}', 422),
    ],
)
def test_a_broken_entry_is_a_sentence(hall: Cast, task: Task, body: bytes, status: int) -> None:
    with browser(hall.staff) as client:
        sheet = Sheet(client, task)
        answer = client.post(sheet.url("entries"), content=body, headers=sheet.headers)
        assert answer.status_code == status
        assert set(answer.json()) == {"code", "message"}
        assert sheet.entry("D07", "P").json()["saved"] == 1, "nothing was counted"


def test_a_token_is_good_for_its_own_run_only(hall: Cast, task: Task) -> None:
    with browser(hall.staff) as client:
        sheet = Sheet(client, task)
        body = {"seq": 1, "item_id": sheet.items["D07"], "value": "P"}
        url = f"/api/runs/{sheet.opened['run_id'] + 1}/entries"
        assert client.post(url, json=body, headers=sheet.headers).status_code == 401
        url = sheet.url("entries")
        assert client.post(url, json=body).status_code == 401
        assert client.post(url, json=body, headers={"X-Run-Token": "x" * 43}).status_code == 401


@sqlite_only
def test_an_unknown_tablet_costs_no_unpacking(
    hall: Cast, task: Task, monkeypatch: pytest.MonkeyPatch
) -> None:
    with browser(hall.staff) as client:
        sheet = Sheet(client, task)
        monkeypatch.setattr(patrol_api, "ingest", lambda *_facts: pytest.fail("unpacked"))
        sheet.opened["token"] = "x" * 43
        assert sheet.photo("D07", jpeg()).status_code == 401


@pytest.mark.parametrize(("data", "status"), [(b"", 422), (b"no picture", 422)])
def test_a_broken_photo_is_a_sentence(hall: Cast, task: Task, data: bytes, status: int) -> None:
    with browser(hall.staff) as client:
        sheet = Sheet(client, task)
        answer = sheet.photo("D07", data)
        assert (answer.status_code, set(answer.json())) == (status, {"code", "message"})


def test_a_photo_sent_twice_is_kept_once(hall: Cast, task: Task) -> None:
    with browser(hall.staff) as client:
        sheet = Sheet(client, task)
        first = sheet.photo("D07", jpeg())
        again = sheet.photo("D07", jpeg("blue"), seq=1)
    assert first.json() == again.json()
    with reading() as session:
        assert session.scalar(select(func.count()).select_from(FindingPhoto)) == 1


def test_a_photo_can_be_taken_off(hall: Cast, task: Task) -> None:
    with browser(hall.staff) as client:
        sheet = Sheet(client, task)
        sheet.entry("D07", "F")
        sheet.photo("D07", jpeg())
        assert client.delete(sheet.url("photos/photo-001")).status_code == 204
        again = client.post("/api/runs", json={"task_id": task.id}).json()
    assert again["findings"][0]["photos"] == []


def test_signing_early_names_what_is_missing(hall: Cast, task: Task) -> None:
    with browser(hall.staff) as client:
        sheet = Sheet(client, task)
        sheet.entry("D07", "P")
        answer = sheet.submit()
    assert answer.status_code == 422
    assert answer.json()["message"] == "尚需补全：D09（未答）、D10（未答）、D12（未答）。"


@sqlite_only
def test_a_typed_signature_asks_for_the_code_and_counts_the_tries(hall: Cast, task: Task) -> None:
    with transaction() as session:
        accounts.set_pin(session, None, hall.staff.user_id, pin="260815", now=NOW)
    with browser(hall.staff) as client:
        sheet = Sheet(client, task)
        for code in sheet.items:
            sheet.entry(code, "P")
        wrong = {"typed": "王晓燕", "pin": "111111"}
        left = [sheet.submit(wrong).json()["message"] for _try in range(2)]
        assert ["4 次" in left[0], "3 次" in left[1]] == [True, True]
        done = sheet.submit({"typed": "王晓燕", "pin": "260815"})
    assert done.status_code == 200, done.text
    with reading() as session:
        assert session.scalars(select(Run.signature)).one() == '{"typed":"王晓燕"}'


def test_what_arrives_after_signing_is_refused_and_kept(hall: Cast, task: Task) -> None:
    with browser(hall.staff) as client:
        sheet = Sheet(client, task)
        for code in sheet.items:
            sheet.entry(code, "P")
        sheet.submit()
        late = sheet.entry("D07", "F", disposal="hazard")
        assert (late.status_code, late.json()["code"]) == (409, "RunSubmitted")
        assert "expected" not in late.json()
    with reading() as session:
        assert session.scalars(select(Run.answers)).one() == "PPPP"


def test_the_page_holds_all_that_the_sheet_needs(hall: Cast, task: Task) -> None:
    with browser(hall.staff) as client:
        facts = Sheet(client, task).facts
    assert (facts["title"], facts["subject"]) == ("窗口岗位自查", "A01 综合窗口")
    assert [tab["name"] for tab in facts["tabs"]] == ["班前", "班中", "班后"]
    assert facts["csrf"] == "csrf"
    item = facts["tabs"][0]["items"][0]
    assert item["source_text"] == "公安部令第61号 第二十五条第（一）项"
    assert facts["strings"]


def test_the_page_speaks_english(hall: Cast, task: Task) -> None:
    with use_language("en"), browser(hall.staff) as client:
        facts = Sheet(client, task).facts
    assert facts["tabs"][0]["name"] == "Before opening"
    assert not re.search(r"[\u4e00-\u9fff]", json.dumps(facts["strings"], ensure_ascii=False))


def test_the_sheet_says_what_to_do_on_it(hall: Cast, task: Task) -> None:
    with browser(hall.staff) as client:
        shown = client.get(f"/sheet/{task.id}").text
    assert "<summary>本页说明</summary><p>逐项到现场查看" in shown


def test_a_name_cannot_end_the_block_of_facts(hall: Cast, task: Task) -> None:
    with browser(hall.staff) as client:
        sheet = Sheet(client, task)
        sheet.entry("D07", "F", note="</script><script>alert(1)</script>")
        shown = client.get(f"/sheet/{task.id}").text
    assert "</script><script>alert" not in shown
    assert "\\u003c/script>" in shown


def test_a_viewer_reads_and_is_told_who_may(hall: Cast, task: Task) -> None:
    with browser(hall.staff) as client:
        Sheet(client, task).entry("D07", "F", disposal="spot", note="已换插排")
    with browser(hall.manager) as client:
        shown = client.get(f"/sheet/{task.id}").text
        found = re.search(r'id="sheet">(.*?)</script>', shown, re.DOTALL)
        assert found
        facts = json.loads(found[1])
        refused = client.post("/api/runs", json={"task_id": task.id})
    tab = facts["tabs"][0]
    assert tab["run"]["answers"] == {"D07": "F"}
    assert tab["run"]["findings"][0]["note"] == "已换插排"
    assert tab["readonly_why"] == "您可查看本次巡查，但不能操作；由李敏进行。"
    assert (refused.status_code, refused.json()["message"]) == (403, tab["readonly_why"])


def test_an_open_hazard_is_shown_at_its_item(
    hall: Cast, task: Task, monkeypatch: pytest.MonkeyPatch
) -> None:
    with browser(hall.staff) as client:
        sheet = Sheet(client, task)
        for code in ("D09", "D10", "D12"):
            sheet.entry(code, "P")
        sheet.entry("D07", "F", disposal="hazard")
        number = sheet.submit().json()["hazards"][0]
        monkeypatch.setattr(clock, "now", lambda: NOW + timedelta(days=2))
        again = Sheet(client, task).facts["tabs"][0]["items"][0]["open_hazard"]
    assert (again["number"], again["days_left_text"]) == (number, "逾期 1 天")


@sqlite_only
def test_script_and_style_may_be_kept_by_their_content(hall: Cast, task: Task) -> None:
    with browser(hall.staff) as client:
        shown = client.get(f"/sheet/{task.id}")
        address = re.search(r'src="(/sheet/static/sheet\.js\?v=\w+)"', shown.text)
        assert address
        kept = client.get(address[1])
        assert "immutable" in kept.headers["cache-control"]
        assert shown.headers["cache-control"] == "no-store"
        assert client.get("/sheet/static/sheet.js").headers["cache-control"] == "no-cache"
        etag = {"If-None-Match": kept.headers["etag"]}
        assert client.get(address[1], headers=etag).status_code == 304
        for wrong in ("sheet.html", "strings.py", "..%2fapi.py"):
            assert client.get(f"/sheet/static/{wrong}").status_code == 404


@sqlite_only
def test_the_answers_address_is_described(hall: Cast, task: Task) -> None:
    with browser(hall.staff) as client:
        paths = client.get("/api/openapi.json").json()["paths"]
        due = client.get("/api/tasks").json()
    assert "post" in paths["/runs/{run_id}/entries"]
    assert [one["state"] for one in due] == ["late", "upcoming", "upcoming"]


def facts_of(client: TestClient, task_id: int) -> dict[str, Any]:
    """What the sheet's page holds as JSON."""
    page_text = client.get(f"/sheet/{task_id}").text
    found = re.search(r'id="sheet">(.*?)</script>', page_text, re.DOTALL)
    assert found
    facts: dict[str, Any] = json.loads(found[1])
    return facts


def test_a_check_has_words_of_its_own_and_dates_instead_of_times(
    database: Database, hall: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(clock, "now", lambda: NOW)
    with transaction() as session:
        check = make_check(session, hall)
    with browser(hall.lead) as client:
        facts = facts_of(client, check.id)
    words = facts["strings"]
    assert (words["OK"], words["Problem"], words["N/A"]) == ("合格", "不合格", "不适用")
    assert not any("巡查" in words[text] for text in words if "atrol" in text)
    assert facts["date_text"] == "11月1日–11月30日"
    assert facts["tabs"][0]["due_text"].startswith("11月30日 ")
    assert facts["title"] == "窗口负责人月度安全检查"


def test_a_patrol_keeps_its_words(hall: Cast, task: Task) -> None:
    with browser(hall.staff) as client:
        facts = facts_of(client, task.id)
    assert (facts["strings"]["OK"], facts["tabs"][0]["due_text"]) == ("正常", "09:00")
    assert facts["tabs"][0]["links"][0]["href"] == f"/patrols/blank/task/{task.id}.pdf"


def test_the_same_part_several_times_a_day_has_its_time_in_the_tab(hall: Cast, task: Task) -> None:
    with transaction() as session:
        row = session.get_one(Task, task.id)
        facts = {column.name: getattr(row, column.name) for column in Task.__table__.c}
        facts |= {"id": None, "slot": 1}
        for name in ("opens_at", "due_at", "closes_at"):
            facts[name] += timedelta(hours=2)
        session.add(Task(**facts))
    with browser(hall.staff) as client:
        names = [tab["name"] for tab in facts_of(client, task.id)["tabs"]]
    assert names[:2] == ["班前 08:00", "班前 10:00"] and "班中" in names


def test_a_submitted_sheet_shows_both_signatures(hall: Cast, task: Task) -> None:
    with transaction() as session:
        tablet = Tablet(session, hall.staff, session.get_one(Task, task.id), now=NOW)
        tablet.pass_all()
        tablet.submit()
        run_id = tablet.run.id
    with browser(hall.staff) as client:
        first, second = facts_of(client, task.id)["tabs"][0]["run"]["signatures"]
        assert first["name"] == "王晓燕" and json.loads(first["ink"])["strokes"]
        assert second["waits"] == "尚未签字，应由窗口负责人复核。" and "href" not in second
    with browser(hall.lead) as client:
        _, second = facts_of(client, task.id)["tabs"][0]["run"]["signatures"]
        assert second["href"] == f"/countersign?sheet={run_id}"
    with transaction() as session:
        service.countersign(session, hall.lead, [run_id], signature=INK, remark="已核对", now=NOW)
    with browser(hall.staff) as client:
        _, second = facts_of(client, task.id)["tabs"][0]["run"]["signatures"]
    assert (second["name"], second["remark"]) == ("李敏", "已核对")


def test_a_missed_patrol_leads_to_its_paper_form(
    hall: Cast, task: Task, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(clock, "now", lambda: NOW + timedelta(hours=9))
    with browser(hall.staff) as client:
        (link,) = facts_of(client, task.id)["tabs"][0]["links"]
    assert link["href"] == f"/paper?task={task.id}"
    with browser(hall.manager) as client:
        assert facts_of(client, task.id)["tabs"][0]["links"] == []
