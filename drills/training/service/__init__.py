"""What can be done with training and asked of it."""

from drills.training.models import Course, CourseKind, Result, SessionStatus, Source
from drills.training.service.courses import follow, get_course, list_courses, prepare
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
    "Result",
    "SessionBrief",
    "SessionStatus",
    "Source",
    "attended",
    "follow",
    "get_course",
    "list_courses",
    "next_session",
    "next_sessions",
    "prepare",
    "record_result",
    "session_brief",
]
