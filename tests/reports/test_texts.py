"""Paragraphs worded by hand: who may, what counts, what is kept, what both papers then say."""

from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from safety_app.core import journal
from safety_app.core.access import Actor
from safety_app.core.errors import ChangedMeanwhile, NotAllowed, NotFound, TextTooLong
from safety_app.core.i18n import use_language
from safety_app.core.pdf.blocks import Heading, Note, Paragraph
from safety_app.reports import service, texts
from safety_app.reports.documents import report_blocks
from safety_app.reports.errors import BadMonth, FutureMonth, UnknownLanguage
from safety_app.reports.models import ReportText
from safety_app.reports.service import Report
from safety_app.reports.texts import Slot
from tests.cast import NOW, Cast

WORDS = "本月重点完成了插排更换。"


def word(
    session: Session, hall: Cast, text: str = WORDS, *, actor: Actor | None = None, seen: int = 0,
    slot: Slot = Slot.OPENING, window: int | None = -1, month: int = 10, language: str = "zh_CN",
) -> ReportText | None:  # fmt: skip
    """Word a paragraph of October of A01 unless said otherwise."""
    place = hall.a01 if window == -1 else window
    return texts.write(
        session, actor or hall.lead, place, 2026, month, slot,
        language=language, text=text, seen=seen, now=NOW,
    )  # fmt: skip


def october(session: Session, hall: Cast) -> Report:
    return service.window_report(session, hall.officer, hall.a01, 2026, 10, now=NOW)


def said(report: Report) -> list[str]:
    with use_language(report.language):
        blocks = report_blocks(report)
    return [one.text for one in blocks if isinstance(one, Paragraph | Note | Heading)]


def test_what_the_lead_wrote_stands_on_the_paper_with_name_and_time(
    session: Session, hall: Cast
) -> None:
    before = october(session, hall)
    word(session, hall)
    after = october(session, hall)
    assert WORDS in said(after) and WORDS not in said(before)
    assert any("“总体情况”（李敏，2026年11月23日 09:04）" in text for text in said(after))
    assert not any("人工修改" in text for text in said(before))


def test_a_text_after_the_cut_off_changes_the_check_code(session: Session, hall: Cast) -> None:
    codes = [october(session, hall).check_code]
    first = word(session, hall)
    assert first is not None
    codes.append(october(session, hall).check_code)
    back = word(session, hall, "", seen=first.id)
    assert back is not None
    assert codes[0] != codes[1]
    assert october(session, hall).check_code == codes[0]
    assert october(session, hall).wording(Slot.OPENING) is None


def test_each_wording_is_kept_and_journalled(session: Session, hall: Cast) -> None:
    first = word(session, hall)
    assert first is not None
    second = word(session, hall, "另一种说法。", seen=first.id, actor=hall.officer)
    assert second is not None
    kept = session.scalars(select(ReportText.text).order_by(ReportText.id)).all()
    assert kept == [WORDS, "另一种说法。"]
    entries = session.scalars(
        select(journal.Entry).where(journal.Entry.action == "reports.write")
    ).all()
    assert [(one.object_id, one.actor_id) for one in entries] == [
        (first.id, hall.lead.user_id), (second.id, hall.officer.user_id),
    ]  # fmt: skip
    assert entries[0].digest != entries[1].digest


def test_who_was_overtaken_is_told_by_whom_and_nothing_is_kept(
    session: Session, hall: Cast
) -> None:
    word(session, hall)
    with pytest.raises(ChangedMeanwhile) as told:
        word(session, hall, "我的说法。", actor=hall.officer, seen=0)
    assert "李敏" in told.value.message() and "总体情况" in told.value.message()
    found = october(session, hall).wording(Slot.OPENING)
    assert found is not None and found.text == WORDS


def test_what_stands_already_is_not_kept_twice(session: Session, hall: Cast) -> None:
    first = word(session, hall)
    assert first is not None
    assert word(session, hall, f"  {WORDS}\r\n", seen=first.id) is None
    assert word(session, hall, "", slot=Slot.FOCUS) is None


def test_the_other_language_keeps_its_proposal_and_says_so(session: Session, hall: Cast) -> None:
    word(session, hall)
    chinese = october(session, hall)
    with use_language("en"):
        english = october(session, hall)
    assert english.wording(Slot.OPENING) is None
    assert any("carries words of Li Min here" in text for text in said(english))
    assert not any(WORDS in text for text in said(english))
    assert english.check_code == chinese.check_code


def test_lines_and_signs_that_harm_are_cleaned(session: Session, hall: Cast) -> None:
    row = word(session, hall, "一\x00二\u202e三\r\n四\t五")
    assert row is not None and row.text == "一二三\n四 五"
    assert {"一二三", "四 五"} <= set(said(october(session, hall)))


def test_a_text_has_an_end(session: Session, hall: Cast) -> None:
    word(session, hall, "字" * texts.LIMIT)
    with pytest.raises(TextTooLong):
        word(session, hall, "字" * (texts.LIMIT + 1), slot=Slot.FOCUS)


def test_a_remark_stands_only_where_there_is_one(session: Session, hall: Cast) -> None:
    assert not any("其他说明" in text for text in said(october(session, hall)))
    word(session, hall, "空调检修两天。", slot=Slot.REMARK)
    lines = said(october(session, hall))
    assert any(text.endswith("、其他说明") for text in lines) and "空调检修两天。" in lines


@pytest.mark.parametrize("role", ["staff", "administrator", "third_party"])
def test_others_may_not_word_it(session: Session, hall: Cast, role: str) -> None:
    with pytest.raises(NotAllowed):
        word(session, hall, actor=hall.everyone()[role])


def test_a_lead_words_own_windows_only_and_never_the_hall(session: Session, hall: Cast) -> None:
    with pytest.raises(NotAllowed):
        word(session, hall, window=hall.a03)
    with pytest.raises(NotAllowed) as refused:
        word(session, hall, window=None)
    assert "安全员" in refused.value.message()
    assert word(session, hall, window=None, actor=hall.officer) is not None
    with pytest.raises(NotFound):
        word(session, hall, window=hall.foreign_window, actor=hall.officer)


def test_the_months_are_those_of_the_report(session: Session, hall: Cast) -> None:
    with pytest.raises(FutureMonth):
        word(session, hall, month=12)
    with pytest.raises(BadMonth):
        word(session, hall, month=13)


def test_a_window_a_month_and_the_hall_have_words_of_their_own(
    session: Session, hall: Cast
) -> None:
    word(session, hall)
    word(session, hall, "全中心。", window=None, actor=hall.manager)
    other = service.window_report(session, hall.lead, hall.a02, 2026, 10, now=NOW)
    september = service.window_report(session, hall.lead, hall.a01, 2026, 9, now=NOW)
    whole = service.site_report(session, hall.manager, hall.site_id, 2026, 10, now=NOW)
    assert other.written == september.written == ()
    assert [one.text for one in whole.written] == ["全中心。"]


def test_the_newest_counts_whatever_the_clock_says(session: Session, hall: Cast) -> None:
    first = word(session, hall)
    assert first is not None
    texts.write(
        session, hall.lead, hall.a01, 2026, 10, Slot.OPENING, language="zh_CN", text="后写。",
        seen=first.id, now=NOW - timedelta(hours=1),
    )  # fmt: skip
    found = october(session, hall).wording(Slot.OPENING)
    assert found is not None and found.text == "后写。"


def test_the_english_paper_has_words_of_its_own(session: Session, hall: Cast) -> None:
    word(session, hall, "All power strips were replaced.", language="en")
    assert october(session, hall).wording(Slot.OPENING) is None
    assert any("英文版报告采用李敏" in text for text in said(october(session, hall)))
    with pytest.raises(UnknownLanguage):
        word(session, hall, language="fr")
