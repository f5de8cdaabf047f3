"""The screens of emergency plans and rules: whose each is, and the address of what was made."""

from datetime import datetime, timedelta
from typing import Final

from sqlalchemy.orm import Session

from drills.plans.service import request_revision
from tests.cast import Cast
from tests.drills.plans.documents import make_draft, make_plan, put_in_force
from tests.e2e.hall import today


def publish(session: Session, people: Cast, now: datetime) -> dict[str, int]:
    """A plan in force with a task, a complete draft, and the rules of the hall."""
    plan = make_plan(session, people, now=now)
    request_revision(
        session, people.officer, plan.id, why="出口改道", source="test",
        owner_id=people.officer.user_id, due_on=today() + timedelta(days=9), now=now,
    )  # fmt: skip
    rules = make_draft(session, people, "staff_rules", now=now)
    put_in_force(session, people, rules, now=now)
    notice = make_draft(session, people, "visitor_rules", now=now)
    put_in_force(session, people, notice, now=now)
    return {
        "fire": plan.id,
        "drafted": make_draft(session, people, "evacuation", now=now).id,
        "rules": rules.id,
    }


PLANS: Final = "/emergency-plans?plan="
SCREENS: Final = (
    ("emergency plans to read", "staff", PLANS, "fire", ".st-key-card_now_read"),
    ("life of an emergency plan", "manager", "/emergency-plans?view=life&plan=", "fire",
     ".timeline"),
    ("who has read a plan", "lead", "/emergency-plans?view=readers&plan=", "fire", ".names"),
    ("revision asked for", "officer", "/emergency-plans?do=request&plan=", "fire",
     ".st-key-card_plan_request"),
    ("draft to approve", "manager", PLANS, "drafted", ".st-key-card_plan_draft"),
    ("organisation of a draft", "officer",
     "/emergency-plans?do=edit&section=organisation&plan=", "drafted",
     ".st-key-card_edit_organisation"),
    ("measures of a draft", "officer", "/emergency-plans?do=edit&section=measures&plan=",
     "drafted", ".st-key-card_edit_measures"),
    ("maps of a draft", "officer", "/emergency-plans?do=edit&section=maps&plan=", "drafted",
     ".st-key-card_edit_maps"),
    ("rules of the hall", "staff", "/hall-rules?plan=", "rules", ".plan-chapter"),
    ("an emergency plan in need", "staff", "/emergency#plan-", "fire", ".plan:target"),
)  # fmt: skip
"""Name, person, beginning of the address, which id follows, and what to wait for."""
