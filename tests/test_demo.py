"""The demonstration hall is lived through by the services, into an empty database only."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, or_, select

from checklists import demo as checklists_demo
from checklists import service as checklists
from checklists.models import (
    Countersignature,
    CountersignedRun,
    Kind,
    PaperForm,
    Plan,
    Rhythm,
    Run,
    Task,
)
from checklists.recurrence import State
from drills.exams.models import Attempt, Exam
from drills.training import service as training
from hazards.models import OPEN, Hazard, HazardPhoto, Status
from safety_app import demo, migrate
from safety_app.accounts import service as accounts
from safety_app.accounts.models import User
from safety_app.core import clock, db, journal
from safety_app.core.access import Role
from safety_app.core.db import Database
from safety_app.core.photos import PhotoStore
from safety_app.core.settings import settings
from safety_app.features import features
from safety_app.workplace import service as workplace
from safety_app.workplace.demo import PASSWORD, demo_accounts
from tests.cast import NOW
from tests.dialects import sqlite_only


@pytest.fixture(scope="module")
def hall(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Database]:
    """Three weeks of the demonstration on an own SQLite file."""
    folder = tmp_path_factory.mktemp("demo")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("SAFETY_DATA_DIR", str(folder))
        patch.setattr(demo, "DAYS", 21)
        settings.cache_clear()
        database = db.configure(settings().url)
        migrate.upgrade(database)
        with database.transaction() as session:
            for feature in features():
                if feature.prepare:
                    feature.prepare(session, NOW)
        demo.make(lambda _said: None, now=NOW)
        yield database
        database.engine.dispose()
    settings.cache_clear()


def test_it_is_a_hall_of_24_windows_and_about_60_people(hall: Database) -> None:
    with hall.reading() as session:
        site = workplace.list_sites(session)[0]
        people = accounts.list_people(session, site.id)
        assert site.is_demo
        assert len(workplace.list_windows(session, site.id)) == 24
        assert len(people) == 61, "a newcomer has come in the last days"
        assert {role for person in people for role in person.roles} == set(Role)


def test_hazards_stand_in_every_state(hall: Database) -> None:
    with hall.reading() as session:
        found = session.scalars(select(Hazard)).all()
        assert {hazard.status for hazard in found} == set(Status)
        waiting = [hazard for hazard in found if hazard.status in OPEN]
        assert any(hazard.sent_back_count for hazard in waiting)
        assert any(hazard.extended_count for hazard in waiting)
        assert any(hazard.fix_by and hazard.fix_by < NOW.date() for hazard in waiting)
        assert {hazard.level for hazard in found} == {"urgent", "serious", "moderate", "minor"}


def test_its_pictures_are_in_the_store(hall: Database) -> None:
    store = PhotoStore(settings().photo_dir)
    with hall.reading() as session:
        keys = set(session.scalars(select(HazardPhoto.key)))
    assert keys and all(store.exists(key) for key in keys)


def test_nothing_happens_after_now_and_todays_patrols_are_open(hall: Database) -> None:
    with hall.reading() as session:
        assert (session.scalar(select(func.max(Run.submitted_at))) or NOW) <= NOW
        a01 = workplace.list_windows(session, 1)[0].id
        open_now = session.scalars(
            select(Task).where(
                Task.window_id == a01,
                Task.part != "all",
                Task.opens_at <= NOW,
                Task.closes_at > NOW,
            )
        ).all()
        begun = session.scalars(select(Run.task_id).where(Run.window_id == a01)).all()
    assert len(open_now) == 3
    assert not {task.id for task in open_now} & set(begun)


def test_the_journal_of_it_holds_together(hall: Database) -> None:
    with hall.reading() as session:
        assert journal.first_break(session) is None


def test_its_accounts_can_sign_in(hall: Database) -> None:
    for _role, login, _name in demo_accounts():
        with hall.transaction() as session:
            signed = accounts.sign_in_password(
                session, login=login, password=PASSWORD, address="127.0.0.1", now=NOW
            )
        assert signed.token


def test_stopped_on_the_way_it_goes_on_where_it_was(
    hall: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(demo, "DAYS", 4)
    there = db.configure(f"sqlite:///{tmp_path / 'half.db'}")
    migrate.upgrade(there)
    with there.transaction() as session:
        for feature in features():
            if feature.prepare:
                feature.prepare(session, NOW)
    live, lived = demo._live, 0

    def stopped(*facts: Any) -> None:
        nonlocal lived
        lived += 1
        if lived == 3:
            raise KeyboardInterrupt
        live(*facts)

    monkeypatch.setattr(demo, "_live", stopped)
    with pytest.raises(KeyboardInterrupt):
        demo.make(lambda _said: None, now=NOW)
    assert demo.is_unfinished()
    demo.make(lambda _said: None, now=NOW)
    assert lived == 3 + 3
    assert not demo.is_unfinished()
    with pytest.raises(demo.NotEmpty):
        demo.make(lambda _said: None, now=NOW)
    there.close()
    db.configure(settings().url)


@sqlite_only
def test_it_is_refused_where_there_is_a_site(database: Database) -> None:
    with pytest.raises(demo.NotEmpty):
        demo.make(lambda _said: None, now=NOW)


def test_sheets_are_countersigned_and_some_wait(hall: Database) -> None:
    with hall.reading() as session:
        signed = session.scalar(select(func.count()).select_from(CountersignedRun)) or 0
        submitted = session.scalar(select(func.count(Run.id)).where(Run.submitted_at.is_not(None)))
        assert 0.6 < signed / (submitted or 1) < 0.99
        for login in ("limin", "chenjing"):
            person = session.scalars(select(User).where(User.login == login)).one()
            actor = accounts.actor_for(session, person.id)
            assert checklists.waiting(session, actor, now=NOW), login
        by_whom = set(session.scalars(select(Countersignature.user_id)))
        assert len(by_whom) > 5


def test_nobody_countersigned_an_own_sheet(hall: Database) -> None:
    with hall.reading() as session:
        own = session.scalar(
            select(func.count(Run.id))
            .join(CountersignedRun, CountersignedRun.run_id == Run.id)
            .join(Countersignature, Countersignature.id == CountersignedRun.countersignature_id)
            .where(
                or_(
                    Countersignature.user_id == Run.submitted_by,
                    Countersignature.user_id == Run.companion_id,
                    Countersignature.at <= Run.submitted_at,
                )
            )
        )
    assert own == 0


def test_checks_were_done_and_the_leads_own_one_is_open(hall: Database) -> None:
    with hall.reading() as session:
        rows = session.execute(
            select(Plan.template_code, func.count(Run.id))
            .join(Task, Task.plan_id == Plan.id)
            .outerjoin(Run, Run.task_id == Task.id)
            .where(Plan.rhythm == Rhythm.PERIOD)
            .group_by(Plan.template_code)
        ).all()
        done = dict(rows)
        assert set(done) == {"lead-monthly", "fire-quarterly"}
        assert done["lead-monthly"] > 5
        lead = session.scalars(select(User).where(User.login == "limin")).one()
        actor = accounts.actor_for(session, lead.id)
        mine = checklists.list_tasks(session, actor, day=NOW.date(), own=True, now=NOW)
        assert any(row.kind == Kind.CHECK and row.state == State.OPEN for row in mine)


def test_one_patrol_came_in_on_paper_and_one_form_waits(hall: Database) -> None:
    with hall.reading() as session:
        forms = session.scalars(select(PaperForm)).all()
        assert [form.confirmed_at is not None for form in forms] == [False, True]
        lead = session.scalars(select(User).where(User.login == "limin")).one()
        waiting = checklists.papers_waiting(session, accounts.actor_for(session, lead.id))
        assert [one.id for one in waiting] == [forms[0].id]


def test_nobody_walks_whom_the_gate_keeps_off_duty(hall: Database) -> None:
    with hall.reading() as session:
        site = workplace.list_sites(session)[0]
        signed = select(Run.submitted_at, Run.submitted_by).where(Run.submitted_at.is_not(None))
        walked = {
            (clock.local_day(at, site.timezone), user_id)
            for at, user_id in session.execute(signed)
            if at and user_id
        }
        days = {on for on, _user in walked}
        roster = workplace.roster(session, site.id, min(days), max(days))
        newcomer = session.scalars(select(User.id).where(User.login == "linxiaoyu")).one()
        (barred, *_others) = (on for on in sorted(days) if roster.barred(newcomer, on))
        teams = checklists_demo._walkers(session, site.id, barred).values()
        assert newcomer not in {actor.user_id for team in teams for actor in team}
        assert [one for one in walked if roster.barred(one[1], one[0])] == []


def test_exams_are_sat_by_who_was_trained_for_them(hall: Database) -> None:
    with hall.reading() as session:
        attempts = session.scalars(select(Attempt)).all()
        exams = {one.id: one for one in session.scalars(select(Exam))}
        assert len(exams) == 5 and attempts
        for one in attempts:
            course = training.get_course(session, one.site_id, exams[one.exam_id].course_id)
            there = training.hours_towards(session, course, [one.user_id], one.held_on)
            assert one.passed or there[one.user_id] >= course.hours
