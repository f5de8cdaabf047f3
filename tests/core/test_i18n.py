"""The language follows the person's choice, then the browser, then it is Chinese."""

from datetime import date

import pytest

from safety_app.core.i18n import (
    _,
    bilingual,
    choose_language,
    day_text,
    month_text,
    ngettext,
    use_language,
)


@pytest.mark.parametrize(
    ("preferred", "accept", "chosen"),
    [
        ("en", "zh-CN", "en"),
        (None, "zh-CN,zh;q=0.9,en;q=0.8", "zh_CN"),
        (None, "en-GB,en;q=0.9", "en"),
        (None, "en;q=0.1,zh-CN;q=0.9", "zh_CN"),
        (None, "zh-TW", "zh_CN"),
        (None, "fr-FR,en;q=0.5", "en"),
        (None, "fr-FR", "zh_CN"),
        (None, "en;q=x", "en"),
        (None, "", "zh_CN"),
        (None, None, "zh_CN"),
        ("xx", None, "zh_CN"),
    ],
)
def test_which_language_is_spoken(preferred: str | None, accept: str | None, chosen: str) -> None:
    assert choose_language(preferred, accept) == chosen


def test_days_and_months_read_as_they_are_written_in_either_language() -> None:
    day = date(2026, 11, 23)
    assert (day_text(day), month_text(2026, 10)) == ("11月23日 周一", "2026年10月")
    with use_language("en"):
        assert (day_text(day, year=True), month_text(2026, 10)) == (
            "Mon 23 Nov 2026",
            "October 2026",
        )


def test_english_has_a_singular_and_chinese_needs_none() -> None:
    with use_language("en"):
        assert ngettext("{n} day", "{n} days", 1) == "1 day"
        assert ngettext("{n} day", "{n} days", 2) == "2 days"
        assert bilingual("窗口", "Window") == "Window" and bilingual("窗口", "") == "窗口"
    assert bilingual("窗口", "Window") == "窗口"


def test_an_unknown_sentence_stays_as_it_is() -> None:
    assert _("No such sentence {n}", n=1) == "No such sentence 1"
