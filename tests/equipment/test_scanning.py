"""From the label to the sheet: scanned or typed, signed in or not, through the real doors."""

from collections.abc import Iterator
from typing import Any

import pytest
from starlette.applications import Starlette
from starlette.testclient import TestClient

from safety_app import main
from safety_app.accounts import gate
from safety_app.core.db import Database
from safety_app.web import middleware
from tests.accounts.people import PASSWORD, give_secrets
from tests.cast import Cast
from tests.dialects import sqlite_only
from tests.equipment.items import make_item
from tests.workplace.doors import HTML, fields_of

pytestmark = sqlite_only
HALL = "http://hall.example"


@pytest.fixture
def code(database: Database, hall: Cast) -> str:
    """What stands on the label of an extinguisher at A01, where Wang Xiaoyan works."""
    with database.transaction() as session:
        give_secrets(session, "wangxy")
        return make_item(session, hall).code


@pytest.fixture
def phone(code: str) -> Iterator[TestClient]:
    """A browser that follows where it is sent, and in which nobody is signed in."""
    app = Starlette(routes=main.routes(), middleware=middleware.stack(gate.find_live))
    with TestClient(app, base_url=HALL, headers=HTML, raise_server_exceptions=False) as opened:
        yield opened


def sign_in(phone: TestClient, address: str) -> Any:
    """Open an address, fill in the form that comes instead, and end where that leads."""
    page = phone.get(address)
    assert page.url.path == "/sign-in"
    data = {**fields_of(page), "login": "wangxy", "password": PASSWORD}
    return phone.post("/sign-in", data=data)


@pytest.mark.parametrize("address", ["/q/MHQ-0001", "/q/mhq1", "/q?code=mhq1"])
def test_who_scans_signed_out_is_at_the_sheet_after_signing_in(
    phone: TestClient, code: str, address: str
) -> None:
    answer = sign_in(phone, address)
    assert (answer.status_code, str(answer.url)) == (200, f"{HALL}/inspect/equipment:{code}")
    assert f"{code} 干粉（ABC）灭火器 4 kg" in answer.text


@pytest.mark.parametrize("typed", ["mhq1", "MHQ-0001", " ＭＨＱ１ "])
def test_a_typed_code_leads_to_the_sheet(phone: TestClient, code: str, typed: str) -> None:
    sign_in(phone, "/q/mhq1")
    answer = phone.get("/q", params={"code": typed}, follow_redirects=False)
    assert (answer.status_code, answer.headers["location"]) == (303, f"/inspect/equipment:{code}")


@pytest.mark.parametrize(
    ("typed", "to"),
    [("mhq9", "/equipment-round?code=MHQ-0009"), ("", "/equipment-round?code=")],
)
def test_a_code_that_nothing_has_leads_back_to_where_codes_are_typed(
    phone: TestClient, typed: str, to: str
) -> None:
    sign_in(phone, "/q/mhq1")
    answer = phone.get("/q", params={"code": typed}, follow_redirects=False)
    assert (answer.status_code, answer.headers["location"]) == (303, to)
