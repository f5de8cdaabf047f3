"""Training in monthly reports and in an inspector's papers: counted, and claimed only if true."""

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from checklists.models import PaperForm
from drills.training import comparison, dossier, sections, service
from drills.training.models import EventKind, GatePeriod, Purpose, Result, Source
from drills.training.service.events import record_event
from drills.training.service.filing import Facts
from drills.training.service.month import month_of
from drills.training.service.on_post import on_post
from safety_app.accounts import dossier as accounts_dossier
from safety_app.accounts.models import Membership
from safety_app.accounts.service import User
from safety_app.core import clock
from safety_app.core.feature import Figure, Light, Period, SectionContent
from safety_app.core.i18n import use_language
from safety_app.core.pdf.blocks import Block, Heading, Table
from safety_app.features import features
from safety_app.reports.months import period_of
from safety_app.reports.service import site_report
from safety_app.workplace import service as workplace
from tests.cast import NOW, TODAY, Cast
from tests.checklists.sheets import Tablet
from tests.drills.training.lessons import course, here_since, only, passed, scan
from tests.drills.training.test_sessions import make
from tests.factories import make_task

DAY = timedelta(days=1)
CLAIM = "上岗人员均已培训考核合格，合格前未安排上岗。"
LATER = NOW + timedelta(hours=1)


@pytest.fixture(autouse=True)
def _words() -> None:
    features()


@pytest.fixture
def fire(session: Session, hall: Cast) -> None:
    """Everybody needs fire safety training; all but 吴涛 have passed it this year."""
    here_since(session, hall)
    only(session, hall, "FIRE")
    for actor in (
        hall.staff,
        hall.second_staff,
        hall.lead,
        hall.officer,
        hall.manager,
        hall.other_lead,
    ):
        passed(session, hall, actor.user_id, "FIRE", date(2026, 3, 15), now=NOW - 200 * DAY)


def november(session: Session, hall: Cast, now: datetime = LATER) -> Period:
    return period_of(2026, 11, "Asia/Shanghai", now=now)


def part(
    session: Session, hall: Cast, window_id: int | None = None, now: datetime = LATER
) -> SectionContent:
    return sections.build(session, hall.site_id, window_id, november(session, hall, now))


def figure(found: SectionContent, key: str) -> Figure:
    return next(one for one in found.figures if one.key == f"training.{key}")


def headings(blocks: Iterable[Block]) -> list[str]:
    return [one.text for one in blocks if isinstance(one, Heading)]


def gate(session: Session, hall: Cast, **facts: Any) -> None:
    """A gate that was set long ago, without anybody only warned any more."""
    session.add(
        GatePeriod(
            site_id=hall.site_id,
            starts_on=date(2026, 1, 1),
            grace_days=0,
            set_at=NOW - 400 * DAY,
            **facts,
        )
    )
    session.flush()


def everybody(session: Session, hall: Cast) -> None:
    passed(session, hall, hall.other_staff.user_id, "FIRE", date(2026, 4, 1), now=NOW - 200 * DAY)


@pytest.mark.usefixtures("fire")
def test_coverage_is_told_with_what_it_is_of(session: Session, hall: Cast) -> None:
    found = part(session, hall)
    covered = figure(found, "covered")
    assert (covered.value, covered.of) == (6, 7)
    assert found.paragraphs[0] == ("培训：截至 2026-11-23，应训 7 人，已覆盖 6 人，覆盖率 85.7%。")
    assert headings(found.blocks) == ["待培训人员"]
    assert found.focus == ("组织 1 名培训缺项人员参加培训",)


@pytest.mark.usefixtures("fire")
def test_a_window_speaks_of_its_own_people(session: Session, hall: Cast) -> None:
    covered = figure(part(session, hall, hall.a01), "covered")
    assert (covered.value, covered.of) == (3, 3)
    found = part(session, hall, hall.a03)
    assert (figure(found, "covered").value, figure(found, "covered").of) == (1, 2)
    (table,) = [one for one in found.blocks if isinstance(one, Table)]
    assert table.rows[0][0] == "吴涛"


@pytest.mark.usefixtures("fire")
def test_what_is_recorded_after_the_cut_off_is_not_told(session: Session, hall: Cast) -> None:
    wrong = passed(
        session, hall, hall.other_staff.user_id, "FIRE", date(2026, 11, 2), now=LATER + DAY
    )
    assert figure(part(session, hall), "covered").value == 6
    assert figure(part(session, hall, now=LATER + 2 * DAY), "covered").value == 7
    service.correct(
        session, hall.officer, wrong.id, Facts(on=date(2026, 11, 2), passed=False),
        reason="录错", now=LATER + 3 * DAY,
    )  # fmt: skip
    assert figure(part(session, hall, now=LATER + 2 * DAY), "covered").value == 7


def test_where_nothing_is_required_nothing_is_said(session: Session, hall: Cast) -> None:
    only(session, hall)
    assert part(session, hall) == SectionContent()
    compared = comparison.build(session, hall.site_id, november(session, hall))
    assert compared.columns == ()


@pytest.mark.usefixtures("fire")
def test_that_nobody_served_before_passing_is_claimed_only_if_it_is_true(
    session: Session, hall: Cast
) -> None:
    everybody(session, hall)
    assert CLAIM not in part(session, hall).paragraphs, "without a gate nothing is claimed"
    gate(session, hall)
    assert CLAIM in part(session, hall).paragraphs


@pytest.mark.usefixtures("fire")
def test_whoever_the_gate_keeps_off_duty_does_not_make_the_claim_untrue(
    session: Session, hall: Cast
) -> None:
    gate(session, hall)
    found = part(session, hall)
    assert CLAIM in found.paragraphs
    assert figure(found, "covered").value == 6


@pytest.mark.usefixtures("fire")
def test_who_serves_while_only_warned_makes_the_claim_untrue(session: Session, hall: Cast) -> None:
    gate(session, hall)
    session.execute(update(GatePeriod).values(grace_days=3000))
    session.execute(update(User).values(created_at=NOW - 900 * DAY))
    assert CLAIM not in part(session, hall).paragraphs
    assert CLAIM in part(session, hall, hall.a01).paragraphs


def unfit(found: SectionContent) -> list[tuple[str, ...]]:
    """The lines of those who served while a training was lacking."""
    if "培训缺项期间上岗人员" not in headings(found.blocks):
        return []
    tables = [one for one in found.blocks if isinstance(one, Table)]
    (table,) = (one for one in tables if "上岗把关" in {column.label for column in one.columns})
    return [tuple(map(str, row)) for row in table.rows]


@pytest.mark.usefixtures("fire")
def test_who_signed_a_sheet_without_cover_served_whatever_the_gate_said(
    session: Session, hall: Cast
) -> None:
    # 吴涛 of A03 began while there was no gate as yet.
    sheet = Tablet(session, hall.other_staff, make_task(session, hall, window_id=hall.a03))
    gate(session, hall)
    assert CLAIM in part(session, hall).paragraphs
    sheet.pass_all()
    sheet.submit()
    assert CLAIM not in part(session, hall).paragraphs
    found = part(session, hall, hall.a03)
    assert "培训缺项且未办理放行而上岗 1 人，详见下表。" in found.paragraphs
    assert unfit(found) == [("吴涛", "2026-11-23", "消防安全培训", "未办理放行")]
    assert CLAIM in part(session, hall, hall.a01).paragraphs
    with use_language("en"):
        assert any(
            one.startswith("1 person served on days on which a training was lacking")
            for one in part(session, hall).paragraphs
        )


@pytest.mark.usefixtures("fire")
def test_paper_confirmed_counts_as_service_too(session: Session, hall: Cast) -> None:
    gate(session, hall)
    task = make_task(session, hall, window_id=hall.a03)
    session.add(
        PaperForm(
            site_id=hall.site_id, task_id=task.id, walked_by=hall.other_staff.user_id,
            handed_in_by=hall.other_lead.user_id, handed_in_at=NOW,
        )
    )  # fmt: skip
    session.flush()
    assert unfit(part(session, hall)) == []
    session.execute(update(PaperForm).values(confirmed_at=NOW))
    assert unfit(part(session, hall)) == [("吴涛", "2026-11-23", "消防安全培训", "未办理放行")]


@pytest.mark.usefixtures("fire")
def test_an_exception_for_another_window_stands_in_the_report_of_that_one(
    session: Session, hall: Cast
) -> None:
    gate(session, hall)
    service.allow(
        session, hall.manager, user_id=hall.other_staff.user_id, first=TODAY, last=TODAY,
        reason="急", now=NOW,
    )  # fmt: skip
    workplace.set_duty(
        session, None, site_id=hall.site_id, on=TODAY, window_id=hall.a01,
        user_ids=[hall.other_staff.user_id], now=NOW,
    )  # fmt: skip
    found = part(session, hall, hall.a01)
    assert CLAIM not in found.paragraphs
    assert figure(found, "overrides").value == 1
    assert unfit(found) == []


@pytest.mark.usefixtures("fire")
def test_a_pass_struck_later_leaves_the_roster_of_then_and_stands_in_the_report(
    session: Session, hall: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = datetime(2026, 11, 2, 1, 0, tzinfo=NOW.tzinfo)
    on = [date(2026, 11, 2) + n * DAY for n in range(5)]
    gate(session, hall)
    user_id = hall.other_staff.user_id
    forged = passed(session, hall, user_id, "FIRE", on[1], now=first + DAY)
    monkeypatch.setattr(clock, "now", lambda: first + 3 * DAY)
    service.strike(session, hall.officer, forged.id, reason="伪造", now=first + 3 * DAY)
    monkeypatch.setattr(clock, "now", lambda: NOW)

    def there() -> list[bool]:
        return [user_id in workplace.on_duty(session, hall.site_id, day, hall.a03) for day in on]

    assert there() == [False, True, True, False, False]
    roster = workplace.roster(session, hall.site_id, on[0], on[-1])
    assert [user_id in roster.on_duty(day, hall.a03) for day in on] == there()
    assert unfit(part(session, hall)) == [
        ("吴涛", "2026-11-03、2026-11-04", "消防安全培训", "未办理放行")
    ]
    before = part(session, hall, now=first + 2 * DAY)
    assert CLAIM in before.paragraphs, "nobody knew of it as yet"
    assert CLAIM not in part(session, hall).paragraphs
    # What is recorded late changes nothing of the days before either.
    passed(session, hall, user_id, "FIRE", on[0], source=Source.IMPORTED, now=NOW)
    assert there() == [False, True, True, False, False]
    assert user_id in workplace.on_duty(session, hall.site_id, TODAY, hall.a03)


@pytest.mark.usefixtures("fire")
def test_a_transfer_told_late_leaves_the_roster_of_the_days_before(
    session: Session, hall: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    only(session, hall, "PRE-WINDOW")
    monkeypatch.setattr(clock, "now", lambda: NOW)
    user_id = hall.other_staff.user_id
    passed(session, hall, user_id, "PRE-WINDOW", date(2025, 3, 15), now=NOW - 200 * DAY)
    gate(session, hall)
    on = [TODAY - 3 * DAY, TODAY, TODAY + DAY]
    for _round in range(2):
        found = [user_id in workplace.on_duty(session, hall.site_id, day, hall.a03) for day in on]
        assert found == ([True, False, False] if _round else [True, True, True])
        if not _round:
            record_event(
                session, hall.officer, user_id=user_id, kind=EventKind.TRANSFERRED,
                on=TODAY - 5 * DAY, now=NOW,
            )  # fmt: skip


@pytest.mark.usefixtures("fire")
def test_a_gate_that_began_in_the_month_claims_nothing_of_it(session: Session, hall: Cast) -> None:
    everybody(session, hall)
    gate(session, hall)
    session.execute(update(GatePeriod).values(starts_on=date(2026, 11, 2)))
    assert CLAIM not in part(session, hall).paragraphs
    session.execute(update(GatePeriod).values(starts_on=date(2026, 11, 1)))
    assert CLAIM in part(session, hall).paragraphs
    session.execute(update(GatePeriod).values(last=date(2026, 11, 22)))
    assert CLAIM not in part(session, hall).paragraphs


@pytest.mark.usefixtures("fire")
def test_exceptions_are_listed_and_the_claim_falls(session: Session, hall: Cast) -> None:
    gate(session, hall)
    service.allow(
        session, hall.manager, user_id=hall.other_staff.user_id, first=TODAY, last=TODAY + DAY,
        reason="流感，人手不足", now=NOW,
    )  # fmt: skip
    found = part(session, hall)
    assert CLAIM not in found.paragraphs
    assert "办理应急放行 1 人次，详见下表。" in found.paragraphs
    assert figure(found, "overrides").value == 1
    table = [one for one in found.blocks if isinstance(one, Table)][-1]
    assert table.rows[0][0] == "吴涛" and table.rows[0][3] == "流感，人手不足"
    assert figure(part(session, hall, hall.a01), "overrides").value == 0
    before = part(session, hall, now=NOW - timedelta(minutes=1))
    assert figure(before, "overrides").value == 0, "not known yet at that moment"


@pytest.mark.usefixtures("fire", "store")
def test_sessions_and_results_of_the_month_are_counted(session: Session, hall: Cast) -> None:
    start = NOW - DAY
    one = make(
        session, hall, hall.staff, course_id=course(session, hall, "CONTRACTOR").id,
        starts_at=start, ends_at=start + timedelta(hours=1), hours=1,
    )  # fmt: skip
    waiting = make(session, hall, starts_at=start, ends_at=start + timedelta(hours=2))
    service.mark_present(session, hall.officer, one.id, [hall.staff.user_id], now=NOW)
    service.add_files(
        session, hall.officer, one.id, [scan(session, hall.officer)], purpose=Purpose.SIGN_IN,
        now=NOW,
    )  # fmt: skip
    service.close_session(session, hall.officer, one.id, now=NOW)
    found = part(session, hall)
    assert "开展培训 1 场，参训 1 人次；考核 1 人次，合格 1 人次。" in found.paragraphs
    assert found.missing == (("有 1 场培训已举行，尚未办结。", "/training-sessions"),)
    assert waiting.id

    def month(now: datetime, window_id: int | None = None) -> tuple[int, int, int]:
        known = month_of(session, hall.site_id, window_id, november(session, hall, now))
        return known.sessions, known.results, known.open_sessions

    assert month(NOW) == (0, 0, 1), "nobody had closed it as yet"
    assert month(LATER) == (1, 1, 1)
    assert month(LATER, hall.a01) == (1, 1, 0), "the open one is the hall's"
    inner = session.begin_nested()
    (kept,) = session.scalars(select(Result).where(Result.source == Source.SESSION))
    service.strike(session, hall.officer, kept.id, reason="录错人", now=LATER)
    assert month(LATER + timedelta(minutes=1))[1] == 0
    inner.rollback()
    session.expire_all()
    chapter = dossier.training(session, hall.site_id, LATER)
    assert len(chapter.scans) == 1
    assert "安全培训签到表" in next(iter(chapter.captions.values()))


@pytest.mark.usefixtures("fire")
def test_windows_stand_beside_each_other(session: Session, hall: Cast) -> None:
    session.execute(  # what ends soon is not lacking yet
        update(Result)
        .where(Result.user_id == hall.staff.user_id)
        .values(on_date=date(2025, 12, 10))
    )
    found = comparison.build(session, hall.site_id, november(session, hall))
    assert [label for _key, label in found.columns] == ["培训缺项"]
    numbers = {place: one.numbers[0] for place, one in found.standings.items()}
    assert numbers == {hall.a01: 0, hall.a02: 0, hall.a03: 1, None: 0}
    assert found.standings[hall.a03].light is Light.WATCH


@pytest.mark.usefixtures("fire")
def test_the_report_of_the_hall_has_it(session: Session, hall: Cast) -> None:
    for language, words in (("zh_CN", "应训 7 人"), ("en", "6 of 7 people")):
        with use_language(language):
            report = site_report(session, None, hall.site_id, 2026, 11, now=LATER)
            assert words in str(report)


@pytest.mark.usefixtures("fire")
def test_an_inspector_finds_coverage_and_who_lacks_something(session: Session, hall: Cast) -> None:
    found = dossier.training(session, hall.site_id, LATER)
    assert headings(found.blocks) == ["2026-11-23 培训覆盖情况", "近 12 个月培训场次"]
    assert found.shortfalls == ("1 人培训缺项：吴涛。",)


def test_without_any_record_the_list_of_people_speaks(session: Session, hall: Cast) -> None:
    assert dossier.training(session, hall.site_id, LATER).blocks == ()
    assert accounts_dossier.training(session, hall.site_id, LATER).blocks != ()
    passed(session, hall, hall.staff.user_id, "FIRE")
    assert accounts_dossier.training(session, hall.site_id, LATER).blocks == ()


def test_records_stand_for_papers_on_file(session: Session, hall: Cast) -> None:
    assert dossier.stands_for(session, hall.site_id) == frozenset()
    passed(session, hall, hall.staff.user_id, "FIRE", source=Source.IMPORTED)
    assert dossier.stands_for(session, hall.site_id) == {"training"}
    passed(session, hall, hall.staff.user_id, "CONTROL-ROOM")
    assert dossier.stands_for(session, hall.site_id) == {"training", "certificate"}


def test_certificates_stand_in_chapter_11_with_what_has_expired(
    session: Session, hall: Cast
) -> None:
    assert dossier.certificates(session, hall.site_id, LATER).blocks == ()
    passed(session, hall, hall.staff.user_id, "CONTROL-ROOM", TODAY - 400 * DAY,
           valid_until=TODAY - DAY, certificate="JS-1", issuer="省鉴定站")  # fmt: skip
    passed(session, hall, hall.lead.user_id, "CONTROL-ROOM", TODAY - 30 * DAY,
           certificate="JS-2", issuer="省鉴定站")  # fmt: skip
    found = dossier.certificates(session, hall.site_id, LATER)
    (table,) = [one for one in found.blocks if isinstance(one, Table)]
    assert {row[2] for row in table.rows} == {"JS-1", "JS-2"}
    assert found.shortfalls == ("1 份证书已过期。",)


def warned_only(session: Session, hall: Cast) -> None:
    """吴涛 lacks the course and is only warned; his window has no written roster."""
    gate(session, hall)
    session.execute(update(GatePeriod).values(grace_days=3000))
    session.execute(update(User).values(created_at=NOW - 900 * DAY))
    session.expire_all()


@pytest.mark.usefixtures("fire")
def test_who_served_unfit_and_has_left_since_is_still_named(session: Session, hall: Cast) -> None:
    warned_only(session, hall)
    who = hall.other_staff.user_id
    (before,) = month_of(session, hall.site_id, hall.a03, november(session, hall)).unfit
    assert before.user_id == who
    user = session.get_one(User, who)
    user.is_active, user.left_on = False, TODAY
    session.flush()
    service.follow_people(session, hall.site_id, LATER)
    for window in (hall.a03, None):
        found = month_of(session, hall.site_id, window, november(session, hall))
        assert [(one.user_id, one.on[0]) for one in found.unfit] == [(who, before.on[0])]
        assert not found.is_clean
    post = on_post(session, hall.officer, TODAY - 7 * DAY, now=LATER)
    assert [one.name for one in post.lacking] == ["吴涛"]


@pytest.mark.usefixtures("fire")
def test_who_moved_is_named_where_they_stood(session: Session, hall: Cast) -> None:
    warned_only(session, hall)
    who = hall.other_staff.user_id
    session.execute(
        update(Membership)
        .where(Membership.user_id == who, Membership.window_id == hall.a03)
        .values(window_id=hall.a01)
    )
    session.expire_all()
    service.follow_people(session, hall.site_id, LATER)
    (left,) = month_of(session, hall.site_id, hall.a03, november(session, hall)).unfit
    assert left.user_id == who and TODAY not in left.on
    came = month_of(session, hall.site_id, hall.a01, november(session, hall)).unfit
    assert all(set(one.on) <= {TODAY} for one in came if one.user_id == who)


@pytest.mark.usefixtures("fire")
def test_ending_the_gate_takes_nobody_from_the_report(session: Session, hall: Cast) -> None:
    warned_only(session, hall)
    (before,) = month_of(session, hall.site_id, hall.a03, november(session, hall)).unfit
    service.end_gate(session, hall.manager, now=LATER)
    (after,) = month_of(session, hall.site_id, hall.a03, november(session, hall)).unfit
    assert (after.user_id, after.on) == (before.user_id, before.on)


@pytest.mark.usefixtures("fire")
def test_nobody_is_on_post_before_they_came(session: Session, hall: Cast) -> None:
    who = session.get_one(User, hall.other_staff.user_id)
    who.joined_on = TODAY - 5 * DAY
    session.flush()
    service.follow_people(session, hall.site_id, LATER)
    names = [
        one.name for one in on_post(session, hall.officer, TODAY - 14 * DAY, now=LATER).lacking
    ]
    assert who.name not in names
    assert on_post(session, hall.officer, date(2015, 3, 4), now=LATER).people == 0


@pytest.mark.usefixtures("fire")
def test_the_officer_is_on_post_in_the_common_areas_and_nobody_on_a_closed_day(
    session: Session, hall: Cast
) -> None:
    def people(on: date) -> int:
        return on_post(session, hall.manager, on, now=LATER).people

    everybody = people(TODAY)
    workplace.record_absence(
        session, hall.manager, user_id=hall.officer.user_id, site_id=hall.site_id, first=TODAY,
        last=TODAY, reason="sick", now=NOW,
    )  # fmt: skip
    assert (people(TODAY), people(TODAY - DAY)) == (everybody - 1, 0)


@pytest.mark.usefixtures("fire")
def test_a_lead_hears_of_a_day_only_what_concerns_own_windows(session: Session, hall: Cast) -> None:
    seen = [
        {one.name for one in on_post(session, who, TODAY, now=LATER).lacking}
        for who in (hall.lead, hall.other_lead, hall.manager)
    ]
    assert seen == [set(), {"吴涛"}, {"吴涛"}]


@pytest.mark.usefixtures("fire")
def test_a_day_tells_who_was_let_through_and_nothing_of_who_was_away(
    session: Session, hall: Cast
) -> None:
    gate(session, hall)
    who = hall.other_staff.user_id
    service.allow(session, hall.manager, user_id=who, first=TODAY, last=TODAY, reason="急", now=NOW)
    workplace.set_duty(
        session, None, site_id=hall.site_id, on=TODAY, window_id=hall.a03, user_ids=[who], now=NOW
    )
    found = on_post(session, hall.officer, TODAY, now=LATER)
    assert [(one.name, one.is_excepted) for one in found.lacking] == [("吴涛", True)]
    assert found.without_exception == []
    workplace.record_absence(
        session, hall.officer, user_id=who, site_id=hall.site_id, first=TODAY, last=TODAY,
        reason="sick", now=NOW,
    )  # fmt: skip
    assert on_post(session, hall.officer, TODAY, now=LATER).lacking == ()
