"""Every page × role × language opens, and speaks one language only."""

import re
from typing import Final

import pytest

from safety_app.core.db import Database
from safety_app.core.errors import NotAllowed
from safety_app.core.feature import Page
from safety_app.core.i18n import use_language
from safety_app.features import features
from tests.cast import Cast
from tests.screens import open_page, text_of

PAGES: Final = [page for feature in features() for page in feature.pages]
BROKEN: Final = ("暂时无法显示", "This cannot be shown right now")
# Codes, names of formats and products, the other language's own name, paths, units.
LATIN: Final = re.compile(
    r"English|SQLite|PostgreSQL|GB|NFPA|ABC|BC|PDF|Excel|CSV|xlsx|AED|LED|MB|\w*\[wght\]\.ttf"
    r"|python3 manage\.py \w+"
    r"|\b(?:MHQ|XHS|YJD|SZB|YG|FHM|JJX|LB|HM|KZ|QT|ZQP)(?:-\d{4})?\b|(?:KS|SJ|SC)-\d{4}-\d{4}|\bmhq32\b|\bpublic_url\b"
    r"|HZ-\d{4}-\d{4}|AQ-\d{4}-\d{2}-\w+|\b[0-9A-F]{4}(?:-[0-9A-F]{4}){3}\b|\b[A-Z]{1,3}\d+\b|/[\w./-]+|https?://\S+|\bE-[0-9A-F]{6}\b"
)
HAN: Final = re.compile(r"[\u4e00-\u9fff]+")
WORD: Final = re.compile(r"[A-Za-z]{2,}")

sqlite = pytest.mark.parametrize("dialect", ["sqlite"], indirect=True)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.url_path or "today")
@pytest.mark.parametrize(
    ("dialect", "language"),
    [("sqlite", "zh_CN"), ("sqlite", "en"), ("postgresql", "zh_CN")],
    indirect=["dialect"],
)
def test_a_page_opens_for_every_role_and_speaks_one_language(
    database: Database, hall: Cast, page: Page, language: str
) -> None:
    for role, actor in hall.everyone().items():
        shown = open_page(actor, page.url_path, language=language)
        assert not shown.exception, (role, shown.exception)
        texts = text_of(shown)
        assert not any(broken in text for text in texts for broken in BROKEN), (role, texts)
        may = page.permission is None or actor.may_somewhere(page.permission)
        assert _refused(texts, language) is not may, (role, texts)
        for text in texts:
            assert not foreign_words(text, language), (role, text)


def _refused(texts: list[str], language: str) -> bool:
    with use_language(language):
        head, _who, tail = NotAllowed(who="|").message().partition("|")
    return any(text.startswith(head) and text.endswith(tail) for text in texts)


def foreign_words(text: str, language: str) -> list[str]:
    """Words of the other language; codes, formats and products are nobody's words."""
    if language == "en":
        return HAN.findall(text.replace("中文", ""))
    return WORD.findall(LATIN.sub("", text))


@pytest.mark.parametrize(
    ("text", "language", "expected"),
    [
        ("待复查 HZ-2026-0123（A01）", "zh_CN", []),
        ("待复查 Overdue", "zh_CN", ["Overdue"]),
        ("Due 今天到期", "en", ["今天到期"]),
        ("中文", "en", []),
    ],
)
def test_words_of_the_other_language_are_found(
    text: str, language: str, expected: list[str]
) -> None:
    assert foreign_words(text, language) == expected


@sqlite
def test_the_menu_offers_only_what_this_person_may_open(database: Database, hall: Cast) -> None:
    assert "Settings" in text_of(open_page(hall.administrator, language="en"))
    assert "Settings" not in text_of(open_page(hall.staff, language="en"))
    assert "System" in text_of(open_page(hall.administrator, "settings", language="en"))
    assert "System" not in text_of(open_page(hall.manager, "settings", language="en"))


@sqlite
def test_who_was_signed_out_in_the_middle_is_led_to_sign_in(database: Database) -> None:
    shown = open_page(None)
    assert not shown.exception
    assert any('href="/sign-in"' in element.proto.body for element in shown.get("html"))


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.url_path or "today")
def test_every_page_says_what_it_is_for(page: Page) -> None:
    first, *rest = page.help.split("\n")
    assert first and rest, "a line for the list of settings, then what to do here"
