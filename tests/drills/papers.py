"""What a printed paper says, for the tests of papers."""

import io
from collections.abc import Sequence

import openpyxl
from pypdf import PdfReader
from starlette.applications import Starlette
from starlette.routing import BaseRoute
from starlette.testclient import TestClient

from drills.papers import ROUTES
from safety_app.core.access import Actor
from safety_app.web import middleware
from tests.web.doors import SIGNED_IN, Finder


def visitor(actor: Actor, routes: Sequence[BaseRoute] = ROUTES) -> TestClient:
    """A browser in somebody's name, at the addresses of papers."""
    app = Starlette(routes=list(routes), middleware=middleware.stack(Finder(actor)))
    return TestClient(app, base_url="http://hall.example", headers=SIGNED_IN)


def words(content: bytes) -> str:
    """All that a paper says, without spaces."""
    pages = PdfReader(io.BytesIO(content)).pages
    return "".join("".join(page.extract_text().split()) for page in pages)


def rows(content: bytes) -> list[list[object]]:
    """All the rows of a workbook, sheet after sheet."""
    book = openpyxl.load_workbook(io.BytesIO(content))
    return [list(row) for sheet in book for row in sheet.iter_rows(values_only=True)]
