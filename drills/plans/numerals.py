"""How chapters are numbered: 一、二 … as offices do, 1. 2. … in English."""

from typing import Final

from drills.plans.content import Chapter
from safety_app.core.i18n import language

DIGITS: Final = "零一二三四五六七八九"


def chinese(number: int) -> str:
    """A number from 1 to 99 in Chinese."""
    tens, ones = divmod(number, 10)
    front = ("" if tens == 1 else DIGITS[tens]) + "十" if tens else ""
    return front + (DIGITS[ones] if ones or not tens else "")


def numbered(number: int, title: str) -> str:
    """A heading with its number."""
    return f"{number}. {title}" if language() == "en" else f"{chinese(number)}、{title}"


def chapter_title(number: int, chapter: Chapter) -> str:
    """The heading of a chapter of rules."""
    return numbered(number, chapter.title.text)
