"""One row of a list: whom, which course, what came of it; everything that is wrong with it."""

import unicodedata
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final, TypeVar

from sqlalchemy.orm import Session

from drills.training.models import COURSE_KIND_NAMES, Course, CourseKind, Source
from drills.training.service.courses import list_courses
from drills.training.service.importing.reading import Said, columns, table, words
from drills.training.service.results import MOST_HOURS, MOST_SCORE, reaches
from drills.training.shipped import figures
from safety_app.accounts import service as accounts
from safety_app.accounts.service import Staffed
from safety_app.core import clock
from safety_app.core.access import Actor
from safety_app.core.i18n import _, bilingual, use_language
from safety_app.core.intake import Problem
from safety_app.core.intake_cells import heading

T = TypeVar("T")
NAMED: Final = 12


@dataclass(frozen=True, slots=True)
class Fit:
    """A row that is understood."""

    person: Staffed
    course: Course
    on: date
    passed: bool
    score: float | None
    out_of: float | None
    hours: float | None
    valid_until: date | None
    certificate: str
    issuer: str
    note: str

    @property
    def source(self) -> Source:
        """A certificate if it has a number."""
        return Source.CERTIFICATE if self.certificate else Source.IMPORTED

    @property
    def key(self) -> str:
        """The same result brought in again is known by this."""
        outcome = "passed" if self.passed else "failed"
        return f"import:{self.person.id}:{self.course.id}:{self.on}:{outcome}"


class _Fault(Exception):
    """One thing that is wrong with a cell."""

    def __init__(self, key: str, text: str) -> None:
        self.key, self.text = key, text
        super().__init__(text)


class Ground:
    """People and courses of the hall, to be found by what a row says."""

    def __init__(
        self, session: Session, actor: Actor, now: datetime, labels: Mapping[str, str]
    ) -> None:
        self.today = clock.local_day(now, actor.timezone)
        self.own = actor.user_id
        self.labels = {column.key: column.label for column in columns()} | dict(labels)
        self.by_number: dict[str, Staffed] = {}
        self.by_id: dict[str, Staffed] = {}
        self.by_name: dict[str, list[Staffed]] = {}
        for one in accounts.staffing(session, actor.site_id):
            self.by_id[str(one.id)] = one
            if one.staff_no:
                self.by_number[heading(one.staff_no)] = one
            for name in {heading(one.name), heading(one.name_en)} - {""}:
                self.by_name.setdefault(name, []).append(one)
        self.courses = list_courses(session, actor.site_id)
        self.by_course = dict(self._course_words())
        self.passed, self.failed = words("passed"), words("failed")

    def understand(self, said: Said) -> tuple[Fit | None, list[Problem]]:
        """What a row means, or all that is wrong with it."""
        faults: list[Problem] = []

        def ask(question: Callable[[Said], T]) -> T | None:
            try:
                return question(said)
            except _Fault as fault:
                label = self.labels.get(fault.key, "")
                faults.append(Problem(fault.text, said.number, label))
                return None

        person, course = ask(self._person), ask(self._course)
        hours, out_of = ask(self._hours), ask(self._out_of)
        score = ask(self._score)
        passed = ask(lambda row: self._passed(row, course, score, out_of))
        if passed and course and not said.cells["certificate"]:
            ask(lambda _row: _check_score(course, score, out_of))
            ask(lambda _row: _check_hours(course, hours))
        on = ask(lambda row: self._day(row, person))
        until = ask(lambda row: self._until(row))
        if faults or person is None or course is None or on is None or passed is None:
            return None, faults
        return Fit(
            person=person,
            course=course,
            on=on,
            passed=passed,
            score=score,
            out_of=out_of if score is not None else None,
            hours=hours,
            valid_until=until,
            certificate=said.cells["certificate"],
            issuer=said.cells["issuer"],
            note=said.cells["note"],
        ), []

    def _person(self, said: Said) -> Staffed:
        """By number; else by a name that only one person has; never who brings the list in."""
        found = self._named(said)
        if found.id == self.own:
            text = _(
                "Nobody brings in their own results. Let the manager, another safety officer or the"
                " administrator import this row."
            )
            raise _Fault("name", text)
        return found

    def _named(self, said: Said) -> Staffed:
        known = self.by_id.get(said.cells.get("id", ""))
        if known is not None:
            return known
        name, number = said.cells["name"], said.cells["staff_no"]
        if number:
            found = self.by_number.get(heading(number))
            if found is None:
                raise _Fault("staff_no", _("Nobody here has the staff number {no}.", no=number))
            if name and heading(name) not in {heading(found.name), heading(found.name_en)}:
                text = _("The staff number {no} is that of {name}.", no=number,
                         name=found.display_name)  # fmt: skip
                raise _Fault("name", text)
            return found
        alike = self.by_name.get(heading(name), [])
        if not alike:
            raise _Fault("name", _("Nobody called {name} works or worked here.", name=name))
        if len(alike) > 1:
            text = _("{n} people are called {name}. Give the staff number.", n=len(alike),
                     name=name)  # fmt: skip
            raise _Fault("staff_no", text)
        return alike[0]

    def _course(self, said: Said) -> Course:
        """By its name or another word for it; else by the kind, if it has one course only."""
        name, kind = said.cells["course"], said.cells["kind"]
        found = self.by_course.get(heading(name)) or self.by_course.get(heading(kind))
        if found is not None:
            return found
        of_kind = self._of_kind(kind)
        if not name and len(of_kind) == 1:
            return of_kind[0]
        if not (name or kind):
            raise _Fault("course", _("Say which course it was."))
        known = _(", ").join(bilingual(one.name, one.name_en) for one in self.courses[:NAMED])
        text = _("There is no course “{name}”. Courses here: {known}.", name=name or kind,
                 known=known)  # fmt: skip
        raise _Fault("course" if name else "kind", text)

    def _of_kind(self, kind: str) -> list[Course]:
        said = _tight(kind)
        wanted = {
            one for one, name in COURSE_KIND_NAMES.items() if said and said in _both_ways(name)
        }
        return [course for course in self.courses if CourseKind(course.kind) in wanted]

    def _course_words(self) -> Iterator[tuple[str, Course]]:
        others = table()["courses"]
        for course in reversed(self.courses):
            for word in (course.code, course.name, course.name_en, *others.get(course.code, ())):
                if word:
                    yield heading(word), course

    def _day(self, said: Said, person: Staffed | None) -> date:
        if said.on is None:
            raise _Fault("on", _("Give the day of the training or of the exam."))
        if said.on > self.today:
            raise _Fault("on", _("{day} lies ahead.", day=said.on.isoformat()))
        earliest = timedelta(days=figures().before_joining_days)
        joined = person.joined_on if person else None
        if joined and said.on < joined - earliest and not said.cells["certificate"]:
            text = _("{name} came on {joined} only.", name=person.display_name if person else "",
                     joined=joined.isoformat())  # fmt: skip
            raise _Fault("on", text)
        return said.on

    def _until(self, said: Said) -> date | None:
        if said.valid_until and said.on and said.valid_until < said.on:
            raise _Fault("valid_until", _("This lies before the day of the result."))
        return said.valid_until

    def _hours(self, said: Said) -> float | None:
        return _number(said, "hours", MOST_HOURS)

    def _out_of(self, said: Said) -> float | None:
        return _number(said, "out_of", MOST_SCORE) or 100

    def _score(self, said: Said) -> float | None:
        if heading(said.cells["score"]) in self.passed | self.failed:
            return None
        found = _number(said, "score", MOST_SCORE, least=0)
        most = _plain(said.cells["out_of"]) or 100
        if found is not None and found > most:
            text = _("The score {score} is above {most}.", score=f"{found:g}", most=f"{most:g}")
            raise _Fault("score", text)
        return found

    def _passed(
        self, said: Said, course: Course | None, score: float | None, out_of: float | None
    ) -> bool:
        typed = said.cells["outcome"] or said.cells["score"]
        word = heading(typed)
        if word in self.passed:
            return True
        if word in self.failed:
            return False
        if said.cells["outcome"]:
            raise _Fault("outcome", _("Write passed or not passed instead of “{said}”.",
                                      said=said.cells["outcome"]))  # fmt: skip
        if score is not None and course is not None:
            return reaches(course, score, out_of)
        if said.cells["certificate"]:
            return True
        if typed:
            return False  # the fault is named at the score or the course
        raise _Fault("outcome", _("Give the result or the score."))


def _check_score(course: Course, score: float | None, out_of: float | None) -> None:
    """What is passed reaches the pass mark, unless somebody outside has certified it."""
    if score is not None and not reaches(course, score, out_of):
        text = _(
            "This says passed, but {score} of {most} is below the pass mark of {n}%. Correct the"
            " result or the score.",
            score=f"{score:g}", most=f"{out_of or 100:g}", n=course.pass_mark,
        )  # fmt: skip
        raise _Fault("score", text)


def _check_hours(course: Course, hours: float | None) -> None:
    if hours is not None and hours < course.hours:
        text = _(
            "This says passed, but the course takes {total} hours, not {hours}. Correct the result"
            " or the hours; leave the hours empty if they are not known.",
            total=f"{course.hours:g}", hours=f"{hours:g}",
        )  # fmt: skip
        raise _Fault("hours", text)


def _both_ways(name: str) -> set[str]:
    found = set()
    for language in ("zh_CN", "en"):
        with use_language(language):
            found.add(_tight(_(name)))
    return found


def _tight(text: str) -> str:
    """A kind as it is compared: what stands in brackets tells the levels apart."""
    return "".join(unicodedata.normalize("NFKC", text).split()).casefold()


def _number(said: Said, key: str, most: float, least: float = 0.1) -> float | None:
    typed = said.cells[key]
    if not typed:
        return None
    found = _plain(typed)
    if found is None or not least <= found <= most:
        text = _("“{value}” is no number between {least} and {most}.", value=typed[:40],
                 least=f"{least:g}", most=f"{most:g}")  # fmt: skip
        raise _Fault(key, text)
    return found


def _plain(typed: str) -> float | None:
    """`8 学时` and `95分` are numbers too."""
    try:
        return float(typed.rstrip("分学时课小hHs ").strip())
    except ValueError:
        return None
