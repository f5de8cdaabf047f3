"""The guides say what the screens say, and every picture and page they point to is there."""

import re
from functools import lru_cache
from pathlib import Path
from typing import Final

import pytest
from babel.messages.pofile import read_po

from tests.live import ROOT

GUIDES: Final = sorted((ROOT / "docs" / "guide").glob("*.md"))
PAGES: Final = [*GUIDES, ROOT / "README.md", ROOT / "README.zh-CN.md", *ROOT.glob("docs/*.md")]
PACKAGES: Final = ("safety_app", "hazards", "checklists", "equipment", "drills")


@lru_cache
def said(language: str) -> str:
    """Everything that screens say in a language, a line each; `n` stands for what is filled in."""
    found: list[object] = []
    for path in (one for name in PACKAGES for one in (ROOT / name).rglob("locales/*.po")):
        with path.open("rb") as file:
            for message in read_po(file, locale="zh_CN"):
                words = message.id if language == "en" else message.string
                found += words if isinstance(words, (tuple, list)) else [words]
    return "\n".join(re.sub(r"\{\w+\}", "n", " ".join(str(text).split())) for text in found)


def quoted(guide: Path) -> list[str]:
    """What a guide says in quotation marks."""
    text = " ".join(guide.read_text("utf-8").split())
    return list(dict.fromkeys(one.strip(".") for one in re.findall("“([^”]+)”", text)))


@pytest.mark.parametrize("guide", GUIDES, ids=lambda path: path.name)
def test_a_guide_quotes_words_of_the_screens(guide: Path) -> None:
    language = "zh_CN" if ".zh-CN." in guide.name else "en"
    assert [words for words in quoted(guide) if words not in said(language)] == []


@pytest.mark.parametrize("page", PAGES, ids=lambda path: path.name)
def test_what_a_page_links_to_is_there(page: Path) -> None:
    targets = re.findall(r"\]\(([^)#\s]+)", page.read_text("utf-8"))
    inside = [one for one in targets if "://" not in one]
    assert [one for one in inside if not (page.parent / one).exists()] == []


def test_each_guide_is_there_in_both_languages() -> None:
    names = {path.name for path in GUIDES}
    english = {name for name in names if ".zh-CN." not in name}
    assert len(english) > 1
    assert names == english | {name.replace(".md", ".zh-CN.md") for name in english}


def test_pictures_of_a_guide_speak_its_language() -> None:
    for guide in GUIDES:
        pictures = re.findall(r"screenshots/([\w-]+)\.png", guide.read_text("utf-8"))
        wanted = "zh" if ".zh-CN." in guide.name else "en"
        assert [one for one in pictures if wanted not in one.split("-")] == []
