"""What can be done with training and asked of it."""

from drills.training.models import Course, CourseKind, Result, SessionStatus, Source
from drills.training.service.courses import follow, get_course, list_courses
from drills.training.service.gate_keeping import (
    OverrideRow,
    allow,
    current_gate,
    end_gate,
    gate_history,
    override_days,
    overrides,
    set_gate,
    set_override_days,
    withdraw,
)
from drills.training.service.gating import gate
from drills.training.service.postings import follow_people, merge_windows
from drills.training.service.results import record_result
from drills.training.service.upcoming import (
    SessionBrief,
    attended,
    next_session,
    next_sessions,
    session_brief,
)

__all__ = [
    "Course",
    "CourseKind",
    "OverrideRow",
    "Result",
    "SessionBrief",
    "SessionStatus",
    "Source",
    "allow",
    "attended",
    "current_gate",
    "end_gate",
    "follow",
    "follow_people",
    "gate",
    "gate_history",
    "get_course",
    "list_courses",
    "merge_windows",
    "next_session",
    "next_sessions",
    "override_days",
    "overrides",
    "record_result",
    "session_brief",
    "set_gate",
    "set_override_days",
    "withdraw",
]
