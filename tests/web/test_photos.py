"""Stored pictures: for whom they are, and how browsers keep them."""

from pathlib import Path
from types import SimpleNamespace

import pytest
from sqlalchemy.orm import Session
from starlette.applications import Starlette
from starlette.testclient import TestClient

from safety_app.core.access import Actor
from safety_app.core.db import Database
from safety_app.core.feature import PhotoShelf
from safety_app.core.photos import PhotoStore
from safety_app.core.settings import settings
from safety_app.features import features
from safety_app.web import middleware, photos
from tests.dialects import sqlite_only
from tests.web.doors import SIGNED_IN, Finder

pytestmark = sqlite_only


@pytest.fixture
def key(database: Database, monkeypatch: pytest.MonkeyPatch) -> str:
    """A stored picture that the cast's user 7 may see."""
    features()
    stored = PhotoStore(settings().photo_dir).put(b"picture", b"thumb")

    def may_see(_session: Session, actor: Actor, asked: str) -> bool:
        return actor.user_id == 7 and asked in (stored, "0" * 64)

    shelf = PhotoShelf(may_see, lambda _session, keys: set(keys))
    monkeypatch.setattr(photos, "features", lambda: (SimpleNamespace(photos=shelf),))
    return stored


@pytest.fixture
def client() -> TestClient:
    app = Starlette(routes=photos.routes, middleware=middleware.stack(Finder()))
    return TestClient(app, base_url="http://hall.example", headers=SIGNED_IN)


def test_a_picture_and_its_thumbnail_are_served_to_keep(client: TestClient, key: str) -> None:
    picture, thumb = client.get(f"/photos/{key}"), client.get(f"/photos/{key}?thumb=1")
    assert (picture.content, thumb.content) == (b"picture", b"thumb")
    assert picture.headers["content-type"] == "image/jpeg"
    assert picture.headers["cache-control"] == "private, max-age=31536000, immutable"
    assert picture.headers["etag"] != thumb.headers["etag"]


def test_a_picture_the_browser_has_is_not_sent_again(client: TestClient, key: str) -> None:
    tag = client.get(f"/photos/{key}").headers["etag"]
    again = client.get(f"/photos/{key}", headers={"if-none-match": tag})
    assert (again.status_code, again.content) == (304, b"")


@pytest.mark.parametrize("asked", ["f" * 64, "0" * 64, "x", "%2e%2e", "a%00b"])
def test_what_is_not_there_or_not_his_is_the_same_404(
    client: TestClient, key: str, asked: str
) -> None:
    answer = client.get(f"/photos/{asked}")
    assert answer.status_code == 404
    assert answer.json()["message"]


def test_another_persons_picture_is_not_served(client: TestClient, key: str) -> None:
    other = PhotoStore(settings().photo_dir).put(b"somebody else's", b"thumb")
    assert client.get(f"/photos/{other}").status_code == 404
    assert client.get(f"/photos/{other}?thumb=1").status_code == 404


def test_without_a_session_there_is_no_picture(
    client: TestClient, key: str, tmp_path: Path
) -> None:
    answer = client.get(f"/photos/{key}", headers={"cookie": ""})
    assert answer.status_code == 401
