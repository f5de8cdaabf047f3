"""Every rule of handling a hazard: once held, once broken."""

from datetime import UTC, date, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from hazards import errors, service
from hazards.models import ExtensionReason, Hazard, HazardStep, LegalClass, Level, Status, Step
from hazards.service import handling
from safety_app.accounts.models import User
from safety_app.core.errors import ChangedMeanwhile, NotAllowed, TextMissing, TextTooLong
from safety_app.core.feature import Feature
from safety_app.core.i18n import use_language
from safety_app.core.journal import Entry
from tests.cast import NOW, TODAY, Cast
from tests.factories import make_hazard, make_photo

FULL: dict[str, Any] = {
    "measures": "更换",
    "interim_measure": "围挡",
    "funds": "无需资金",
    "contingency": "断电疏散",
}


def assign(session: Session, hall: Cast, hazard: Hazard, **facts: Any) -> Hazard:
    """Hand out by the officer with usual facts."""
    facts = {
        "owner_id": hall.staff.user_id,
        "fix_by": TODAY,
        "measures": "更换",
        "row_version": hazard.row_version,
        **facts,
    }
    return service.assign(session, hall.officer, hazard.id, now=NOW, **facts)


def steps_of(session: Session, hazard: Hazard) -> list[HazardStep]:
    """All dated steps in order."""
    query = select(HazardStep).where(HazardStep.hazard_id == hazard.id).order_by(HazardStep.id)
    return list(session.scalars(query))


def test_the_whole_story_from_found_to_closed(session: Session, hall: Cast) -> None:
    hazard = make_hazard(session, hall, Status.CLOSED)
    assert hazard.status == Status.CLOSED
    assert hazard.closed_at == NOW
    taken = [one.step for one in steps_of(session, hazard)]
    assert taken == [Step.REGISTER, Step.ASSIGN, Step.FIX, Step.ACCEPT]


def test_every_step_is_in_the_journal_without_words(session: Session, hall: Cast) -> None:
    hazard = make_hazard(session, hall, Status.CLOSED)
    entries = session.scalars(
        select(Entry).where(Entry.object == "hazard", Entry.object_id == hazard.id)
    ).all()
    assert [one.action for one in entries] == [
        "hazards:register", "hazards:assign", "hazards:fix", "hazards:accept",
    ]  # fmt: skip
    assert all(len(one.digest) == 64 for one in entries)


@pytest.mark.parametrize("days", [-1, 367])
def test_a_deadline_in_the_past_or_over_a_year_away_is_refused(
    session: Session, hall: Cast, days: int
) -> None:
    hazard = make_hazard(session, hall)
    with pytest.raises((errors.DeadlineInPast, errors.DeadlineTooFar)):
        assign(session, hall, hazard, fix_by=TODAY + timedelta(days=days))
    assert hazard.status == Status.REGISTERED


@pytest.mark.parametrize("days", [0, 366])
def test_a_deadline_from_today_to_a_year_away_is_taken(
    session: Session, hall: Cast, days: int
) -> None:
    hazard = make_hazard(session, hall)
    assign(session, hall, hazard, fix_by=TODAY + timedelta(days=days))
    assert hazard.fix_by == hazard.original_fix_by == TODAY + timedelta(days=days)


def test_an_owner_of_another_site_is_refused(session: Session, hall: Cast) -> None:
    hazard = make_hazard(session, hall)
    with pytest.raises(errors.OwnerUnknown):
        assign(session, hall, hazard, owner_id=hall.foreign_manager.user_id)


def test_a_deactivated_owner_is_refused(session: Session, hall: Cast) -> None:
    hazard = make_hazard(session, hall)
    user = session.get_one(User, hall.staff.user_id)
    user.is_active = False
    session.flush()
    with pytest.raises(errors.OwnerUnknown):
        assign(session, hall, hazard)


def test_measures_are_required(session: Session, hall: Cast) -> None:
    hazard = make_hazard(session, hall)
    with pytest.raises(TextMissing) as refused:
        assign(session, hall, hazard, measures=" \x00\n ")
    assert "整改措施" in refused.value.message()


def test_a_serious_one_asks_for_an_interim_measure(session: Session, hall: Cast) -> None:
    hazard = make_hazard(session, hall, level=Level.SERIOUS)
    with pytest.raises(errors.PlanIncomplete):
        assign(session, hall, hazard)
    assign(session, hall, hazard, interim_measure="围挡")
    assert hazard.interim_measure == "围挡"


@pytest.mark.parametrize("lacking", ["funds", "contingency"])
@pytest.mark.parametrize("why", ["urgent", "major"])
def test_an_urgent_or_major_one_asks_for_five_facts(
    session: Session, hall: Cast, lacking: str, why: str
) -> None:
    hazard = make_hazard(session, hall, level=Level.URGENT if why == "urgent" else Level.MINOR)
    legal = LegalClass.MAJOR if why == "major" else None
    with pytest.raises(errors.PlanIncomplete):
        assign(session, hall, hazard, legal_class=legal, **{**FULL, lacking: ""})
    assign(session, hall, hazard, legal_class=legal, **FULL)
    assert hazard.status == Status.ASSIGNED


def test_lowering_below_the_preset_level_needs_a_reason(session: Session, hall: Cast) -> None:
    hazard = make_hazard(session, hall, preset_level=Level.MODERATE)
    version = hazard.row_version
    with pytest.raises(errors.LevelReasonMissing):
        service.set_level(
            session, hall.lead, hazard.id, level=Level.MINOR, row_version=version, now=NOW
        )
    service.set_level(
        session, hall.lead, hazard.id,
        level=Level.MINOR, reason="已断电", row_version=version, now=NOW,
    )  # fmt: skip
    last = steps_of(session, hazard)[-1]
    assert (last.old_level, last.level, last.note) == (Level.MODERATE, Level.MINOR, "已断电")


def test_lowering_one_reported_by_hand_below_its_first_level_needs_a_reason(
    session: Session, hall: Cast
) -> None:
    hazard = make_hazard(session, hall, level=Level.MODERATE)
    facts: dict[str, Any] = {"row_version": None, "now": NOW}
    with pytest.raises(errors.LevelReasonMissing):
        service.set_level(session, hall.lead, hazard.id, level=Level.MINOR, **facts)
    with pytest.raises(errors.LevelReasonMissing):
        assign(session, hall, hazard, level=Level.MINOR)
    service.set_level(session, hall.lead, hazard.id, level=Level.SERIOUS, **facts)
    service.set_level(session, hall.lead, hazard.id, level=Level.MODERATE, **facts)
    assign(session, hall, hazard, level=Level.MINOR, level_reason="影响很小")
    assert hazard.level == Level.MINOR


def test_raising_the_level_needs_no_reason_and_shortens_the_proposal(
    session: Session, hall: Cast
) -> None:
    hazard = make_hazard(session, hall, preset_level=Level.MODERATE, preset_days=30)
    before = hazard.fix_by
    service.set_level(session, hall.lead, hazard.id, level=Level.SERIOUS, row_version=None, now=NOW)
    assert hazard.fix_by == date(2026, 11, 26)
    assert before == date(2026, 12, 23)


@pytest.mark.parametrize("level", [Level.MODERATE, Level.SERIOUS, Level.URGENT])
def test_raising_the_level_never_lengthens_the_deadline(
    session: Session, hall: Cast, level: Level
) -> None:
    before_the_holiday = datetime(2026, 9, 30, 1, tzinfo=UTC)
    for days in (0, 2, 5, 30):
        hazard = make_hazard(
            session, hall, level=Level.MINOR, preset_level=Level.MINOR, preset_days=days,
            now=before_the_holiday,
        )  # fmt: skip
        proposed = hazard.fix_by
        assert proposed is not None
        service.set_level(
            session, hall.lead, hazard.id, level=level, row_version=None, now=before_the_holiday
        )
        assert hazard.fix_by is not None and hazard.fix_by <= proposed


def test_raising_an_assigned_one_without_its_facts_asks_to_assign_anew(
    session: Session, hall: Cast
) -> None:
    hazard = make_hazard(session, hall)
    assign(session, hall, hazard)
    with pytest.raises(errors.RaiseByAssigning):
        service.set_level(
            session, hall.lead, hazard.id, level=Level.URGENT, row_version=None, now=NOW
        )
    assign(session, hall, hazard, level=Level.URGENT, **FULL)
    assert (hazard.level, hazard.status) == (Level.URGENT, Status.ASSIGNED)


def test_assigning_anew_may_not_put_the_deadline_off(session: Session, hall: Cast) -> None:
    hazard = make_hazard(session, hall)
    assign(session, hall, hazard)
    with pytest.raises(errors.LaterNeedsExtension):
        assign(session, hall, hazard, fix_by=TODAY + timedelta(days=1))
    assign(session, hall, hazard, owner_id=hall.third_party.user_id)
    assert hazard.owner_id == hall.third_party.user_id


def test_an_overdue_one_changes_hands_and_keeps_its_deadline(session: Session, hall: Cast) -> None:
    hazard = make_hazard(session, hall)
    over = TODAY - timedelta(days=3)
    early = NOW - timedelta(days=9)
    service.assign(
        session, hall.officer, hazard.id, owner_id=hall.staff.user_id, fix_by=over,
        measures="更换", row_version=None, now=early,
    )  # fmt: skip
    for day in (over - timedelta(days=1), TODAY - timedelta(days=1)):
        with pytest.raises((errors.DeadlineInPast, errors.LaterNeedsExtension)):
            assign(session, hall, hazard, fix_by=day)
    with pytest.raises(errors.LaterNeedsExtension):
        assign(session, hall, hazard, fix_by=TODAY)
    assign(session, hall, hazard, owner_id=hall.third_party.user_id, fix_by=over)
    assert (hazard.owner_id, hazard.fix_by) == (hall.third_party.user_id, over)


def test_only_deadlines_that_can_be_taken_are_offered(session: Session, hall: Cast) -> None:
    friday, monday = date(2026, 11, 27), date(2026, 11, 30)

    def offered(today: date, kept: date | None) -> list[date]:
        return service.offered_days(
            session, hall.site_id, kept=kept, proposed=date(2026, 12, 4), today=today
        )

    assert offered(friday, None) == [date(2026, 12, 4), friday, monday]
    assert offered(friday, monday) == [monday, friday]
    assert offered(friday, friday) == [friday]
    assert offered(friday, date(2026, 11, 20)) == [date(2026, 11, 20)]


def test_a_fix_needs_a_note_and_an_after_photo(session: Session, hall: Cast) -> None:
    hazard = make_hazard(session, hall, Status.ASSIGNED, owner=hall.staff)
    photos = [make_photo("after")]
    with pytest.raises(TextMissing):
        service.fix(
            session, hall.staff, hazard.id, note=" ", photos=photos, row_version=None, now=NOW
        )
    with pytest.raises(errors.AfterPhotoMissing):
        service.fix(session, hall.staff, hazard.id, note="好", row_version=None, now=NOW)
    service.fix(session, hall.staff, hazard.id, note="好", photos=photos, row_version=None, now=NOW)
    detail = service.get(session, hall.staff, hazard.id, now=NOW)
    assert [one.by for one in detail.after] == ["王晓燕"]


def test_only_the_owner_submits_the_fix(session: Session, hall: Cast) -> None:
    hazard = make_hazard(session, hall, Status.ASSIGNED, owner=hall.staff)
    with pytest.raises(errors.NotTheOwner) as refused:
        service.fix(
            session, hall.lead, hazard.id,
            note="好", photos=[make_photo()], row_version=None, now=NOW,
        )  # fmt: skip
    assert "王晓燕" in refused.value.message()


@pytest.mark.parametrize("who", ["recorder", "doer"])
@pytest.mark.parametrize("step", ["accept", "send_back"])
def test_neither_who_fixed_nor_who_recorded_the_fix_verifies_it(
    session: Session, hall: Cast, who: str, step: str
) -> None:
    owner, doer = (hall.lead, hall.staff) if who == "recorder" else (hall.staff, hall.lead)
    hazard = make_hazard(session, hall, Status.ASSIGNED, owner=owner)
    service.fix(
        session, owner, hazard.id,
        note="好", photos=[make_photo()], fixed_by_id=doer.user_id, row_version=None, now=NOW,
    )  # fmt: skip
    facts: dict[str, Any] = {"row_version": None, "now": NOW}
    action = {
        "accept": partial(service.accept, session, hall.lead, hazard.id, **facts),
        "send_back": partial(
            service.send_back, session, hall.lead, hazard.id, reason="不行", **facts
        ),
    }[step]
    with pytest.raises(errors.OwnFixNotVerifiable) as refused:
        action()
    assert "刘洋" in refused.value.message() and "李敏" not in refused.value.message()
    service.accept(session, hall.officer, hazard.id, **facts)
    assert hazard.status == Status.CLOSED


def test_sending_back_needs_a_reason_counts_and_keeps_the_deadline(
    session: Session, hall: Cast
) -> None:
    hazard = make_hazard(session, hall, Status.FIXED)
    deadline = hazard.fix_by
    with pytest.raises(TextMissing):
        service.send_back(session, hall.lead, hazard.id, reason="", row_version=None, now=NOW)
    service.send_back(session, hall.lead, hazard.id, reason="松动", row_version=None, now=NOW)
    assert (hazard.status, hazard.sent_back_count, hazard.fix_by) == (
        Status.ASSIGNED, 1, deadline,
    )  # fmt: skip
    assert hazard.fixed_by is None


def test_an_extension_keeps_the_old_date_and_the_first_deadline(
    session: Session, hall: Cast
) -> None:
    hazard = make_hazard(session, hall, Status.ASSIGNED, fix_by=TODAY)
    later = TODAY + timedelta(days=9)
    service.extend(
        session, hall.lead, hazard.id,
        fix_by=later, reason=ExtensionReason.AWAITING_PROPERTY, row_version=None, now=NOW,
    )  # fmt: skip
    last = steps_of(session, hazard)[-1]
    assert (last.old_fix_by, last.fix_by, last.reason) == (TODAY, later, "awaiting_property")
    assert last.actor_id == hall.lead.user_id
    assert (hazard.fix_by, hazard.original_fix_by, hazard.extended_count) == (later, TODAY, 1)


def test_an_extension_must_be_later_and_other_reasons_need_words(
    session: Session, hall: Cast
) -> None:
    hazard = make_hazard(session, hall, Status.ASSIGNED)
    with pytest.raises(errors.DeadlineNotLater):
        service.extend(
            session, hall.lead, hazard.id, fix_by=date(2026, 11, 30),
            reason=ExtensionReason.AWAITING_FUNDS, row_version=None, now=NOW,
        )  # fmt: skip
    with pytest.raises(TextMissing):
        service.extend(
            session, hall.lead, hazard.id, fix_by=date(2026, 12, 1),
            reason=ExtensionReason.OTHER, row_version=None, now=NOW,
        )  # fmt: skip


def test_lowering_the_level_opens_no_back_door_to_an_extension(
    session: Session, hall: Cast
) -> None:
    hazard = make_hazard(session, hall, Status.ASSIGNED, level=Level.SERIOUS)
    lower: dict[str, Any] = {
        "level": Level.MODERATE,
        "reason": "看错了",
        "row_version": None,
        "now": NOW,
    }
    service.set_level(session, hall.lead, hazard.id, **lower)
    later: dict[str, Any] = {
        "fix_by": TODAY + timedelta(days=30),
        "reason": ExtensionReason.AWAITING_FUNDS,
    }
    with pytest.raises(NotAllowed):
        service.extend(session, hall.lead, hazard.id, **later, row_version=None, now=NOW)
    service.extend(session, hall.manager, hazard.id, **later, row_version=None, now=NOW)
    assert hazard.fix_by == TODAY + timedelta(days=30)


def test_voiding_needs_a_reason_and_ends_it(session: Session, hall: Cast) -> None:
    hazard = make_hazard(session, hall)
    with pytest.raises(TextMissing):
        service.void(session, hall.manager, hazard.id, reason="", row_version=None, now=NOW)
    service.void(session, hall.manager, hazard.id, reason="看错", row_version=None, now=NOW)
    with pytest.raises(errors.StepNotPossible):
        service.void(session, hall.manager, hazard.id, reason="看错", row_version=None, now=NOW)


def test_a_stale_form_is_refused_and_says_who_did_what(session: Session, hall: Cast) -> None:
    hazard = make_hazard(session, hall)
    drawn = hazard.row_version
    service.assign(
        session, hall.lead, hazard.id, owner_id=hall.staff.user_id, fix_by=TODAY,
        measures="清理", row_version=drawn, now=NOW,
    )  # fmt: skip
    with pytest.raises(ChangedMeanwhile) as refused:
        assign(session, hall, hazard, row_version=drawn)
    assert "李敏刚已交办" in refused.value.message()
    with use_language("en"):
        assert "assigned by" in refused.value.message()


def test_text_beyond_its_limit_is_refused(session: Session, hall: Cast) -> None:
    hazard = make_hazard(session, hall)
    with pytest.raises(TextTooLong):
        assign(session, hall, hazard, measures="长" * 1001)


def test_control_characters_never_reach_the_record(session: Session, hall: Cast) -> None:
    hazard = make_hazard(session, hall, what=" 插排\x00\u202e破\x1b损 \ud800")
    assert hazard.what == "插排破损"


def _barred(monkeypatch: pytest.MonkeyPatch, said: dict[str, str]) -> None:
    """A feature that says of some sources why they may not be closed."""
    one = Feature(
        name="things", folder=Path(), bars_closing=lambda *facts: said.get(str(facts[2]), "")
    )
    monkeypatch.setattr(handling, "features", lambda: (one,))


def test_what_a_feature_knows_not_to_be_right_stays_open(
    session: Session, hall: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    said = {"things:1/age": "压力表已换后才能销号。"}
    _barred(monkeypatch, said)
    hazard = make_hazard(session, hall, Status.FIXED, source="things:1/age")
    close = partial(service.accept, session, hall.officer, hazard.id, row_version=None, now=NOW)
    with pytest.raises(errors.NotRightYet) as refusal:
        close()
    assert "压力表已换后才能销号。" in refusal.value.message()
    assert hazard.status == Status.FIXED and hazard.closed_at is None
    said.clear()
    assert close().status == Status.CLOSED
