"""What is done with a hazard on the list: handed out, fixed, verified, put off, voided."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from hazards.errors import (
    AfterPhotoMissing,
    DeadlineNotLater,
    FundsNotPossible,
    LaterNeedsExtension,
    LevelReasonMissing,
    NotRightYet,
    OwnerUnknown,
    PlanIncomplete,
    RaiseByAssigning,
)
from hazards.lifecycle import compare_version, require, take
from hazards.models import (
    ExtensionReason,
    Hazard,
    HazardStep,
    LegalClass,
    Level,
    Phase,
    Status,
    Step,
)
from hazards.people import GRAVE
from hazards.permissions import Permission
from hazards.service.deadlines import (
    RANK,
    authority_fix_by,
    check_authority,
    check_fix_by,
    proposed_fix_by,
)
from hazards.service.loading import load
from hazards.service.photos import add_photos, add_uploads
from safety_app.accounts import service as accounts
from safety_app.core import clock, journal
from safety_app.core.access import Actor
from safety_app.core.i18n import N_, day_text
from safety_app.core.photos import Photo
from safety_app.core.text import clean
from safety_app.features import features
from safety_app.workplace import service as workplace

MOST_FUNDS: Final = 1_000_000_000


def assign(
    session: Session,
    actor: Actor,
    hazard_id: int,
    *,
    owner_id: int,
    fix_by: date,
    measures: str,
    interim_measure: str = "",
    funds: str = "",
    contingency: str = "",
    funds_yuan: int | None = None,
    level: Level | None = None,
    level_reason: str = "",
    legal_class: LegalClass | None = None,
    row_version: int | None,
    now: datetime,
) -> Hazard:
    """Hand a hazard to the one who must fix it by `fix_by`; again, with another owner or plan."""
    hazard = _begin(session, actor, hazard_id, Step.ASSIGN, row_version)
    chosen = Level(level) if level else hazard.level
    legal = LegalClass(legal_class) if legal_class else hazard.legal_class
    plan = plan_of(measures, interim_measure, funds, contingency)
    lacking = missing_fact(chosen, legal, plan)
    if lacking:
        raise PlanIncomplete(field=lacking)
    kept = hazard.fix_by if hazard.status == Status.ASSIGNED else None
    if fix_by != kept:  # an overdue one may change hands; its deadline stays over
        check_fix_by(fix_by, clock.local_day(now, actor.timezone))
    if kept and fix_by > kept:
        raise LaterNeedsExtension(day=day_text(kept))
    check_authority(session, hazard, fix_by, clock.local_day(now, actor.timezone))
    _check_person(session, hazard.site_id, owner_id)
    today = clock.local_day(now, actor.timezone)
    workplace.require_fit(session, hazard.site_id, owner_id, today)
    if chosen != hazard.level:
        _change_level(session, actor, hazard, chosen, level_reason, now)
    hazard.owner_id, hazard.fix_by, hazard.legal_class = owner_id, fix_by, legal
    hazard.original_fix_by = hazard.original_fix_by or fix_by
    hazard.assigned_at = now
    _set_funds(hazard, funds_yuan)
    for name, words in plan.items():
        setattr(hazard, name, words)
    take(
        session,
        actor,
        hazard,
        Step.ASSIGN,
        now=now,
        owner_id=owner_id,
        fix_by=fix_by,
        legal_class=legal,
        note=plan["measures"],
        funds_yuan=hazard.funds_yuan,
    )
    return hazard


def may_assign(actor: Actor, window_id: int | None) -> bool:
    """Whether the actor may hand out what is found at a window, or in the common areas."""
    return actor.may(Permission.ASSIGN, window_id=window_id)


def plan_of(
    measures: str, interim_measure: str, funds: str = "", contingency: str = ""
) -> dict[str, str]:
    """What is planned against a hazard, as it may be stored."""
    interim = clean(interim_measure, field=N_("Interim measure"), limit=500, lines=True)
    return {
        "measures": clean(measures, field=N_("Measures"), limit=1000, required=True, lines=True),
        "interim_measure": interim,
        "funds": clean(funds, field=N_("Funds"), limit=200),
        "contingency": clean(contingency, field=N_("Contingency plan"), limit=1000, lines=True),
    }


def set_level(
    session: Session,
    actor: Actor,
    hazard_id: int,
    *,
    level: Level,
    reason: str = "",
    row_version: int | None,
    now: datetime,
) -> Hazard:
    """Change how fast it must be handled; lowering below the first level needs a reason."""
    hazard = _begin(session, actor, hazard_id, Step.SET_LEVEL, row_version)
    chosen = Level(level)
    if chosen == hazard.level:
        return hazard
    if hazard.status == Status.ASSIGNED:
        lacking = missing_fact(chosen, hazard.legal_class, facts_of(hazard))
        if lacking:
            raise RaiseByAssigning(field=lacking)
    _change_level(session, actor, hazard, chosen, reason, now)
    return hazard


def fix(
    session: Session,
    actor: Actor,
    hazard_id: int,
    *,
    note: str,
    photos: Sequence[Photo] = (),
    upload_ids: Sequence[int] = (),
    fixed_by_id: int | None = None,
    funds_yuan: int | None = None,
    row_version: int | None,
    now: datetime,
) -> Hazard:
    """Submit the fix with a note and at least one picture; the owner may name who did the work."""
    hazard = _begin(session, actor, hazard_id, Step.FIX, row_version)
    words = clean(note, field=N_("What was done"), limit=1000, required=True, lines=True)
    if not photos and not upload_ids:
        raise AfterPhotoMissing()
    doer = fixed_by_id or actor.user_id
    _check_person(session, hazard.site_id, doer)
    add_photos(session, actor, hazard, photos, Phase.AFTER, now=now)
    add_uploads(session, actor, hazard, upload_ids, Phase.AFTER, now=now)
    hazard.fixed_at, hazard.fixed_by, hazard.fix_recorded_by = now, doer, actor.user_id
    _set_funds(hazard, funds_yuan)
    take(
        session,
        actor,
        hazard,
        Step.FIX,
        now=now,
        note=words,
        owner_id=doer,
        funds_yuan=hazard.funds_yuan,
    )
    return hazard


def accept(
    session: Session,
    actor: Actor,
    hazard_id: int,
    *,
    note: str = "",
    row_version: int | None,
    now: datetime,
) -> Hazard:
    """Find the fix good and close; never by who fixed it or recorded the fix."""
    hazard = _begin(session, actor, hazard_id, Step.ACCEPT, row_version)
    _check_right(session, hazard, now)
    words = clean(note, field=N_("Note"), limit=1000, lines=True)
    hazard.closed_at = now
    take(session, actor, hazard, Step.ACCEPT, now=now, note=words)
    return hazard


def _check_right(session: Session, hazard: Hazard, now: datetime) -> None:
    why_not = bar_of(session, hazard.site_id, hazard.source, now)
    if why_not:
        raise NotRightYet(why=why_not)


def bar_of(session: Session, site_id: int, source: str | None, now: datetime) -> str:
    """Why what the hazard is about is not right again, as a package above knows; else nothing."""
    asked = (feature.bars_closing for feature in features() if feature.bars_closing)
    found = (bars(session, site_id, source, now) for bars in asked) if source else ()
    return next((words for words in found if words), "")


def send_back(
    session: Session,
    actor: Actor,
    hazard_id: int,
    *,
    reason: str,
    row_version: int | None,
    now: datetime,
) -> Hazard:
    """Find the fix wanting: back to the owner, the deadline stays, the counter rises."""
    hazard = _begin(session, actor, hazard_id, Step.SEND_BACK, row_version)
    words = clean(reason, field=N_("Reason"), limit=500, required=True, lines=True)
    hazard.sent_back_count += 1
    take(session, actor, hazard, Step.SEND_BACK, now=now, note=words)
    hazard.fixed_at = hazard.fixed_by = hazard.fix_recorded_by = None
    session.flush()
    return hazard


def extend(
    session: Session,
    actor: Actor,
    hazard_id: int,
    *,
    fix_by: date,
    reason: ExtensionReason,
    note: str = "",
    row_version: int | None,
    now: datetime,
) -> Hazard:
    """Put the deadline off, approved by the actor; the first deadline still counts as such."""
    hazard = _begin(session, actor, hazard_id, Step.EXTEND, row_version)
    chosen = ExtensionReason(reason)
    other = chosen in (ExtensionReason.OTHER, ExtensionReason.AUTHORITY_AGREED)
    words = clean(note, field=N_("Reason"), limit=500, required=other, lines=True)
    check_fix_by(fix_by, clock.local_day(now, actor.timezone))
    old = hazard.fix_by
    if old and fix_by <= old:
        raise DeadlineNotLater(day=day_text(old))
    if chosen is not ExtensionReason.AUTHORITY_AGREED:
        check_authority(session, hazard, fix_by, clock.local_day(now, actor.timezone))
    hazard.fix_by = fix_by
    hazard.extended_count += 1
    take(
        session,
        actor,
        hazard,
        Step.EXTEND,
        now=now,
        fix_by=fix_by,
        old_fix_by=old,
        reason=chosen,
        note=words,
    )
    return hazard


def void(
    session: Session,
    actor: Actor,
    hazard_id: int,
    *,
    reason: str,
    row_version: int | None,
    now: datetime,
) -> Hazard:
    """Take something off the list that was no hazard."""
    hazard = _begin(session, actor, hazard_id, Step.VOID, row_version)
    words = clean(reason, field=N_("Reason"), limit=500, required=True, lines=True)
    _check_right(session, hazard, now)
    hazard.closed_at = now
    take(session, actor, hazard, Step.VOID, now=now, note=words)
    return hazard


def missing_fact(level: Level, legal: LegalClass, plan: dict[str, str]) -> str | None:
    """The first fact that level or legal class ask for and the plan lacks, as a field name."""
    if level == Level.SERIOUS and not plan["interim_measure"]:
        return N_("Interim measure")
    if level == Level.URGENT or legal == LegalClass.MAJOR:
        if not plan["funds"]:
            return N_("Funds")
        if not plan["contingency"]:
            return N_("Contingency plan")
    return None


def facts_of(hazard: Hazard) -> dict[str, str]:
    """The plan of an assigned hazard."""
    return {
        "measures": hazard.measures,
        "interim_measure": hazard.interim_measure,
        "funds": hazard.funds,
        "contingency": hazard.contingency,
    }


def _begin(
    session: Session, actor: Actor, hazard_id: int, step: Step, row_version: int | None
) -> Hazard:
    """The hazard, if it is as the actor saw it and the step is the actor's to take."""
    journal.lock(session)
    hazard = load(session, actor, hazard_id)
    compare_version(session, hazard, row_version)
    require(session, actor, hazard, step)
    return hazard


def _set_funds(hazard: Hazard, yuan: int | None) -> None:
    """An amount that is not given leaves what is known."""
    if yuan is None:
        return
    if not 0 <= yuan <= MOST_FUNDS:
        raise FundsNotPossible(most=f"{MOST_FUNDS:,}")
    hazard.funds_yuan = yuan


def _check_person(session: Session, site_id: int, user_id: int) -> None:
    if all(person.id != user_id for person in accounts.list_people(session, site_id)):
        raise OwnerUnknown()


def _change_level(
    session: Session, actor: Actor, hazard: Hazard, level: Level, reason: str, now: datetime
) -> None:
    words = clean(reason, field=N_("Reason for the level"), limit=500)
    usual = hazard.preset_level or _registered_level(session, hazard)
    if RANK[level] < RANK[usual] and not words:
        raise LevelReasonMissing()
    old, hazard.level = hazard.level, level
    hazard.was_grave = hazard.was_grave or old in GRAVE or level in GRAVE
    if hazard.status == Status.REGISTERED:
        found = _proposed_anew(session, actor, hazard, now)
        # Around holidays fewer open days can end later than more calendar days.
        raised = hazard.fix_by is not None and RANK[level] > RANK[old]
        hazard.fix_by = min(found, hazard.fix_by) if raised and hazard.fix_by else found
        last = authority_fix_by(session, hazard)
        hazard.fix_by = min(hazard.fix_by, last) if last else hazard.fix_by
    take(
        session,
        actor,
        hazard,
        Step.SET_LEVEL,
        now=now,
        level=level,
        old_level=old,
        fix_by=hazard.fix_by,
        note=words,
    )


def _registered_level(session: Session, hazard: Hazard) -> Level:
    query = select(HazardStep.level).where(
        HazardStep.hazard_id == hazard.id, HazardStep.step == Step.REGISTER
    )
    return session.scalar(query) or hazard.level


def _proposed_anew(session: Session, actor: Actor, hazard: Hazard, now: datetime) -> date:
    """What the rules propose for the new level, counted from the day of registration."""
    found = proposed_fix_by(
        session,
        hazard.site_id,
        level=hazard.level,
        preset_level=hazard.preset_level,
        preset_days=hazard.preset_days,
        today=clock.local_day(hazard.registered_at, actor.timezone),
    )
    return max(found, clock.local_day(now, actor.timezone))
