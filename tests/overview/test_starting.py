"""A new hall is led through its first steps; each is done when the hall shows it."""

import pytest
from sqlalchemy.orm import Session

from safety_app.accounts import service as accounts
from safety_app.core import journal
from safety_app.core.access import Role
from safety_app.core.db import Database
from safety_app.core.errors import NotAllowed
from safety_app.core.i18n import _
from safety_app.overview import starting
from safety_app.workplace import service as workplace
from safety_app.workplace.models import Appointment, Post
from tests.cast import NOW, TODAY, Cast
from tests.factories import make_task
from tests.screens import open_page, text_of


def _done(session: Session, hall: Cast) -> dict[str, bool]:
    return {one.step.title: one.done for one in starting.reached_steps(session, hall.site_id)}


def test_what_nobody_has_looked_at_is_not_done(session: Session, hall: Cast) -> None:
    done = _done(session, hall)
    assert done["Locations"] and done["Windows and their leads"]
    for title in ("Legal profile of the unit", "Opening hours and seasons", "Shared tablets"):
        assert not done[title], title


def test_a_window_without_a_lead_is_told(session: Session, hall: Cast) -> None:
    accounts.revoke_role(session, None, hall.other_lead.user_id, Role.LEAD, hall.a03, now=NOW)
    reached = {one.step.title: one for one in starting.reached_steps(session, hall.site_id)}
    assert not reached["Windows and their leads"].done
    assert "1" in reached["Windows and their leads"].note


def test_saving_the_hours_is_the_step_even_if_they_stay_as_they_were(
    session: Session, hall: Cast
) -> None:
    workplace.set_opening_hours(session, None, site_id=hall.site_id, now=NOW)
    assert not _done(session, hall)["Opening hours and seasons"]
    workplace.set_opening_hours(session, hall.administrator, site_id=hall.site_id, now=NOW)
    assert _done(session, hall)["Opening hours and seasons"]


def test_both_posts_are_needed(session: Session, hall: Cast) -> None:
    title = "Persons responsible for fire safety"
    for post, expected in ((Post.RESPONSIBLE, False), (Post.FIRE_MANAGER, True)):
        session.add(
            Appointment(site_id=hall.site_id, post=post, user_id=hall.manager.user_id, first=TODAY)
        )
        session.flush()
        assert _done(session, hall)[title] is expected


def test_a_tablet_a_plan_and_a_patrol_are_steps(session: Session, hall: Cast) -> None:
    accounts.enrol_device(session, None, site_id=hall.site_id, name="平板", window_ids=[], now=NOW)
    make_task(session, hall)
    reached = {one.step.title: one for one in starting.reached_steps(session, hall.site_id)}
    assert reached["Shared tablets"].done
    assert not reached["Plans for every window"].done
    assert "2" in reached["Plans for every window"].note
    assert not reached["The first patrol"].done


def test_only_the_administrator_declares_the_hall_set_up_and_once_is_enough(
    session: Session, hall: Cast
) -> None:
    for actor in (hall.manager, hall.lead, hall.staff):
        with pytest.raises(NotAllowed):
            starting.finish(session, actor, now=NOW)
    assert not starting.is_finished(session, hall.site_id)
    starting.finish(session, hall.administrator, now=NOW)
    starting.finish(session, hall.administrator, now=NOW)
    assert starting.is_finished(session, hall.site_id)
    assert not starting.is_finished(session, hall.foreign_site_id)


def test_the_first_report_is_a_step_once_its_paper_was_opened(session: Session, hall: Cast) -> None:
    assert not _done(session, hall)["The first report"]
    starting.finish(session, hall.administrator, now=NOW)
    assert not _done(session, hall)["The first report"], "declaring it does not print it"
    journal.write(session, hall.lead, "reports.print", "site", hall.site_id, now=NOW)
    assert _done(session, hall)["The first report"]


def test_what_others_do_names_them_instead_of_a_page_that_refuses(
    database: Database, hall: Cast
) -> None:
    shown = " ".join(text_of(open_page(hall.administrator, "starting", language="en")))
    assert "Done by: Staff" in shown and "/countersign" not in shown


def test_today_leads_the_administrator_on_until_it_is_done(database: Database, hall: Cast) -> None:
    shown = text_of(open_page(hall.administrator))
    assert any(_("Go on setting up") in text for text in shown)
    assert not any(_("Go on setting up") in text for text in text_of(open_page(hall.manager)))
    with database.transaction() as session:
        starting.finish(session, hall.administrator, now=NOW)
    shown = text_of(open_page(hall.administrator))
    assert not any(_("Go on setting up") in text for text in shown)


def test_the_settings_show_each_person_what_they_may_change(database: Database, hall: Cast) -> None:
    administrator = text_of(open_page(hall.administrator, "settings"))
    lead = text_of(open_page(hall.lead, "settings"))
    assert any(_("The unit") in text for text in administrator)
    assert not any(_("The unit") in text for text in lead)
    assert any(_("Plans") in text for text in lead)
