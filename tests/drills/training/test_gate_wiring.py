"""Where the gate is asked: the roster read and written, the name list, the handing out of tasks."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from checklists import service as checklists
from checklists.errors import NotFitToBegin
from checklists.models import Run
from drills.plans import service as plans
from drills.plans.service import custody
from drills.training import service
from drills.training.models import Event, EventKind, Occasion, Override, Posting, Who
from drills.training.service import shortages
from drills.training.service.course_keeping import RequirementFacts, change_requirement
from hazards import service as hazards
from safety_app.accounts import service as accounts
from safety_app.accounts.errors import NotQualified
from safety_app.accounts.service import User
from safety_app.core import clock
from safety_app.core.db import Database
from safety_app.workplace import service as workplace
from safety_app.workplace.models import Duty, UnitKind
from safety_app.workplace.roster_errors import OwnerNotQualified
from safety_app.workplace.service.duty_charge import hand_over_duties
from tests.accounts.people import tablet
from tests.cast import NOW, TODAY, Cast
from tests.checklists.sheets import Tablet
from tests.dialects import sqlite_only
from tests.drills.plans.documents import make_plan
from tests.drills.training.lessons import LONG_AGO, here_since, only, passed, requirement
from tests.equipment.items import make_item
from tests.factories import make_hazard, make_task
from tests.screens import open_page, text_of

DAY = timedelta(days=1)
MONDAY = TODAY
LONG_BEFORE = datetime(2020, 1, 6, 4, tzinfo=UTC)
WHY = "缺消防安全培训；尚未安排场次"


@pytest.fixture(autouse=True)
def _it_is_now(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clock, "now", lambda: NOW)
    # One person is looked at straight away; of several who lacks nothing is first left out.
    monkeypatch.setattr(shortages, "FEW", 1)


def close_gate(session: Session, hall: Cast) -> int:
    """All have passed but 周航, who came today: he is refused."""
    here_since(session, hall)
    only(session, hall, "FIRE")
    for actor in (hall.staff, hall.lead, hall.officer, hall.other_staff, hall.other_lead):
        passed(session, hall, actor.user_id, "FIRE", TODAY - DAY)
    service.set_gate(session, hall.manager, starts_on=TODAY, now=NOW)
    user_id = hall.second_staff.user_id
    session.execute(
        update(User)
        .where(User.id == user_id)
        .values(joined_on=TODAY, created_at=NOW + timedelta(minutes=1))
    )
    session.flush()
    return user_id


def put_on_duty(
    session: Session, hall: Cast, *user_ids: int, on: date = TODAY, **where: int | None
) -> None:
    workplace.set_duty(
        session, hall.officer, site_id=hall.site_id, on=on,
        window_id=where.get("window_id", hall.a01), user_ids=user_ids, now=NOW,
    )  # fmt: skip


def test_the_roster_refuses_to_name_who_lacks_a_training(session: Session, hall: Cast) -> None:
    user_id = close_gate(session, hall)
    with pytest.raises(NotQualified) as refusal:
        put_on_duty(session, hall, user_id, hall.staff.user_id)
    assert refusal.value.message() == f"周航 11月23日 周一不能上岗：{WHY}。"
    passed(session, hall, user_id, "FIRE")
    put_on_duty(session, hall, user_id, hall.staff.user_id)
    assert user_id in workplace.on_duty(session, hall.site_id, TODAY, hall.a01)


def test_whoever_the_window_has_anyway_is_not_on_duty_without_it(
    session: Session, hall: Cast
) -> None:
    user_id = close_gate(session, hall)
    there = workplace.on_duty(session, hall.site_id, TODAY, hall.a01)
    assert user_id not in there
    assert hall.staff.user_id in there


def test_who_was_named_before_the_gate_is_not_on_duty_behind_it(
    session: Session, hall: Cast
) -> None:
    put_on_duty(session, hall, hall.second_staff.user_id)
    user_id = close_gate(session, hall)
    assert workplace.on_duty(session, hall.site_id, TODAY, hall.a01) == []
    assert workplace.serving(session, user_id, TODAY) == frozenset()
    assert workplace.duty_days(session, user_id, TODAY, TODAY, window_id=hall.a01) == set()
    passed(session, hall, user_id, "FIRE")
    assert workplace.serving(session, user_id, TODAY) == {hall.a01}
    assert workplace.duty_days(session, user_id, TODAY, TODAY, window_id=hall.a01) == {TODAY}


def test_nobody_stands_in_without_training(session: Session, hall: Cast) -> None:
    user_id = close_gate(session, hall)
    with pytest.raises(NotQualified):
        workplace.stand_in(
            session, hall.officer, site_id=hall.site_id, window_id=hall.a03, on=TODAY,
            for_id=hall.other_staff.user_id, user_id=user_id, now=NOW,
        )  # fmt: skip


def test_a_copied_week_leaves_out_who_will_lack_a_training(session: Session, hall: Cast) -> None:
    here_since(session, hall)
    only(session, hall, "FIRE")
    service.set_gate(session, hall.manager, starts_on=TODAY, now=NOW)
    passed(session, hall, hall.staff.user_id, "FIRE")
    newcomer = hall.second_staff.user_id
    session.execute(
        update(User).where(User.id == newcomer).values(created_at=NOW + timedelta(minutes=1))
    )
    passed(session, hall, newcomer, "FIRE", date(2025, 12, 3))  # covers up to 2 December
    put_on_duty(session, hall, newcomer, hall.staff.user_id, on=TODAY)
    put_on_duty(session, hall, newcomer, hall.staff.user_id, on=TODAY + 3 * DAY)
    workplace.copy_week(session, hall.officer, monday=MONDAY, weeks=1, now=NOW)
    named = [workplace.on_duty(session, hall.site_id, TODAY + n * DAY, hall.a01) for n in (7, 10)]
    assert named == [sorted([newcomer, hall.staff.user_id]), [hall.staff.user_id]]


def test_the_tablet_still_offers_the_name_but_not_among_those_on_duty(
    session: Session, hall: Cast
) -> None:
    user_id = close_gate(session, hall)
    found = accounts.tablet_of(session, tablet(session, hall, hall.a01))
    assert found is not None
    names = workplace.today_name_list(session, found, TODAY)
    assert user_id not in {one.id for one in names.on_duty}
    assert user_id in {one.id for one in names.others}


def test_a_hazard_is_not_handed_to_who_lacks_a_training(session: Session, hall: Cast) -> None:
    user_id = close_gate(session, hall)
    hazard = make_hazard(session, hall)

    def assign() -> None:
        hazards.assign(
            session, hall.officer, hazard.id, owner_id=user_id, fix_by=TODAY + 3 * DAY,
            measures="更换插排", row_version=None, now=NOW,
        )  # fmt: skip

    with pytest.raises(OwnerNotQualified) as refusal:
        assign()
    assert WHY in refusal.value.message()
    service.allow(
        session, hall.manager, user_id=user_id, first=TODAY, last=TODAY, reason="急修", now=NOW
    )
    assign()
    assert hazard.owner_id == user_id


def test_no_hazard_is_handed_over_to_who_lacks_a_training(session: Session, hall: Cast) -> None:
    user_id = close_gate(session, hall)
    hazard = make_hazard(session, hall)
    hazards.assign(
        session, hall.officer, hazard.id, owner_id=hall.staff.user_id, fix_by=TODAY + 3 * DAY,
        measures="更换插排", row_version=None, now=NOW,
    )  # fmt: skip
    keys = [hazard.number]
    with pytest.raises(OwnerNotQualified) as refusal:
        hazards.hand_over(session, hall.officer, keys, hall.staff.user_id, user_id, now=NOW)
    assert WHY in refusal.value.message()
    assert hazard.owner_id == hall.staff.user_id
    passed(session, hall, user_id, "FIRE")
    hazards.hand_over(session, hall.officer, keys, hall.staff.user_id, user_id, now=NOW)
    assert hazard.owner_id == user_id


def test_no_duty_is_handed_over_to_who_lacks_a_training(session: Session, hall: Cast) -> None:
    user_id = close_gate(session, hall)
    put_on_duty(session, hall, hall.staff.user_id, on=TODAY + DAY)
    keys = [str(hall.a01)]
    with pytest.raises(NotQualified):
        hand_over_duties(session, hall.officer, keys, hall.staff.user_id, user_id, now=NOW)
    assert hall.staff.user_id in workplace.on_duty(session, hall.site_id, TODAY + DAY, hall.a01)
    passed(session, hall, user_id, "FIRE")
    hand_over_duties(session, hall.officer, keys, hall.staff.user_id, user_id, now=NOW)
    assert workplace.on_duty(session, hall.site_id, TODAY + DAY, hall.a01) == [user_id]


def test_no_plan_is_given_to_who_lacks_a_training_to_revise(session: Session, hall: Cast) -> None:
    plan = make_plan(session, hall)
    user_id = close_gate(session, hall)

    def ask(owner_id: int, *, whoever: bool = False) -> plans.RevisionTask:
        return plans.request_revision(
            session, hall.officer, plan.id, why="整改", source=f"drills:7/{owner_id}",
            owner_id=owner_id, due_on=TODAY + 30 * DAY, now=NOW, whoever=whoever,
        )  # fmt: skip

    with pytest.raises(OwnerNotQualified):
        ask(user_id)
    task = ask(hall.lead.user_id)
    with pytest.raises(OwnerNotQualified):
        custody.hand_over(
            session, hall.officer, [f"revision:{task.id}"], hall.lead.user_id, user_id, now=NOW
        )
    assert ask(user_id, whoever=True).owner_id == user_id, "as an evaluation may need to"


@sqlite_only
def test_the_page_of_the_gate_tells_what_a_barred_person_is_in_charge_of(
    database: Database, hall: Cast
) -> None:
    with database.transaction() as session:
        hazard = make_hazard(session, hall)
        hazards.assign(
            session, hall.officer, hazard.id, owner_id=hall.second_staff.user_id,
            fix_by=TODAY + 3 * DAY, measures="更换插排", row_version=None, now=NOW,
        )  # fmt: skip
        close_gate(session, hall)
    said = " ".join(text_of(open_page(hall.officer, "training-gate")))
    assert f"{WHY}。名下还有 1 项未整改隐患，请改由他人整改。" in said


def test_a_window_left_without_anybody_by_the_gate_is_named(session: Session, hall: Cast) -> None:
    user_id = close_gate(session, hall)
    put_on_duty(session, hall, hall.staff.user_id)
    assert workplace.without_anybody(session, hall.officer, TODAY, NOW) == []
    session.execute(delete(Duty))
    session.add(Duty(site_id=hall.site_id, user_id=user_id, on_date=TODAY, window_id=hall.a01))
    session.flush()
    assert workplace.without_anybody(session, hall.officer, TODAY, NOW) == ["A01 综合窗口"]


def test_no_sheet_is_begun_by_who_lacks_a_training(session: Session, hall: Cast) -> None:
    close_gate(session, hall)
    task = make_task(session, hall)
    tab = checklists.sheet(session, hall.second_staff, task.id, NOW)["tabs"][0]
    assert tab["readonly_why"].startswith(f"您今天不能开始填写：{WHY}。")
    with pytest.raises(NotFitToBegin) as refusal:
        Tablet(session, hall.second_staff, task)
    assert WHY in refusal.value.message()
    assert checklists.sheet(session, hall.staff, task.id, NOW)["tabs"][0]["readonly_why"] == ""
    Tablet(session, hall.staff, task).pass_all()
    with pytest.raises(NotFitToBegin):
        Tablet(session, hall.second_staff, task)  # nor is a colleague's taken over


def test_a_sheet_begun_before_is_finished_and_signed(session: Session, hall: Cast) -> None:
    task = make_task(session, hall)
    sheet = Tablet(session, hall.second_staff, task)
    sheet.answer(next(iter(sheet.items)), "P")
    close_gate(session, hall)
    sheet.open()
    tab = checklists.sheet(session, hall.second_staff, task.id, NOW)["tabs"][0]
    assert tab["readonly_why"] == ""
    sheet.pass_all()
    sheet.submit()
    run = session.scalars(select(Run).where(Run.task_id == task.id)).one()
    assert run.submitted_by == hall.second_staff.user_id


def test_nothing_is_inspected_by_who_lacks_a_training(session: Session, hall: Cast) -> None:
    close_gate(session, hall)
    thing = make_item(session, hall)
    subject = f"equipment:{thing.code}"
    with pytest.raises(NotFitToBegin):
        checklists.open_inspection(session, hall.second_staff, subject, now=NOW)
    facts = checklists.inspection_sheet(session, hall.second_staff, subject, NOW)
    assert WHY in facts["tabs"][0]["readonly_why"]
    checklists.open_inspection(session, hall.staff, subject, now=NOW)


@sqlite_only
def test_today_offers_no_sheet_in_vain(database: Database, hall: Cast) -> None:
    with database.transaction() as session:
        close_gate(session, hall)
        make_task(session, hall)
    said = " ".join(text_of(open_page(hall.second_staff, "")))
    assert f"您今天不能开始填写：{WHY}。" in said
    assert "开始巡查" not in said
    assert "开始巡查" in " ".join(text_of(open_page(hall.staff, "")))


def test_whoever_is_named_is_asked_whatever_else_they_are(session: Session, hall: Cast) -> None:
    close_gate(session, hall)
    for actor in (hall.manager, hall.administrator):
        session.execute(
            update(User)
            .where(User.id == actor.user_id)
            .values(joined_on=TODAY, created_at=NOW + timedelta(minutes=1))
        )
        session.expire_all()
        with pytest.raises(NotQualified):
            put_on_duty(session, hall, actor.user_id)
        session.add(
            Duty(site_id=hall.site_id, user_id=actor.user_id, on_date=TODAY, window_id=hall.a01)
        )
        session.flush()
        there = workplace.on_duty(session, hall.site_id, TODAY, hall.a01)
        assert actor.user_id not in there
        assert workplace.without_anybody(session, hall.officer, TODAY, NOW) == ["A01 综合窗口"]
        session.execute(delete(Duty))


@sqlite_only
def test_the_page_of_the_roster_says_who_is_barred_and_why(database: Database, hall: Cast) -> None:
    with database.transaction() as session:
        close_gate(session, hall)
    said = " ".join(text_of(open_page(hall.officer, "roster")))
    assert f"周航（{WHY}）" in said


PEOPLE = (
    "staff",
    "second_staff",
    "lead",
    "officer",
    "manager",
    "administrator",
    "other_staff",
    "other_lead",
)
WHO = st.sampled_from(PEOPLE)
NEAR = st.integers(min_value=-400, max_value=200).map(lambda n: TODAY + n * DAY)
FEW_DAYS = st.none() | st.integers(min_value=0, max_value=40)


@dataclass(frozen=True)
class Story:
    """What happens in a hall; `ended` and `withdrawn` count days from the first one."""

    start: date
    ended: int | None
    newcomers: frozenset[str]
    passes: tuple[tuple[str, date, int | None], ...]
    exceptions: tuple[tuple[str, date, int, int | None], ...]
    transfers: tuple[tuple[str, date], ...]
    intervals: tuple[tuple[date, int], ...] = ()
    """Days on which fire safety is asked for again every so many months."""
    profiles: tuple[date, ...] = ()
    """Days on which the public begins to gather, or gathers no more."""
    returned: tuple[tuple[str, date], ...] = ()
    """Who had left before the gate was set, and comes back on the first day that is looked at."""

    def days(self) -> list[date]:
        """The days on which something begins or ends, each with the one before and after."""
        found = {self.start, self.start + 90 * DAY}
        if self.ended is not None:
            found.add(self.start + self.ended * DAY)
        for _who, day, valid in self.passes:
            found |= {day, *(months_after(day, n) for n in self.every())}
            found |= set() if valid is None else {day + (valid + 1) * DAY}
        for _who, first, n, withdrawn in self.exceptions:
            found |= {first, first + (n + 1) * DAY}
            found |= set() if withdrawn is None else {first + withdrawn * DAY}
        found |= {day for _who, day in (*self.transfers, *self.returned)}
        found |= {day + n * DAY for day in self.profiles for n in (0, 30)}
        found |= {day + n * DAY for day, _months in self.intervals for n in (0, 30)}
        around = {day + n * DAY for day in found for n in (-1, 0, 1)}
        first = max((day for _who, day in self.returned), default=TODAY - 3 * DAY)
        return sorted(day for day in around if first <= day <= TODAY + 700 * DAY)

    def is_fit(self, name: str, on: date) -> bool:
        """Whether somebody may serve on a day, by other means than those that are tested."""
        if on < self.start or (self.ended is not None and on >= self.start + self.ended * DAY):
            return True
        is_new = name in self.newcomers or name in dict(self.returned)
        if not is_new and on < self.start + 90 * DAY:
            return True
        return self._is_let_through(name, on) or (
            self._is_covered(name, on) and self._is_ready(name, on)
        )

    def _is_let_through(self, name: str, on: date) -> bool:
        return any(
            who == name
            and first <= on <= first + n * DAY
            and (
                withdrawn is None
                or on < first + withdrawn * DAY
                or on == first + withdrawn * DAY < TODAY  # up to the moment, as it turned out
            )
            for who, first, n, withdrawn in self.exceptions
        )

    def _is_covered(self, name: str, on: date) -> bool:
        months = self.months(on)
        return any(
            who == name
            and day <= on < months_after(day, months)
            and (valid is None or on <= day + valid * DAY)
            for who, day, valid in self.passes
        )

    def every(self) -> set[int]:
        """The intervals that are asked for at any time, in months."""
        return {12, *(n for _day, n in self.intervals), *((6,) if self.profiles else ())}

    def months(self, on: date) -> int:
        """The interval of a day: half a year where the public has gathered for 30 days."""
        if all(self._gathers(on - n * DAY) for n in range(31)):
            return 6
        return next(n for first, n in reversed(self._asked()) if first <= on)

    def _gathers(self, on: date) -> bool:
        return sum(day <= on for day in self.profiles) % 2 == 1

    def _asked(self) -> list[tuple[date, int]]:
        """The intervals that the hall has written down, from the days on which they hold."""
        found = [(date.min, 12)]
        for day, months in self.intervals:
            yesterday = next(n for first, n in reversed(found) if first < day)
            begins = day
            if months < yesterday and self._is_near(day):
                begins = day + 30 * DAY
                newest, asked = found[-1]
                if newest >= day and months >= asked:
                    begins = newest
            found = [one for one in found if one[0] <= day and one[0] < begins]
            found.append((begins, months))
        return found

    def _is_near(self, on: date) -> bool:
        """Whether the gate is on or is to come within 30 days, as is known on a day."""
        is_over = self.ended is not None and on >= self.start + self.ended * DAY
        return self.start <= on + 30 * DAY and not is_over

    def _is_ready(self, name: str, on: date) -> bool:
        """Nobody trained anew after a transfer."""
        return all(who != name or day > on for who, day in self.transfers)


STORIES = st.builds(
    Story,
    start=st.integers(min_value=0, max_value=60).map(lambda n: TODAY + n * DAY),
    ended=st.none() | st.none() | st.integers(min_value=0, max_value=150),
    newcomers=st.frozensets(WHO),
    passes=st.lists(st.tuples(WHO, NEAR, FEW_DAYS), max_size=14).map(tuple),
    exceptions=st.lists(
        st.tuples(WHO, NEAR, st.integers(min_value=0, max_value=6), FEW_DAYS), max_size=4
    ).map(tuple),
    transfers=st.lists(st.tuples(WHO, NEAR.filter(lambda day: day > TODAY)), max_size=2).map(tuple),
    intervals=st.dictionaries(
        st.integers(min_value=0, max_value=150).map(lambda n: TODAY + n * DAY),
        st.sampled_from((6, 9, 12, 24)), max_size=4,
    ).map(lambda found: tuple(sorted(found.items()))),
    profiles=st.sets(NEAR, max_size=3).map(sorted).map(tuple),
    returned=st.lists(
        st.tuples(WHO, st.integers(min_value=1, max_value=60).map(lambda n: TODAY + n * DAY)),
        max_size=1,
    ).map(tuple),
)  # fmt: skip


@pytest.fixture
def furnished(session: Session, hall: Cast) -> Session:
    """Everybody has been here for years and learned the post; fire safety is due every year."""
    here_since(session, hall)
    only(session, hall, "FIRE", "PRE-WINDOW")
    for name in PEOPLE:
        passed(session, hall, getattr(hall, name).user_id, "PRE-WINDOW", LONG_AGO, now=LONG_BEFORE)
    return session


def months_after(day: date, months: int) -> date:
    """The anniversary, by other means than those that are tested."""
    month = day.replace(day=1)
    for _n in range(months):
        month = (month + 31 * DAY).replace(day=1)
    last = (month + 31 * DAY).replace(day=1) - DAY
    return min(last, month + (day.day - 1) * DAY)


def noon(day: date) -> datetime:
    return datetime.combine(day, time(4), NOW.tzinfo)


def live_through(session: Session, hall: Cast, story: Story) -> None:
    """Everything is written down on its day."""
    ids = {name: getattr(hall, name).user_id for name in PEOPLE}
    for who, day, valid in story.passes:
        until = None if valid is None else day + valid * DAY
        passed(
            session, hall, ids[who], "FIRE", day, now=noon(day), valid_until=until,
            source_key=f"{who}:{day}:{valid}",
        )  # fmt: skip
    for day in story.profiles:
        site = workplace.site(session, hall.site_id)
        workplace.set_profile(
            session, hall.administrator, site_id=hall.site_id, unit_kind=UnitKind(site.unit_kind),
            key_fire_unit=site.key_fire_unit, public_gathering=not site.public_gathering,
            crowded_place=site.crowded_place, business_operator=site.business_operator,
            now=noon(day),
        )  # fmt: skip
    service.set_gate(session, hall.manager, starts_on=story.start, now=NOW)
    end = None if story.ended is None else story.start + story.ended * DAY
    row_id = requirement(session, hall, "FIRE/periodic/everybody").id
    for day, months in (*story.intervals, (date.max, 0)):
        if end is not None and day >= end:
            service.end_gate(session, hall.manager, now=noon(end))
            end = None
        if months:
            asked = RequirementFacts(
                who=Who.EVERYBODY, occasion=Occasion.PERIODIC, interval_months=months,
                public_months=6,
            )  # fmt: skip
            row_id = change_requirement(session, hall.manager, row_id, asked, now=noon(day)).id
    for who in story.newcomers:
        session.get_one(User, ids[who]).created_at = NOW + DAY
    for who, day in story.returned:
        row = session.scalars(select(Posting).where(Posting.user_id == ids[who])).one()
        row.last = TODAY - DAY
        session.add(
            Posting(
                site_id=hall.site_id, user_id=ids[who], first=day, roles=row.roles,
                windows=row.windows,
            )
        )  # fmt: skip
    for who, first, n, withdrawn in story.exceptions:
        session.add(
            Override(
                site_id=hall.site_id, user_id=ids[who], first=first, last=first + n * DAY,
                reason="人手不足", at=NOW,
                withdrawn_at=None if withdrawn is None else noon(first + withdrawn * DAY),
            )
        )  # fmt: skip
    for who, day in story.transfers:
        session.add(
            Event(
                site_id=hall.site_id, user_id=ids[who], kind=EventKind.TRANSFERRED,
                on_date=day, at=noon(day),
            )
        )  # fmt: skip
    session.flush()


def look_at_roster(
    session: Session, hall: Cast, story: Story, on: date, named: Sequence[tuple[str, int]]
) -> None:
    """Names people and looks who is on duty: the fit, and nobody else."""
    ids = {name: getattr(hall, name).user_id for name in PEOPLE}
    fit = {ids[name] for name in PEOPLE if story.is_fit(name, on)}
    places = [hall.a01, hall.a02, hall.a03, None]
    for number, place in enumerate(places):
        wanted = {ids[name] for name, where in named if where == number}
        if not wanted:
            continue
        if on >= TODAY:
            try:
                put_on_duty(session, hall, *wanted, on=on, window_id=place)
            except NotQualified:
                assert not wanted <= fit
            else:
                assert wanted <= fit
                continue
        session.add_all(
            Duty(site_id=hall.site_id, user_id=one, on_date=on, window_id=place) for one in wanted
        )
    session.flush()
    found = workplace.roster(session, hall.site_id, on, on)
    for place in places:
        there = found.on_duty(on, place)
        assert there <= fit
        assert there == {one for one in found.expected(on, place) if one in fit}


def look_at_days(session: Session, hall: Cast, story: Story, days: Sequence[date]) -> None:
    """A roster of many days refuses whom, and when, one of each day would."""
    found = workplace.roster(session, hall.site_id, days[0], days[-1])
    said = {
        (name, on): not found.barred(getattr(hall, name).user_id, on)
        for name in PEOPLE
        for on in days
    }
    assert said == {(name, on): story.is_fit(name, on) for name, on in said}


@sqlite_only
@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    story=STORIES,
    named=st.lists(st.tuples(WHO, st.integers(min_value=0, max_value=3)), max_size=8, unique=True),
    pick=st.integers(min_value=0, max_value=10_000),
    length=st.integers(min_value=1, max_value=30),
)
def test_nobody_is_on_duty_without_cover_unless_an_exception_or_the_warning_says_so(
    furnished: Session,
    hall: Cast,
    story: Story,
    named: list[tuple[str, int]],
    pick: int,
    length: int,
) -> None:
    session = furnished
    inner = session.begin_nested()
    live_through(session, hall, story)
    days = story.days()
    pick %= len(days)
    look_at_days(session, hall, story, days)
    look_at_days(session, hall, story, days[pick : pick + length])
    look_at_roster(session, hall, story, days[pick], named)
    inner.rollback()
    session.expire_all()


BORDERS = (
    Story(TODAY + 10 * DAY, None, frozenset({"staff"}), (), (), ()),
    Story(TODAY, 30, frozenset({"staff"}), (), (), ()),
    Story(TODAY, None, frozenset({"staff"}), (("staff", TODAY + 5 * DAY, None),), (), ()),
    Story(TODAY, None, frozenset({"staff"}), (("staff", TODAY - 300 * DAY, None),), (), ()),
    Story(TODAY, None, frozenset({"staff"}), (("staff", date(2024, 2, 29), None),), (), ()),
    Story(TODAY, None, frozenset({"staff"}), (("staff", TODAY, 12),), (), ()),
    Story(TODAY, None, frozenset({"staff"}), (), (("staff", TODAY + 3 * DAY, 4, None),), ()),
    Story(TODAY, None, frozenset({"staff"}), (), (("staff", TODAY + 3 * DAY, 4, 2),), ()),
    Story(TODAY, None, frozenset({"staff"}), (), (("staff", TODAY + 3 * DAY, 4, 0),), ()),
    Story(
        TODAY, None, frozenset({"staff"}), (("staff", TODAY, None),), (),
        (("staff", TODAY + 20 * DAY),),
    ),
    Story(
        TODAY, None, frozenset({"staff"}), (("staff", TODAY - 250 * DAY, None),), (), (),
        intervals=((TODAY + 5 * DAY, 6),),
    ),
    Story(
        TODAY, None, frozenset({"staff"}), (("staff", TODAY - 250 * DAY, None),), (), (),
        profiles=(TODAY + 5 * DAY,),
    ),
    Story(
        TODAY, None, frozenset({"staff"}), (("staff", TODAY - 200 * DAY, None),), (), (),
        intervals=((TODAY, 6), (TODAY + 10 * DAY, 9)),
    ),
    Story(
        TODAY, None, frozenset({"staff"}), (("staff", TODAY - 200 * DAY, None),), (), (),
        profiles=(TODAY - 300 * DAY, TODAY + 10 * DAY),
    ),
    Story(
        TODAY, None, frozenset(), (("staff", TODAY + 40 * DAY, None),), (), (),
        returned=(("staff", TODAY + 20 * DAY),),
    ),
)  # fmt: skip
"""One border each: of the gate, a pass, an exception, a transfer, a requirement, a profile."""


@pytest.mark.parametrize("story", BORDERS)
def test_every_border_of_the_gate_lies_on_its_day(
    furnished: Session, hall: Cast, story: Story
) -> None:
    live_through(furnished, hall, story)
    days = story.days()
    look_at_days(furnished, hall, story, days)
    assert len({story.is_fit("staff", on) for on in days}) == 2, "there is a border"
    for on in days:
        look_at_roster(furnished, hall, story, on, [("staff", 0), ("manager", 2)])


@pytest.mark.parametrize("kind", list(EventKind))
def test_a_transfer_or_a_return_asks_for_training_anew(
    furnished: Session, hall: Cast, kind: EventKind
) -> None:
    only(furnished, hall, "PRE-WINDOW")
    live_through(furnished, hall, Story(TODAY, None, frozenset({"staff"}), (), (), ()))
    user_id, day = hall.staff.user_id, TODAY + 20 * DAY
    furnished.add(Event(site_id=hall.site_id, user_id=user_id, kind=kind, on_date=day, at=NOW))
    furnished.flush()

    def there() -> list[bool]:
        return [
            user_id in workplace.on_duty(furnished, hall.site_id, day + n * DAY, hall.a01)
            for n in (-1, 0, 1)
        ]

    assert there() == [True, False, False]
    passed(furnished, hall, user_id, "PRE-WINDOW", day - 31 * DAY)
    assert there() == [True, False, False], "too long before"
    passed(furnished, hall, user_id, "PRE-WINDOW", day - 30 * DAY)
    assert there() == [True, True, True]
