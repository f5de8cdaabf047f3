"""Pieces of HTML: what people typed is escaped, what is coloured is also worded."""

import pytest

from safety_app.core.i18n import use_language
from safety_app.features import features
from safety_app.ui import markup
from safety_app.ui.badges import due_badge, level_badge, state_badge, status_badge
from tests.screens import words_of

features()
EVIL = '<img src=x onerror="alert(1)">&"'


@pytest.mark.parametrize(
    "piece",
    [
        markup.badge(EVIL),
        markup.title(EVIL, EVIL),
        markup.notice("red", EVIL, heading=EVIL),
        markup.empty(EVIL, EVIL),
        markup.facts([(EVIL, EVIL)]),
        markup.kpi(EVIL, EVIL, unit=EVIL, under=EVIL),
        markup.timeline([markup.Entry(EVIL, EVIL, icon=EVIL)]),
        markup.photo(markup.Picture(EVIL, EVIL, EVIL)),
        markup.anchor(EVIL, EVIL, EVIL),
        markup.section(EVIL),
    ],
)
def test_what_people_typed_stays_text(piece: str) -> None:
    assert "<img src=x" not in piece
    assert 'onerror="' not in piece


@pytest.mark.parametrize(
    ("days_left", "chinese", "english", "look"),
    [
        (3, "还剩 3 天", "3 days left", "bd-grey"),
        (1, "还剩 1 天", "1 day left", "bd-grey"),
        (0, "今天到期", "Due today", "bd-orange"),
        (-2, "逾期 2 天", "2 days overdue", "bd-red bd-solid"),
    ],
)
def test_a_deadline_is_pale_until_it_is_over(
    days_left: int, chinese: str, english: str, look: str
) -> None:
    assert words_of(due_badge(days_left)) == [chinese]
    assert f'class="bd {look}"' in due_badge(days_left)
    with use_language("en"):
        assert words_of(due_badge(days_left)) == [english]


def test_no_deadline_draws_nothing() -> None:
    assert due_badge(None) == ""


def test_levels_are_words_not_colours() -> None:
    levels = ("urgent", "serious", "moderate", "minor")
    assert [words_of(level_badge(one))[0] for one in levels] == ["紧急", "严重", "普通", "轻微"]


def test_a_hazard_that_came_back_says_so() -> None:
    assert words_of(status_badge("assigned")) == ["整改中"]
    assert words_of(status_badge("assigned", sent_back=True)) == ["退回整改"]
    assert words_of(status_badge("fixed", sent_back=True)) == ["待复查"]


def test_every_state_of_a_task_has_a_badge() -> None:
    states = ("upcoming", "open", "late", "missed", "done", "done_late")
    shown = [words_of(state_badge(state))[0] for state in states]
    assert shown == ["未到时间", "可以开始", "已超时", "未巡查", "已完成", "超时完成"]
    assert words_of(state_badge("late", "超时 4 分钟")) == ["超时 4 分钟"]


def test_loud_notices_are_announced_at_once_and_quiet_ones_politely() -> None:
    assert 'role="alert"' in markup.notice("red", "x")
    assert 'role="status"' in markup.notice("green", "x")


def test_a_symbol_is_no_text_of_the_page() -> None:
    assert words_of(markup.icon("report")) == []


def test_a_photo_opens_the_whole_picture_and_says_what_it_shows() -> None:
    piece = markup.photo(markup.Picture("abc", "地面有水", "09:04 王晓燕"))
    assert 'href="/photos/abc"' in piece
    assert 'src="/photos/abc?thumb=1"' in piece
    assert words_of(piece) == ["放大照片：地面有水", "地面有水", "09:04 王晓燕"]


def test_a_pair_without_an_after_photo_says_so() -> None:
    shown = words_of(markup.photo_pair([markup.Picture("a", "坏插座")], []))
    assert shown == ["整改前", "放大照片：坏插座", "坏插座", "整改后", "暂无照片"]


def test_a_table_names_each_cell_and_escapes_what_people_typed() -> None:
    made = markup.table("<b>", ["名<称", "x"], [["<script>", markup.Safe("<i>ok</i>")], ["", "b"]])
    assert 'aria-label="&lt;b&gt;"' in made and "<script>" not in made
    assert '<td data-label="名&lt;称">&lt;script&gt;</td>' in made and "<i>ok</i>" in made
    assert '<td data-label="名&lt;称">–</td>' in made
