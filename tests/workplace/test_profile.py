"""The unit: what is printed of it, its legal profile, its posts and its trial."""

from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from safety_app.accounts import service as accounts
from safety_app.core.errors import NotAllowed, NotFound, TextMissing, TextTooLong
from safety_app.core.i18n import LANGUAGES, use_language
from safety_app.core.journal import Entry
from safety_app.features import features
from safety_app.workplace import legal, service
from safety_app.workplace.errors import (
    LastBeforeFirst,
    PostHeldAlready,
    PostTakenLater,
    TrialInPast,
    TrialOver,
    TrialTooLong,
    TrialUsedUp,
    UnknownTimeZone,
)
from safety_app.workplace.models import FormerProfile, Post, UnitKind
from tests.cast import NOW, TODAY, Cast
from tests.factories import make_task

DAY = timedelta(days=1)


@pytest.fixture(autouse=True)
def _words() -> None:
    features()


def _update(session: Session, hall: Cast, **facts: Any) -> None:
    usual = {"name": "清河县政务服务中心", "timezone": "Asia/Shanghai", "site_id": hall.site_id}
    service.update_site(session, hall.administrator, now=NOW, **{**usual, **facts})


def test_what_is_printed_at_the_head_of_papers_can_be_changed(session: Session, hall: Cast) -> None:
    _update(
        session, hall, name=" 新名称 ", address="人民路 1 号", acceptance_number="清消验〔2019〕7号"
    )
    site = service.site(session, hall.site_id)
    assert (site.name, site.address, site.phone) == ("新名称", "人民路 1 号", "")
    assert site.acceptance_number == "清消验〔2019〕7号"


@pytest.mark.parametrize(
    ("facts", "error"),
    [
        ({"name": ""}, TextMissing),
        ({"address": "长" * 129}, TextTooLong),
        ({"phone": "1" * 33}, TextTooLong),
        ({"timezone": "Mars/Olympus"}, UnknownTimeZone),
        ({"timezone": "../../etc/passwd"}, UnknownTimeZone),
    ],
)
def test_what_cannot_be_printed_is_refused(
    session: Session, hall: Cast, facts: dict[str, Any], error: type[Exception]
) -> None:
    with pytest.raises(error):
        _update(session, hall, **facts)


def test_a_profile_saved_as_it_stands_is_a_profile_confirmed(session: Session, hall: Cast) -> None:
    service.set_profile(
        session, hall.administrator, site_id=hall.site_id, unit_kind=UnitKind.ENTERPRISE,
        key_fire_unit=True, public_gathering=False, crowded_place=True, business_operator=True,
        now=NOW,
    )  # fmt: skip
    site = service.site(session, hall.site_id)
    assert (site.unit_kind, site.key_fire_unit, site.business_operator) == (
        UnitKind.ENTERPRISE, True, True,
    )  # fmt: skip
    actions = session.scalars(select(Entry.action).where(Entry.actor_id.is_not(None)))
    assert "workplace.set_profile" in set(actions)


def test_what_a_hall_was_is_known_of_every_moment(session: Session, hall: Cast) -> None:
    def become(*, is_key: bool, days: int) -> None:
        service.set_profile(
            session, hall.administrator, site_id=hall.site_id, unit_kind=UnitKind.ORGAN,
            key_fire_unit=is_key, public_gathering=False, crowded_place=True,
            business_operator=False, now=NOW + timedelta(days=days),
        )  # fmt: skip

    for is_key, days in ((True, 1), (True, 2), (False, 3)):
        become(is_key=is_key, days=days)
    found = [
        service.profile_at(session, hall.site_id, NOW + timedelta(days=n)).key_fire_unit
        for n in range(5)
    ]
    assert found == [False, True, True, False, False]
    assert session.scalar(select(func.count()).select_from(FormerProfile)) == 2


def test_each_flag_says_who_decides_it_and_what_follows_in_both_languages() -> None:
    seen = {}
    for language in LANGUAGES:
        with use_language(language):
            flags = legal.flags()
            seen[language] = [(flag.key, len(flag.duties)) for flag in flags]
            for flag in flags:
                words = [flag.name, flag.meaning, flag.decided, flag.source]
                words += [word for duty in flag.duties for word in (duty.text, duty.source)]
                assert all(words), flag.key
                for word in words:
                    assert _speaks(word, language), word
    assert seen["zh_CN"] == seen["en"]
    assert [key for key, _n in seen["en"]] == [
        "unit_kind", "key_fire_unit", "public_gathering", "crowded_place", "business_operator",
    ]  # fmt: skip


def _speaks(word: str, language: str) -> bool:
    has_chinese = any("\u4e00" <= letter <= "\u9fff" for letter in word)
    return language == "zh_CN" or not has_chinese


def test_the_duties_follow_from_the_profile(session: Session, hall: Cast) -> None:
    site = service.site(session, hall.site_id)

    def duties() -> set[str]:
        return {duty.key for duty in legal.duties(site)}

    assert {"check_quarterly", "yearly_test"} <= duties()
    assert "patrol_daily" not in duties()
    site.key_fire_unit = True
    assert {"patrol_daily", "drill_half_yearly"} <= duties()
    site.unit_kind = UnitKind.ENTERPRISE
    assert "check_monthly_enterprise" in duties() and "check_quarterly" not in duties()
    site.key_fire_unit, site.unit_kind = False, UnitKind.ORGAN


def test_what_is_not_certain_is_marked_as_a_default(session: Session, hall: Cast) -> None:
    flags = {flag.key: flag for flag in legal.flags()}
    assert flags["crowded_place"].is_default
    assert not flags["key_fire_unit"].is_default


def _appoint(session: Session, hall: Cast, user_id: int, first: date, post: Post) -> int:
    return service.appoint(
        session, hall.administrator, site_id=hall.site_id, post=post, user_id=user_id,
        first=first, now=NOW,
    ).id  # fmt: skip


def test_one_is_responsible_at_a_time_and_the_past_stays(session: Session, hall: Cast) -> None:
    first = _appoint(session, hall, hall.manager.user_id, date(2024, 1, 1), Post.RESPONSIBLE)
    _appoint(session, hall, hall.officer.user_id, date(2026, 3, 1), Post.RESPONSIBLE)
    found = service.holders(session, hall.site_id)
    assert [(one.name, one.first, one.last) for one in found] == [
        ("刘洋", date(2026, 3, 1), None),
        ("陈静", date(2024, 1, 1), date(2026, 2, 28)),
    ]
    assert [one.holds(date(2025, 5, 5)) for one in found] == [False, True]
    assert found[1].id == first
    with pytest.raises(PostTakenLater):
        _appoint(session, hall, hall.lead.user_id, date(2026, 2, 1), Post.RESPONSIBLE)


def test_there_may_be_several_managers(session: Session, hall: Cast) -> None:
    for person in (hall.officer, hall.manager):
        _appoint(session, hall, person.user_id, TODAY, Post.FIRE_MANAGER)
    assert all(one.last is None for one in service.holders(session, hall.site_id))
    with pytest.raises(PostHeldAlready):
        _appoint(session, hall, hall.officer.user_id, TODAY + DAY, Post.FIRE_MANAGER)


def test_a_post_ends_on_a_day_and_can_be_taken_up_again(session: Session, hall: Cast) -> None:
    made = _appoint(session, hall, hall.officer.user_id, TODAY, Post.FIRE_MANAGER)

    def end(last: date) -> None:
        service.end_appointment(
            session, hall.administrator, made, site_id=hall.site_id, last=last, now=NOW
        )

    with pytest.raises(LastBeforeFirst):
        end(TODAY - DAY)
    end(TODAY + DAY)
    _appoint(session, hall, hall.officer.user_id, TODAY + 2 * DAY, Post.FIRE_MANAGER)
    assert len(service.holders(session, hall.site_id)) == 2


def test_posts_are_for_people_of_the_hall_who_are_there(session: Session, hall: Cast) -> None:
    with pytest.raises(NotFound):
        _appoint(session, hall, hall.foreign_manager.user_id, TODAY, Post.RESPONSIBLE)
    accounts.deactivate(session, None, hall.officer.user_id, NOW)
    with pytest.raises(NotFound):
        _appoint(session, hall, hall.officer.user_id, TODAY, Post.RESPONSIBLE)


def _trial(session: Session, hall: Cast, counts_from: date, **facts: Any) -> None:
    service.set_trial(
        session, hall.administrator, site_id=hall.site_id, counts_from=counts_from,
        **{"now": NOW, **facts},
    )  # fmt: skip


def test_the_first_day_that_counts_can_be_moved_while_it_lies_ahead(
    session: Session, hall: Cast
) -> None:
    for days in (14, 30, 0):
        _trial(session, hall, TODAY + days * DAY)
    with pytest.raises(TrialInPast):
        _trial(session, hall, TODAY - DAY)
    with pytest.raises(TrialTooLong):
        _trial(session, hall, TODAY + 93 * DAY)
    _trial(session, hall, TODAY + 92 * DAY)
    assert service.site(session, hall.site_id).counts_from == TODAY + 92 * DAY


def test_the_three_months_run_from_the_day_on_which_a_trial_was_first_set(
    session: Session, hall: Cast
) -> None:
    _trial(session, hall, TODAY + 14 * DAY)
    last = TODAY + 92 * DAY
    later = NOW + 13 * DAY
    with pytest.raises(TrialTooLong) as told:
        _trial(session, hall, last + DAY, now=later)
    assert "2027年2月23日" in told.value.message()
    _trial(session, hall, last, now=later)
    found = service.site(session, hall.site_id)
    assert service.trial_limit(found, TODAY + 13 * DAY) == last


def test_a_trial_that_was_used_up_is_not_set_again(session: Session, hall: Cast) -> None:
    _trial(session, hall, TODAY + 92 * DAY)
    end = NOW + 93 * DAY  # and nothing was missed, since nothing is planned yet
    assert not service.trial_is_open(session, hall.site_id, end)
    with pytest.raises(TrialUsedUp):
        _trial(session, hall, TODAY + 100 * DAY, now=end)


def test_a_hall_that_stood_idle_may_still_begin_with_a_trial(session: Session, hall: Cast) -> None:
    _trial(session, hall, TODAY + 492 * DAY, now=NOW + 400 * DAY)
    assert service.site(session, hall.site_id).trial_since == TODAY + 400 * DAY


def test_what_has_counted_is_not_turned_into_practice(session: Session, hall: Cast) -> None:
    task = make_task(session, hall)
    _trial(session, hall, TODAY)  # nothing is over yet
    with pytest.raises(TrialOver):
        _trial(session, hall, TODAY + 7 * DAY, now=task.closes_at)
    assert not service.trial_is_open(session, hall.site_id, task.closes_at)


def test_the_unit_is_the_administrators(session: Session, hall: Cast) -> None:
    for role, actor in hall.everyone().items():
        if role == "administrator":
            continue
        with pytest.raises(NotAllowed):
            service.update_site(
                session, actor, site_id=hall.site_id, name="x", timezone="Asia/Shanghai", now=NOW
            )
        with pytest.raises(NotAllowed):
            service.appoint(
                session, actor, site_id=hall.site_id, post=Post.RESPONSIBLE,
                user_id=actor.user_id, first=TODAY, now=NOW,
            )  # fmt: skip
        with pytest.raises(NotAllowed):
            service.set_trial(session, actor, site_id=hall.site_id, counts_from=TODAY, now=NOW)
    with pytest.raises(NotFound):
        _update(session, hall, site_id=hall.foreign_site_id)
