"""What can be done with training and asked of it."""

from drills.training.models import (
    Course,
    CourseKind,
    Purpose,
    Result,
    SessionStatus,
    Source,
    TrainingSession,
)
from drills.training.service.attending import (
    Closed,
    close_session,
    hours_towards,
    mark_present,
    sign_in,
    unclosed_on,
    unmark,
)
from drills.training.service.courses import follow, get_course, list_courses
from drills.training.service.filing import Facts, correct, file_certificate, strike
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
from drills.training.service.people import gone_after, here_on
from drills.training.service.postings import follow_people, merge_windows
from drills.training.service.presence import elsewhere
from drills.training.service.results import record_result
from drills.training.service.session_views import may_see_file
from drills.training.service.sessions import (
    Plan,
    add_files,
    cancel_session,
    change_session,
    invite,
    plan_session,
    postpone_session,
    remove_file,
    uninvite,
)
from drills.training.service.upcoming import (
    SessionBrief,
    attended,
    next_session,
    next_sessions,
    session_brief,
)

__all__ = [
    "Closed",
    "Course",
    "CourseKind",
    "Facts",
    "OverrideRow",
    "Plan",
    "Purpose",
    "Result",
    "SessionBrief",
    "SessionStatus",
    "Source",
    "TrainingSession",
    "add_files",
    "allow",
    "attended",
    "cancel_session",
    "change_session",
    "close_session",
    "correct",
    "current_gate",
    "elsewhere",
    "end_gate",
    "file_certificate",
    "follow",
    "follow_people",
    "gate",
    "gate_history",
    "get_course",
    "gone_after",
    "here_on",
    "hours_towards",
    "invite",
    "list_courses",
    "mark_present",
    "may_see_file",
    "merge_windows",
    "next_session",
    "next_sessions",
    "override_days",
    "overrides",
    "plan_session",
    "postpone_session",
    "record_result",
    "remove_file",
    "session_brief",
    "set_gate",
    "set_override_days",
    "sign_in",
    "strike",
    "unclosed_on",
    "uninvite",
    "unmark",
    "withdraw",
]
