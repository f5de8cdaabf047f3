"""Monthly figures of incidents are as of the cut-off; nought is stated, near misses are good."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

from sqlalchemy.orm import Session

from hazards.incidents import comparison, sections
from hazards.incidents.asof import Story, stories
from hazards.incidents.deadlines import State
from hazards.incidents.level import Level
from hazards.incidents.models import Incident, Kind, Status
from hazards.incidents.service import closing, figures, moving, reporting
from hazards.incidents.service.figures import Numbers
from safety_app.core.clock import month_bounds
from safety_app.core.feature import Light, Period, SectionContent
from safety_app.core.i18n import use_language
from safety_app.core.pdf.blocks import Table
from tests.cast import Cast
from tests.hazards.incidents.cases import ONE_DEAD, fulfil, make_incident, tell_both

ZONE = "Asia/Shanghai"
START, END = month_bounds(2026, 10, ZONE)
OCTOBER = Period(date(2026, 10, 1), date(2026, 10, 31), START, END, END, ZONE)
MID = datetime(2026, 10, 12, 2, tzinfo=UTC)
HOUR = timedelta(hours=1)


def make(
    session: Session, hall: Cast, status: Status = Status.REPORTED, **facts: object
) -> Incident:
    """An incident of October, reported ten minutes later."""
    told = {"now": MID, "occurred_at": MID - timedelta(minutes=10), **facts}
    return make_incident(session, hall, status, **told)  # type: ignore[arg-type]


def october(session: Session, hall: Cast, window_id: int | None = None) -> SectionContent:
    """The section of the hall, or of a window, for October 2026."""
    return sections.build(session, hall.site_id, window_id, OCTOBER)


def told(session: Session, hall: Cast) -> list[Story]:
    """What the month knows."""
    return stories(session, hall.site_id, ZONE, start=START, end=END, cutoff=END)


def counts(content: SectionContent) -> tuple[int, ...]:
    """Accidents, others, near misses."""
    return tuple(one.value for one in content.figures)


def test_nought_is_stated(session: Session, hall: Cast) -> None:
    content = october(session, hall)
    assert content.paragraphs == ("未发生事故、事件，无险情报告。",)
    assert counts(content) == (0, 0, 0) and not content.blocks


def test_accidents_others_and_near_misses_are_counted_apart(session: Session, hall: Cast) -> None:
    make(session, hall, numbers=ONE_DEAD)
    make(session, hall, numbers=Numbers(minor=2, loss_fen=50_000))
    make(session, hall, kind=Kind.NEAR_MISS)
    make(session, hall, Status.VOIDED)
    make(session, hall, occurred_at=START - HOUR)
    make(session, hall, now=END + HOUR, occurred_at=END)
    content = october(session, hall)
    assert counts(content) == (1, 1, 1)
    assert "法定事故 1 起，其他事件 1 起，险情 1 起。" in content.paragraphs
    assert "伤亡：死亡 1 人、轻伤 2 人；直接经济损失：500 元。" in content.paragraphs
    table = next(block for block in content.blocks if isinstance(block, Table))
    assert len(table.rows) == 3


def test_who_is_missing_counts_as_dead_in_the_month_once_the_days_are_over(
    session: Session, hall: Cast
) -> None:
    make(session, hall, kind=Kind.FIRE, numbers=Numbers(missing=3, minor=1, loss_fen=0))
    make(session, hall, numbers=Numbers(missing=1, loss_fen=0))
    day = timedelta(days=1)

    def month(cutoff: datetime) -> tuple[str, list[str], list[object]]:
        content = sections.build(session, hall.site_id, None, replace(OCTOBER, cutoff=cutoff))
        table = next(block for block in content.blocks if isinstance(block, Table))
        facts = [one[4] for one in content.facts["incidents"]]
        return content.paragraphs[1], [str(row[5]) for row in table.rows], facts

    missing = "伤亡：下落不明 4 人、轻伤 1 人；直接经济损失：0 元。"
    people = ["下落不明 3 人、轻伤 1 人", "下落不明 1 人"]
    assert month(MID + 7 * day) == (missing, people, [[0, 3, 0, 1], [0, 1, 0, 0]])
    dead = "伤亡：死亡 3 人（含下落不明 3 人）、下落不明 1 人、轻伤 1 人；直接经济损失：0 元。"
    people[0] = "死亡 3 人（含下落不明 3 人，已满 7 日）、轻伤 1 人"
    assert month(MID + 8 * day) == (dead, people, [[3, 0, 0, 1], [0, 1, 0, 0]])


def test_the_month_of_a_window_holds_its_own(session: Session, hall: Cast) -> None:
    make(session, hall)
    make(session, hall, window_id=hall.a02)
    assert counts(october(session, hall, hall.a01)) == (0, 1, 0)
    assert counts(october(session, hall)) == (0, 2, 0)


def test_a_month_holds_what_happened_in_it_and_was_reported_before_the_cut_off(
    session: Session, hall: Cast
) -> None:
    first = make(session, hall, occurred_at=START, now=START)
    make(session, hall, occurred_at=END, now=END)
    last = make(session, hall, occurred_at=END - HOUR, now=END)

    def known(cutoff: datetime) -> list[int]:
        found = stories(session, hall.site_id, ZONE, start=START, end=END, cutoff=cutoff)
        return [one.id for one in found]

    assert known(START) == []
    assert known(END) == [first.id]
    assert known(END + HOUR) == [first.id, last.id]


def test_nobody_told_is_late_as_soon_as_the_hour_is_over(session: Session, hall: Cast) -> None:
    make(session, hall, numbers=ONE_DEAD)
    late = [
        one.is_told_late
        for hours in (1, 2)
        for one in stories(
            session, hall.site_id, ZONE, start=START, end=END, cutoff=MID + hours * HOUR
        )
    ]
    assert late == [False, True]


def test_what_comes_at_or_after_the_cut_off_changes_nothing(session: Session, hall: Cast) -> None:
    found = make(session, hall, Status.ACTING)
    before, said = october(session, hall), told(session, hall)
    figures.count(
        session, hall.officer, found.id, numbers=Numbers(deaths=1), row_version=None, now=END
    )
    figures.decide(
        session, hall.manager, found.id, is_accident=False, reason="疾病", row_version=None, now=END
    )
    reporting.amend(
        session, hall.officer, found.id, kind=Kind.OTHER, occurred_at=START - HOUR,
        window_id=hall.a02, location_id=None, place="", row_version=None, now=END, what=found.what,
    )  # fmt: skip
    moving.move_all(session, None, hall.a02, hall.a03, END + HOUR)
    assert told(session, hall) == said
    assert october(session, hall).facts == before.facts
    assert counts(october(session, hall, hall.a01)) == counts(before)


def test_a_case_closed_later_is_open_in_the_month(session: Session, hall: Cast) -> None:
    found = make(session, hall, Status.ACTING)
    fulfil(session, hall, found, now=MID)
    closing.close(session, hall.manager, found.id, row_version=None, now=END)
    one = told(session, hall)[0]
    assert (one.status, one.closed_at) == (Status.ACTING, None)
    later = stories(session, hall.site_id, ZONE, start=START, end=END, cutoff=END + HOUR)[0]
    assert (later.status, later.closed_at) == (Status.CLOSED, END)


def test_late_is_late_in_the_report_too(session: Session, hall: Cast) -> None:
    found = make(session, hall, numbers=ONE_DEAD)
    assert told(session, hall)[0].clock.state is State.OVERDUE
    assert october(session, hall).requests == (f"立即上报事故 {found.number}",)
    tell_both(session, hall, found, told_at=MID + 2 * HOUR, now=MID + 3 * HOUR)
    assert told(session, hall)[0].clock.state is State.LATE
    content = october(session, hall)
    assert "1 起事故迟报或者未上报。" in content.paragraphs and content.requests == ()


def test_a_record_made_after_the_cut_off_does_not_mend_the_month(
    session: Session, hall: Cast
) -> None:
    found = make(session, hall, numbers=ONE_DEAD)
    tell_both(session, hall, found, told_at=MID + HOUR, now=END)
    assert told(session, hall)[0].clock.state is State.OVERDUE


def test_unknown_figures_are_missing_before_signing(session: Session, hall: Cast) -> None:
    make(session, hall, numbers=None)
    content = october(session, hall)
    assert [address for _words, address in content.missing] == ["/incidents?view=open"]
    assert told(session, hall)[0].level is None


def test_near_misses_weigh_nothing_among_the_windows(session: Session, hall: Cast) -> None:
    make(session, hall, kind=Kind.NEAR_MISS)
    make(session, hall, window_id=hall.a02, numbers=Numbers(minor=1))
    make(session, hall, window_id=hall.a03, numbers=ONE_DEAD)
    found = comparison.build(session, hall.site_id, OCTOBER).standings
    assert {key: (one.numbers, one.light) for key, one in found.items()} == {
        hall.a01: ((0, 1), Light.GOOD),
        hall.a02: ((1, 0), Light.WATCH),
        hall.a03: ((1, 0), Light.ACT),
    }


def test_without_incidents_there_is_no_column(session: Session, hall: Cast) -> None:
    make(session, hall, Status.VOIDED)
    assert comparison.build(session, hall.site_id, OCTOBER).columns == ()


def test_the_check_code_facts_speak_no_language(session: Session, hall: Cast) -> None:
    make(session, hall)
    chinese = october(session, hall).facts
    with use_language("en"):
        assert october(session, hall).facts == chinese
    assert told(session, hall)[0].level is Level.MINOR_INJURY
