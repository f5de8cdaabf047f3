"""Notice, register and quarterly statistics: who may print them, and what they say."""

import io
import re
from datetime import UTC, date, datetime, timedelta
from typing import Any

import openpyxl
import pytest
from pypdf import PdfReader
from sqlalchemy import select
from sqlalchemy.orm import Session

from hazards import dossier, errors, service
from hazards.documents import notice, quarterly, register, reply
from hazards.documents.paper import head_of
from hazards.models import ExtensionReason, Hazard, Kind, LegalClass, Level, Status
from hazards.service import Finding, RegisterFilters, RegisterState
from safety_app.core.access import Actor
from safety_app.core.errors import NotAllowed
from safety_app.core.i18n import use_language
from safety_app.core.photos import Photo
from safety_app.features import features
from safety_app.workplace import service as workplace
from tests.cast import NOW, Cast
from tests.factories import make_hazard, make_photo
from tests.hazards.test_inspections import record

YEAR = RegisterFilters(date(2026, 1, 1), date(2026, 12, 31))
SINCE = datetime(2025, 6, 1, tzinfo=UTC)
Q4_END = datetime(2026, 12, 31, 16, tzinfo=UTC)


def words(data: bytes) -> str:
    """All text of a paper, without spaces and line breaks."""
    text = "".join(page.extract_text() for page in PdfReader(io.BytesIO(data)).pages)
    return "".join(text.split())


def printed(session: Session, hall: Cast, hazard: Hazard, actor: Actor | None = None) -> str:
    """The notice of a hazard."""
    found, basis = service.notice(session, actor or hall.officer, hazard.number, now=NOW)
    return words(notice.notice_pdf(found, head_of(session, hall.site_id, NOW), basis))


def test_a_notice_tells_everything_about_a_closed_hazard(session: Session, hall: Cast) -> None:
    hazard = make_hazard(session, hall, Status.CLOSED, source="checklists:window/A01/D07")
    text = printed(session, hall, hazard)
    for part in (
        "隐患整改通知单", hazard.number.replace("HZ", "ZG"), "插排破损", "周航", "更换插排",
        "停用并围挡", "2026年11月30日", "复查合格，同意销号", "刘洋", "签发人（签字）",
        "签收人（签字）", "复查人刘洋（签字）：日期", "一般", "清河县政务服务中心",
    ):  # fmt: skip
        assert part in text, part


@pytest.mark.parametrize(("language", "named"), [("zh_CN", "整改责任人"), ("en", "Owner")])
def test_the_notice_is_a_workbook_with_the_same_facts(
    session: Session, hall: Cast, language: str, named: str
) -> None:
    hazard = make_hazard(session, hall, Status.CLOSED)
    with use_language(language):
        found, basis = service.notice(session, hall.officer, hazard.number, now=NOW)
        data = notice.notice_xlsx(found, head_of(session, hall.site_id, NOW), basis)
    facts, course = openpyxl.load_workbook(io.BytesIO(data)).worksheets
    told = {row[0].value: row[1].value for row in facts.iter_rows(min_row=2)}
    assert hazard.number in told.values() and hazard.number.replace("HZ", "ZG") in told.values()
    assert told[named] == found.owner and basis in told.values()
    assert course.max_row == len(found.steps) + 1
    words_of = "".join(str(cell) for pair in told.items() for cell in pair)
    if language == "en":
        assert not any("\u4e00" <= char <= "\u9fff" for name in told for char in str(name)), (
            words_of
        )


def test_a_notice_before_the_re_inspection_leaves_room_to_sign_by_hand(
    session: Session, hall: Cast
) -> None:
    text = printed(session, hall, make_hazard(session, hall, Status.ASSIGNED))
    assert "□复查合格，同意销号□复查不合格，退回整改" in text


def test_a_notice_tells_of_extensions_returns_and_the_five_fix(
    session: Session, hall: Cast
) -> None:
    hazard = make_hazard(session, hall, Status.FIXED, level=Level.URGENT)
    service.send_back(session, hall.lead, hazard.id, reason="仍有松动", row_version=None, now=NOW)
    service.extend(
        session, hall.manager, hazard.id, fix_by=date(2026, 12, 15),
        reason=ExtensionReason.AWAITING_FUNDS, note="已报预算", row_version=None, now=NOW,
    )  # fmt: skip
    text = printed(session, hall, hazard)
    for part in ("待经费", "已报预算", "仍有松动", "1次", "责任：周航", "应急预案：断电疏散"):
        assert part in text, part


def test_a_notice_cites_where_it_was_found(session: Session, hall: Cast) -> None:
    point = make_hazard(session, hall, source="checklists:window/A01/D07")
    other = make_hazard(session, hall)
    made = record(session, hall, Finding("应急灯坏", window_id=hall.a01))
    (found,) = service.get_inspection(session, hall.officer, made.id, now=NOW).findings
    assert "公安部令第61号第二十五条" in printed(session, hall, point)
    assert "安全生产法第五十九条" in printed(session, hall, other)
    assert "清消责改字〔2026〕第31号" in printed(session, hall, session.get_one(Hazard, found.id))


def test_the_owner_prints_the_own_notice_and_a_colleague_does_not(
    session: Session, hall: Cast
) -> None:
    hazard = make_hazard(session, hall, Status.ASSIGNED, owner=hall.second_staff)
    assert service.notice(session, hall.second_staff, hazard.number, now=NOW)
    assert service.notice(session, hall.lead, hazard.number, now=NOW)
    with pytest.raises(NotAllowed):
        service.notice(session, hall.staff, hazard.number, now=NOW)


def test_the_register_lists_what_the_filters_say(session: Session, hall: Cast) -> None:
    closed = make_hazard(session, hall, Status.CLOSED)
    still = make_hazard(session, hall, Status.ASSIGNED, window_id=hall.a03)
    common = make_hazard(session, hall, common=True, level=Level.URGENT)
    make_hazard(session, hall, now=NOW - timedelta(days=400))

    def listed(actor: Actor, **facts: Any) -> list[str]:
        filters = RegisterFilters(YEAR.first, YEAR.last, **facts)
        return [one.number for one in service.register(session, actor, filters)]

    assert listed(hall.officer) == [closed.number, still.number, common.number]
    assert listed(hall.officer, state=RegisterState.OPEN) == [still.number, common.number]
    assert listed(hall.manager, state=RegisterState.CLOSED) == [closed.number]
    assert listed(hall.officer, common=True) == [common.number]
    assert listed(hall.officer, level=Level.URGENT) == [common.number]
    assert listed(hall.lead) == [closed.number]
    assert listed(hall.lead, window_id=hall.a02) == []


@pytest.mark.parametrize("role", ["staff", "administrator", "third_party"])
def test_a_register_is_for_those_in_charge(session: Session, hall: Cast, role: str) -> None:
    with pytest.raises(NotAllowed):
        service.register(session, hall.everyone()[role], YEAR)


def test_a_lead_prints_no_other_window_and_no_common_areas(session: Session, hall: Cast) -> None:
    for facts in ({"window_id": hall.a03}, {"common": True}):
        filters = RegisterFilters(YEAR.first, YEAR.last, **facts)
        with pytest.raises(NotAllowed):
            service.register(session, hall.lead, filters)


@pytest.mark.parametrize("language", ["zh_CN", "en"])
def test_register_on_paper_and_in_excel_keep_service_points_apart(
    session: Session, hall: Cast, language: str
) -> None:
    hazard = make_hazard(session, hall, Status.CLOSED, what="=1+1")
    point = make_hazard(session, hall, kind=Kind.SERVICE, what="样表缺失")
    with use_language(language):
        rows = service.register(session, hall.officer, YEAR)
        head = head_of(session, hall.site_id, NOW)
        before, after = service.pictures(session, [one.id for one in rows])
        text = words(register.register_pdf(rows, YEAR, head, before=before, after=after))
        book = openpyxl.load_workbook(io.BytesIO(register.register_xlsx(rows, YEAR, head)))
    assert service.register_counts(session, hall.officer, YEAR) == (1, 1)
    assert hazard.number in text and point.number in text
    assert ("不计入安全统计" in text) == (language == "zh_CN")
    safety, points, _facts = book.worksheets
    assert [row[0].value for row in safety.iter_rows(min_row=2)] == [hazard.number]
    assert safety.cell(2, 4).value == "=1+1" and safety.cell(2, 4).data_type == "s"
    assert [row[0].value for row in points.iter_rows(min_row=2)] == [point.number]


@pytest.mark.parametrize(
    ("facts", "said"),
    [
        ({"state": RegisterState.OPEN}, "没有符合所选条件的隐患"),
        ({"level": Level.URGENT}, "没有符合所选条件的隐患"),
        ({"common": True}, "没有符合所选条件的隐患"),
        ({}, "本年度未发现安全隐患。"),
        ({"last": date(2026, 6, 30)}, "所选期间未发现安全隐患。"),
    ],
)
def test_an_empty_register_says_of_what_it_is_empty(
    session: Session, hall: Cast, facts: dict[str, Any], said: str
) -> None:
    filters = RegisterFilters(**{"first": YEAR.first, "last": YEAR.last, **facts})
    head = head_of(session, hall.site_id, NOW)
    chinese = words(register.register_pdf([], filters, head, place="A06"))
    assert said in chinese and "本月" not in chinese
    if filters.is_narrowed:
        assert "隐患（A06；" in chinese, "the filter in words"
    with use_language("en"):
        assert (
            "nohazardswerefound.".upper()
            not in words(register.register_pdf([], filters, head)).upper()
        )


def test_the_annex_is_bounded(session: Session, hall: Cast) -> None:
    make_hazard(session, hall, Status.CLOSED)
    rows = service.register(session, hall.officer, YEAR) * (register.MOST_PAIRS + 5)
    _before, after = service.pictures(session, [rows[0].id])
    blocks = register.annex(rows, {}, after, "Asia/Shanghai")
    assert len(blocks[-1].pairs) == register.MOST_PAIRS  # type: ignore[union-attr]


def quarter(session: Session, hall: Cast, number: int = 4, **facts: Any) -> service.Quarter:
    """The statistics as the manager asks for them after the quarter; records since 2025."""
    workplace.site(session, hall.site_id).created_at = facts.get("begun", SINCE)
    now = facts.get("now", Q4_END + timedelta(days=9))
    return service.statistics(session, hall.manager, 2026, number, now=now)


def test_the_quarter_counts_both_classes_and_leaves_service_points_out(
    session: Session, hall: Cast
) -> None:
    spring = datetime(2026, 5, 11, 2, tzinfo=UTC)
    make_hazard(session, hall, Status.CLOSED, now=spring, fix_by=date(2026, 5, 20))
    make_hazard(session, hall, Status.CLOSED)
    make_hazard(session, hall)
    make_hazard(session, hall, Status.VOIDED)
    make_hazard(session, hall, Status.CLOSED, kind=Kind.SERVICE)
    make_hazard(session, hall, Status.ASSIGNED, legal_class=LegalClass.MAJOR)
    make_hazard(session, hall, legal_class=LegalClass.MAJOR)
    found = quarter(session, hall)
    line, year = found.this_quarter, found.this_year
    assert (line.general, line.general_rectified) == (2, 1)
    assert (line.major, line.major_rectified, line.planned) == (2, 0, 1)
    assert (year.general, year.general_rectified, year.major) == (3, 2, 2)
    assert quarter(session, hall, 2).this_quarter.general == 1


def test_what_was_corrected_on_the_spot_is_inside_and_told_apart(
    session: Session, hall: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    feature = next(one for one in features() if one.name == "checklists")
    assert feature.corrected is not None
    assert feature.corrected(session, hall.site_id, NOW, Q4_END) == 0
    monkeypatch.setattr("hazards.service.quarters._corrected", lambda _s, _site, start, _end: 3)
    line = quarter(session, hall).this_quarter
    assert (line.general, line.general_rectified, line.spot) == (3, 3, 3)


def test_funds_count_in_the_quarter_in_which_they_were_settled(
    session: Session, hall: Cast
) -> None:
    summer = datetime(2026, 8, 11, 2, tzinfo=UTC)
    hazard = make_hazard(session, hall, now=summer)
    facts: dict[str, Any] = {"owner_id": hall.second_staff.user_id, "measures": "改"}
    service.assign(
        session, hall.officer, hazard.id, fix_by=date(2026, 12, 1), funds_yuan=12_500,
        row_version=None, now=summer, **facts,
    )  # fmt: skip
    service.fix(
        session, hall.second_staff, hazard.id, note="好", photos=[make_photo("f")],
        funds_yuan=15_000, row_version=None, now=NOW,
    )  # fmt: skip
    assert quarter(session, hall, 3).this_quarter.funds_yuan == 12_500
    found = quarter(session, hall)
    assert (found.this_quarter.funds_yuan, found.this_year.funds_yuan) == (2_500, 15_000)
    assert quarterly.yuan_text(12_500) == "1.25" and quarterly.yuan_text(0) == "0"


def test_a_quarter_that_is_over_reads_the_same_for_ever(session: Session, hall: Cast) -> None:
    hazard = make_hazard(session, hall, Status.ASSIGNED)
    head = head_of(session, hall.site_id, Q4_END)
    before = quarterly.statistics_pdf(quarter(session, hall), head)
    later = Q4_END + timedelta(days=2)
    service.fix(
        session, hall.second_staff, hazard.id, note="好", photos=[make_photo("f")],
        funds_yuan=900, row_version=None, now=later,
    )  # fmt: skip
    service.accept(session, hall.officer, hazard.id, row_version=None, now=later)
    make_hazard(session, hall, now=later)
    assert quarterly.statistics_pdf(quarter(session, hall), head) == before
    assert not quarter(session, hall, now=NOW).is_final


@pytest.mark.parametrize("text", ["", "2026", "2026-Q5", "2026-Q0", "1999-Q1", "x", "２０２６-Q1"])
def test_what_is_no_quarter_is_refused(text: str) -> None:
    with pytest.raises(errors.BadQuarter):
        service.parse_quarter(text)
    assert service.parse_quarter("2026-Q4") == service.parse_quarter("2026-4") == (2026, 4)


def test_a_quarter_to_come_is_refused(session: Session, hall: Cast) -> None:
    with pytest.raises(errors.FutureQuarter):
        service.statistics(session, hall.manager, 2027, 1, now=NOW)


def test_a_quarter_before_the_records_is_refused_and_one_around_their_beginning_says_so(
    session: Session, hall: Cast
) -> None:
    begun = datetime(2026, 9, 30, 15, 59, tzinfo=UTC)
    head = head_of(session, hall.site_id, Q4_END)
    with pytest.raises(errors.QuarterBeforeRecords, match="2026年9月30日"):
        quarter(session, hall, 2, begun=begun)
    for number in (3, 4):
        found = quarter(session, hall, number, begun=begun)
        assert "记录自2026年9月30日起" in words(quarterly.statistics_pdf(found, head))
    old = quarter(session, hall)
    assert "记录自" not in words(quarterly.statistics_pdf(old, head))
    with pytest.raises(errors.QuarterBeforeRecords):
        quarter(session, hall, 3, begun=begun + timedelta(minutes=1))


@pytest.mark.parametrize("role", ["staff", "lead", "third_party", "administrator"])
def test_the_quarter_is_for_officer_and_manager(session: Session, hall: Cast, role: str) -> None:
    with pytest.raises(NotAllowed):
        service.statistics(session, hall.everyone()[role], 2026, 4, now=NOW)


def test_the_form_has_the_columns_and_signatures_of_the_office(
    session: Session, hall: Cast
) -> None:
    make_hazard(session, hall, Status.CLOSED)
    head = head_of(session, hall.site_id, NOW)
    found = quarter(session, hall)
    text = words(quarterly.statistics_pdf(found, head))
    for part in (
        "单位（盖章）", "2026年第四季度", "一般隐患", "排查数（项）", "已整改（项）",
        "整改率（%）", "重大隐患", "责任落实", "措施落实", "资金落实", "时限落实", "预案落实",
        "落实治理资金", "本季", "本年累计", "填表人", "审核人", "单位负责人（签字）", "100.0",
        "当场改正",
    ):  # fmt: skip
        assert part in text, part
    late = quarter(session, hall, begun=NOW)
    for language in ("zh_CN", "en"):
        with use_language(language):
            data = quarterly.statistics_pdf(late, head)
            read = PdfReader(io.BytesIO(data))
            assert len(read.pages) == 1, language
    lines = read.pages[0].extract_text()
    for word in ("quarter", "Measures", "Deadline", "settled", "General", "thousand", "Backup"):
        assert re.search(rf"\b{word}", lines), f"{word} is torn"
    book = openpyxl.load_workbook(io.BytesIO(quarterly.statistics_xlsx(found, head)))
    assert [row[0].value for row in book.worksheets[0].iter_rows(min_row=2)] == ["本季", "本年累计"]


def test_the_reply_sheet_lists_each_finding_with_its_state(session: Session, hall: Cast) -> None:
    made = record(session, hall, Finding("应急灯坏", window_id=hall.a01, place="东口"))
    found = service.get_inspection(session, hall.officer, made.id, now=NOW)
    rows = service.rows_of(
        session, hall.site_id, "Asia/Shanghai", [Hazard.inspection_id == made.id]
    )
    text = words(reply.reply_pdf(found, rows, head_of(session, hall.site_id, NOW), {}, {}))
    for part in ("整改情况回复", "消防救援大队", "应急灯坏", "东口", "待交办", "尚未答复"):
        assert part in text, part


def test_the_dossier_has_the_register_and_the_last_inspection(session: Session, hall: Cast) -> None:
    assert dossier.last_inspection(session, hall.site_id, NOW).missing
    make_hazard(session, hall, Status.CLOSED)
    record(session, hall, Finding("应急灯坏", window_id=hall.a01))
    later = NOW + timedelta(minutes=1)
    listed = dossier.register(session, hall.site_id, later)
    assert listed.blocks and len(listed.shortfalls) == 1
    assert listed.missing == (), "no paper can add what was not done"
    last = dossier.last_inspection(session, hall.site_id, later)
    assert len(last.missing) == len(last.shortfalls) == 1 and last.scans == ()


def test_the_dossier_keeps_old_hazards_that_were_open_in_its_twelve_months(
    session: Session, hall: Cast
) -> None:
    long_ago = NOW - timedelta(days=500)
    due = (long_ago + timedelta(days=30)).date()
    gone = make_hazard(session, hall, Status.CLOSED, now=long_ago, fix_by=due, what="早已整改")
    still = make_hazard(session, hall, Status.ASSIGNED, now=long_ago, fix_by=due, what="长期未改")
    late = make_hazard(session, hall, Status.FIXED, now=long_ago, fix_by=due, what="今年销号")
    service.accept(session, hall.officer, late.id, row_version=None, now=NOW)
    found = dossier.register(session, hall.site_id, NOW + timedelta(minutes=1))
    told = repr(found.blocks)
    assert still.number in told and late.number in told
    assert gone.number not in told
    assert found.shortfalls == ("有 1 项隐患逾期未整改。",)


def test_open_hazards_are_not_crowded_out_of_the_dossier(
    session: Session, hall: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(dossier, "MOST", 2)
    still = make_hazard(session, hall, now=NOW - timedelta(days=400))
    closed = [make_hazard(session, hall, Status.CLOSED) for _each in range(3)]
    told = repr(dossier.register(session, hall.site_id, NOW + timedelta(minutes=1)).blocks)
    assert still.number in told and closed[2].number in told and closed[0].number not in told


def like(name: str, dhash: int) -> Photo:
    """A picture with this perceptual hash."""
    photo = make_photo(name)
    return Photo(photo.key, 640, 480, None, photo.upload_sha, dhash, 1000)


MIXED = 0x5A5A_C3C3_0FF0_1234


def doubts(session: Session, hall: Cast, before: Photo, after: Photo) -> tuple[Any, ...]:
    """What whoever verifies is told of a fix with these pictures."""
    hazard = make_hazard(session, hall, Status.ASSIGNED, photos=[before])
    service.fix(
        session, hall.second_staff, hazard.id, note="好", photos=[after], row_version=None, now=NOW
    )
    assert service.get(session, hall.second_staff, hazard.id, now=NOW).doubts == ()
    return service.get(session, hall.officer, hazard.id, now=NOW).doubts


def test_a_picture_like_that_of_the_problem_asks_a_human(session: Session, hall: Cast) -> None:
    found = doubts(session, hall, like("a", MIXED), like("b", MIXED ^ 0b111111))
    assert [one.number for one in found] == [""]
    assert doubts(session, hall, like("c", MIXED), like("d", MIXED ^ 0b1111111)) == ()


def test_almost_even_pictures_say_nothing(session: Session, hall: Cast) -> None:
    assert doubts(session, hall, like("a", 0), like("b", 1)) == ()


def test_a_picture_used_at_another_hazard_asks_a_human_and_refuses_nothing(
    session: Session, hall: Cast
) -> None:
    first = make_hazard(session, hall, Status.CLOSED)
    used = make_photo(f"after {first.id}")
    (doubt,) = doubts(session, hall, like("x", MIXED), used)
    assert doubt.number == first.number
    waiting = session.scalars(select(Hazard).where(Hazard.status == Status.FIXED)).one()
    service.accept(session, hall.officer, waiting.id, row_version=None, now=NOW)
    assert waiting.status == Status.CLOSED
