"""The exam's routes: who gets in, what a tablet is told, and what it never hears before the end."""

import json
from datetime import datetime, timedelta
from typing import Any

import pytest
from starlette.testclient import TestClient

from drills.exams.models import Exam
from drills.exams.page import files
from safety_app.accounts.models import User
from safety_app.accounts.service.sessions import open_session
from safety_app.core import clock
from safety_app.core.access import Actor
from safety_app.core.db import Database, transaction
from safety_app.main import app
from tests.cast import NOW, Cast
from tests.drills.exams.cases import make_exam, token

MINUTE = timedelta(minutes=1)


class Hands:
    """One person at one tablet."""

    def __init__(self, client: TestClient, who: Actor, now: datetime = NOW) -> None:
        self.client, self.token = client, token()
        with transaction() as session:
            user = session.get_one(User, who.user_id)
            signed = open_session(session, user, device_id=None, now=now)
        self.headers = {
            "cookie": f"safety_session={signed.token}",
            "x-csrf-token": signed.csrf,
            "accept": "application/json",
        }

    def post(self, path: str, body: Any = None, **headers: str) -> Any:
        """Send as somebody who is signed in."""
        return self.client.post(path, json=body, headers={**self.headers, **headers})

    def tell(self, attempt: int, what: str, body: Any = None) -> Any:
        """Send with the tablet's own token alone."""
        path = f"/api/attempts/{attempt}/{what}"
        return self.client.post(path, json=body, headers={"x-run-token": self.token})

    def get(self, path: str) -> Any:
        """Read."""
        return self.client.get(path, headers=self.headers)


@pytest.fixture
def exam(database: Database, hall: Cast) -> Exam:
    """Ten questions in 30 minutes."""
    with database.transaction() as session:
        return make_exam(session, hall)


@pytest.fixture
def at(monkeypatch: pytest.MonkeyPatch) -> Any:
    """The server's clock."""
    moment = [NOW]
    monkeypatch.setattr(clock, "now", lambda: moment[0])

    def set_to(now: datetime) -> None:
        moment[0] = now

    return set_to


@pytest.fixture
def client(database: Database) -> TestClient:
    """The application."""
    return TestClient(app, base_url="http://hall.test")


def test_an_exam_from_the_cover_to_its_result(
    client: TestClient, hall: Cast, exam: Exam, at: Any
) -> None:
    hands = Hands(client, hall.staff)
    page = hands.get(f"/exam/{exam.id}")
    assert page.status_code == 200 and "王晓燕" in page.text and "共 10 题" in page.text
    assert "default-src 'none'" in page.headers["content-security-policy"]
    begun = hands.post(f"/api/exams/{exam.id}/begin", {"token": hands.token}).json()
    assert datetime.fromisoformat(begun["deadline"]) == NOW + 30 * MINUTE
    told = json.dumps(begun, ensure_ascii=False)
    assert "right" not in told and "explanation" not in told and "source" not in told
    attempt = begun["attempt_id"]
    at(NOW + MINUTE)
    for n in range(3):
        body = {"seq": n + 1, "place": n, "choice": 1}
        kept = hands.tell(attempt, "entries", body)
        assert kept.status_code == 200, kept.text
    assert (kept.json()["seq"], kept.json()["saved"], kept.json()["total"]) == (3, 3, 10)
    gap = hands.tell(attempt, "entries", {"seq": 9, "place": 5, "choice": 1})
    assert (gap.status_code, gap.json()["code"], gap.json()["expected"]) == (409, "SequenceGap", 4)
    other = hands.tell(attempt, "entries", {"seq": 2, "place": 5, "choice": 1})
    assert (other.status_code, other.json()) == (409, gap.json())
    assert hands.tell(attempt, "entries", body).json()["saved"] == 3
    alive = hands.tell(attempt, "alive").json()
    assert alive["now"] == (NOW + MINUTE).isoformat() and not alive["over"]
    early = hands.tell(attempt, "submit", {"last_seq": 4})
    assert (early.status_code, early.json()["code"]) == (409, "AnswersMissing")
    assert hands.get(f"/api/attempts/{attempt}/result").status_code == 409
    found = hands.tell(attempt, "submit", {"last_seq": 3, "language": "en"}).json()
    assert found["passed"] is False and len(found["lines"]) == 10
    assert found["next_step"].startswith("Not passed on")
    again = hands.get(f"/api/attempts/{attempt}/result").json()
    assert again["score"] == found["score"] and again["next_step"].startswith("2026年11月23日")
    assert "KS-2026-0001" in hands.get(f"/exam/result/{attempt}").text
    assert "2026年11月25日起可以补考" in hands.get(f"/exam/{exam.id}").text


def test_what_is_refused_comes_as_a_sentence(
    client: TestClient, hall: Cast, exam: Exam, at: Any
) -> None:
    hands = Hands(client, hall.staff)
    attempt = hands.post(f"/api/exams/{exam.id}/begin", {"token": hands.token}).json()["attempt_id"]
    for faulty in ({}, {"seq": 1}, {"seq": 1, "place": 0, "choice": 64}, {"seq": 0, "place": 0,
                 "choice": 1}, {"seq": 1, "place": -1, "choice": 1}, "x" * 5000):  # fmt: skip
        answer = hands.tell(attempt, "entries", faulty)
        assert (answer.status_code, answer.json()["code"]) == (422, "EntryUnreadable"), faulty
    at(NOW + 31 * MINUTE)
    late = hands.tell(attempt, "entries", {"seq": 1, "place": 0, "choice": 1})
    assert (late.status_code, late.json()["code"]) == (409, "TimeOver")
    assert "考试时间已到" in late.json()["message"]
    stamp = (NOW + 29 * MINUTE).isoformat()
    body: dict[str, Any] = {"seq": 1, "place": 0, "choice": 1, "client_at": stamp}
    assert hands.tell(attempt, "entries", body).status_code == 200
    hands.token = token()
    assert hands.tell(attempt, "entries", body).json()["code"] == "TokenUnknown"
    assert hands.tell(attempt, "alive").json()["code"] == "TokenUnknown"


def test_a_tablet_takes_over_and_the_other_is_told(
    client: TestClient, hall: Cast, exam: Exam, at: Any
) -> None:
    first, second = Hands(client, hall.staff), Hands(client, hall.staff)
    begun = first.post(f"/api/exams/{exam.id}/begin", {"token": first.token}).json()
    attempt = begun["attempt_id"]
    first.tell(attempt, "entries", {"seq": 1, "place": 0, "choice": 2})
    assert second.post(f"/api/exams/{exam.id}/begin", {"token": second.token}).json()[
        "code"
    ] == "AlreadyUnderWay"  # fmt: skip
    at(NOW + 5 * MINUTE)
    cover = second.get(f"/exam/{exam.id}").text
    assert '"running_on": ""' in cover and '"seen_text": "11月23日 09:04"' in cover
    opened = second.post(f"/api/attempts/{attempt}/open", {"token": second.token}).json()
    assert opened["taken_over"] and opened["given_back"] == 300 and opened["answers"][0] == "2"
    assert first.tell(attempt, "alive").json()["taken_over"]
    told = first.tell(attempt, "entries", {"seq": 2, "place": 1, "choice": 1})
    assert told.json()["taken_over"]
    assert first.tell(attempt, "submit", {"last_seq": 2}).json()["code"] == "TakenOver"


def test_nobody_gets_in_without_a_session_or_with_anothers(
    client: TestClient, hall: Cast, exam: Exam, at: Any
) -> None:
    hands = Hands(client, hall.staff)
    attempt = hands.post(f"/api/exams/{exam.id}/begin", {"token": hands.token}).json()["attempt_id"]
    path = f"/api/attempts/{attempt}"
    stranger = client.post(f"{path}/open", json={"token": token()}, headers={"x-run-token": "t"})
    assert stranger.status_code == 401
    without = {**hands.headers, "x-csrf-token": ""}
    assert client.post(f"{path}/open", json={"token": token()}, headers=without).status_code == 403
    other = Hands(client, hall.second_staff)
    assert other.post(f"{path}/open", {"token": other.token}).json()["code"] == "NotYourExam"
    assert other.get(f"{path}/result").status_code == 403
    assert other.get("/exam/99999").status_code == 404
    assert other.get(f"/exam/{10**20}").status_code == 404
    assert other.tell(10**20, "alive").status_code == 404
    assert other.get("/exam/result/99999").status_code == 404
    far = Hands(client, hall.foreign_manager)
    assert far.get(f"/exam/{exam.id}").status_code == 404


def test_script_and_style_are_kept_for_good_by_their_content(
    client: TestClient, hall: Cast
) -> None:
    hands = Hands(client, hall.staff, clock.now())
    for name, (content, digest, kind) in files().items():
        answer = hands.get(f"/exam/static/{name}?v={digest}")
        assert answer.content == content and answer.headers["content-type"].startswith(kind)
        assert "immutable" in answer.headers["cache-control"]
        assert hands.get(f"/exam/static/{name}?v=old").headers["cache-control"] == "no-cache"
    assert hands.get("/exam/static/exam.html").status_code == 404
