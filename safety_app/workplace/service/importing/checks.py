"""A table held against itself and against what the hall has: what is wrong, what is new."""

from collections.abc import Iterable, Mapping
from datetime import date

from sqlalchemy.orm import Session

from safety_app.accounts import service as accounts
from safety_app.core.access import Role
from safety_app.core.errors import AppError
from safety_app.core.i18n import _
from safety_app.core.intake import Intake, Problem, Row
from safety_app.workplace.errors import WindowCodeUnclear
from safety_app.workplace.service.importing.columns import (
    PEOPLE,
    PEOPLE_COLUMNS,
    SEPARATORS,
    WINDOW_COLUMNS,
    WINDOWS,
)
from safety_app.workplace.service.importing.comparing import (
    label_of,
    new_powers,
    person_changes,
    renamed,
    window_changes,
)
from safety_app.workplace.service.importing.known import Known, floor_of
from safety_app.workplace.service.importing.lines import (
    Fate,
    PersonLine,
    Place,
    Plan,
    Ref,
    WindowLine,
)
from safety_app.workplace.service.places import is_code

AT_A_WINDOW = frozenset({Role.STAFF, Role.LEAD})
FACTS = ("agency", "post", "joined_on", "trained_on", "exam_result")


def make_plan(session: Session, site_id: int, tables: Mapping[str, Intake], today: date) -> Plan:
    """What an import of these tables would do, and everything that is wrong with them."""
    return _Checker(Known(session, site_id, today), tables, today).plan()


class _Checker:
    def __init__(self, known: Known, tables: Mapping[str, Intake], today: date) -> None:
        self.known = known
        self.today = today
        self.tables = tables
        self.problems: list[Problem] = []
        self.bad: dict[str, set[int]] = {}
        for kind, intake in tables.items():
            self.problems += intake.problems
            self.bad[kind] = set(intake.bad_rows)
        self.windows: list[WindowLine] = []
        self.people: list[PersonLine] = []

    def plan(self) -> Plan:
        self.windows = [_window(row) for row in self._rows(WINDOWS)]
        self._one_window_a_code()
        self._people()
        for line in self.people:
            self._match(line)
            self._check_places(line)
        for window in self.windows:
            self._link(window)
        while self._spread():
            pass
        for window in self.windows:
            window.fate = self._fate_of_window(window)
        for line in self.people:
            line.fate = self._fate_of_person(line)
        order = {kind: at for at, kind in enumerate(self.tables)}
        sheets = {intake.sheet: order[kind] for kind, intake in self.tables.items()}
        problems = sorted(self.problems, key=lambda one: (sheets.get(one.sheet, 0), one.row or 0))
        unknown = [name for intake in self.tables.values() for name in intake.unknown]
        return Plan(
            tuple(self.windows), tuple(self.people), tuple(problems), tuple(unknown),
            self._floors(), new_powers(self.known, self.people),
        )  # fmt: skip

    def _rows(self, kind: str) -> Iterable[Row]:
        return self.tables[kind].rows if kind in self.tables else ()

    def _note(self, kind: str, row: int, key: str, text: str) -> None:
        label = label_of(WINDOW_COLUMNS if kind == WINDOWS else PEOPLE_COLUMNS, key)
        self.problems.append(Problem(text, row, label, self.tables[kind].sheet))
        self.bad[kind].add(row)

    # Windows

    def _one_window_a_code(self) -> None:
        seen: dict[str, WindowLine] = {}
        for line in self.windows:
            if not line.code:
                continue
            first = seen.setdefault(line.code.casefold(), line)
            if first is not line:
                text = _(
                    "Window {code} stands in row {row} already.", code=line.code, row=first.row
                )
                self._note(WINDOWS, line.row, "code", text)
            found = self.known.windows.get(line.code.casefold())
            if found and found.is_active:
                line.window_id = found.id
            elif found:
                text = _("Window {code} is out of use. Choose another number.", code=line.code)
                self._note(WINDOWS, line.row, "code", text)
            elif not is_code(line.code):
                self._note(WINDOWS, line.row, "code", WindowCodeUnclear(code=line.code).message())

    def _link(self, line: WindowLine) -> None:
        """Find the lead and the deputy, and the place."""
        line.lead_ref = self._ref(line, "lead", line.lead)
        line.deputy_ref = self._ref(line, "deputy", line.deputy)
        if line.lead_ref and line.deputy_ref and _same(line.lead_ref, line.deputy_ref):
            text = _("The lead cannot be the own deputy.")
            self._note(WINDOWS, line.row, "deputy", text)
        self._check_lead(line)
        if line.deputy_ref and line.window_id is not None:
            dated = [one for one in self.known.deputies[line.window_id] if one.last is not None]
            if dated and self.known.standing(line.window_id) != line.deputy_ref.known_id:
                text = _("{name} is deputy for some days here. End that first.", name=dated[0].name)
                self._note(WINDOWS, line.row, "deputy", text)
        place = self.known.location(line.floor) if line.floor else None
        line.location_id = place.id if place else None

    def _ref(self, line: WindowLine, key: str, said: str) -> Ref | None:
        if not said:
            return None
        found = self._candidates(said)
        if len(found) > 1:
            here = [one for one in found if line.code.casefold() in self._codes(one)]
            found = here or found
        if not found:
            text = _("{name} is not among the people.", name=said)
            self._note(WINDOWS, line.row, key, text)
        elif len(found) > 1:
            text = _("Several people are called {name}. Write the staff number.", name=said)
            self._note(WINDOWS, line.row, key, text)
        return found[0] if len(found) == 1 else None

    def _candidates(self, said: str) -> list[Ref]:
        number = said.casefold()
        lines = [one for one in self.people if number == one.staff_no.casefold()][:1]
        if not lines and number in self.known.by_staff_no:
            user_id = self.known.by_staff_no[number]
            return [Ref(user_id=user_id)] if user_id in self.known.people else []
        lines = lines or [one for one in self.people if one.name == said]
        named = {one.user_id for one in lines}
        here = [one for one in self.known.by_name.get(said, []) if one not in named]
        if lines and lines[0].staff_no.casefold() == number:
            here = []
        return [*(Ref(line=one) for one in lines), *(Ref(user_id=one) for one in here)]

    def _codes(self, ref: Ref) -> set[str]:
        codes = ref.line.codes if ref.line else set()
        known_id = ref.known_id
        return codes | (self.known.codes_of(known_id) if known_id in self.known.people else set())

    def _check_lead(self, line: WindowLine) -> None:
        """The sheet of people must not name another lead; without a name there, theirs counts."""
        place = (Role.LEAD, line.code.casefold())
        leads = [one for one in self.people if place in _folded(one.places)]
        if line.lead_ref is None and not line.lead and len(leads) == 1:
            line.lead_ref = Ref(line=leads[0])
        for other in leads:
            if line.lead_ref is None or _same(Ref(line=other), line.lead_ref):
                continue
            text = _(
                "Window {code} is led by {name} by the sheet of windows.",
                code=line.code, name=line.lead,
            )  # fmt: skip
            self._note(PEOPLE, other.rows[0], "role", text)

    def _fate_of_window(self, line: WindowLine) -> Fate:
        if line.row in self.bad[WINDOWS]:
            return Fate.BAD
        window = self.known.open_window(line.code)
        if window is None:
            return Fate.NEW
        line.changes = window_changes(self.known, line, window)
        return Fate.CHANGED if line.changes else Fate.SAME

    def _floors(self) -> tuple[str, ...]:
        new: dict[str, str] = {}
        for line in self.windows:
            if line.floor and line.location_id is None and line.fate is not Fate.BAD:
                new.setdefault(floor_of(line.floor), line.floor)
        return tuple(new.values())

    # People

    def _people(self) -> None:
        """One line a person: rows with one staff number belong together."""
        numbered: dict[str, PersonLine] = {}
        unnumbered: dict[str, list[PersonLine]] = {}
        for row in self._rows(PEOPLE):
            line = self._person(row)
            key = line.staff_no.casefold()
            first = numbered.get(key) if line.name else None
            if first is not None and first.name == line.name:
                first.rows.append(row.number)
                first.places += [one for one in line.places if one not in first.places]
                first.facts.update(line.facts)
                continue
            self.people.append(line)
            if first is not None:
                text = _(
                    "Staff number {number} belongs to {name} in row {row}.",
                    number=line.staff_no, name=first.name, row=first.rows[0],
                )  # fmt: skip
                self._note(PEOPLE, row.number, "staff_no", text)
            elif key and line.name:
                numbered[key] = line
            elif line.name:
                unnumbered.setdefault(line.name, []).append(line)
        for alike in unnumbered.values():
            self._tell_apart(alike)

    def _tell_apart(self, alike: list[PersonLine]) -> None:
        """Nobody knows whether these are one person or several."""
        for line in alike if len(alike) > 1 else ():
            other = alike[1] if line is alike[0] else alike[0]
            text = _(
                "{name} stands in row {row} too. Give each row its staff number.",
                name=line.name, row=other.rows[0],
            )  # fmt: skip
            self._note(PEOPLE, line.rows[0], "name", text)

    def _person(self, row: Row) -> PersonLine:
        places = self._places(row)
        facts: dict[str, str | date] = {}
        for key in FACTS:
            value = row.values.get(key)
            if value:
                facts[key] = value
                self._check_day(row.number, key, value)
        return PersonLine(
            rows=[row.number],
            name=row.text("name"),
            staff_no=row.text("staff_no"),
            facts=facts,
            places=places,
        )

    def _check_day(self, row: int, key: str, value: str | date) -> None:
        try:
            accounts.check_days({key: value}, self.today)
        except AppError as problem:
            self._note(PEOPLE, row, key, problem.message())

    def _places(self, row: Row) -> list[Place]:
        said = row.text("windows")
        for sign in SEPARATORS:
            said = said.replace(sign, "\n")
        codes = [code for code in said.split("\n") if code]
        role = Role(row.text("role")) if row.text("role") else Role.STAFF if codes else None
        if row.number in self.bad[PEOPLE]:
            return []
        if role is None:
            self._note(PEOPLE, row.number, "role", _("This must be filled in."))
            return []
        if role in AT_A_WINDOW and not codes:
            text = _("This role needs a window.")
            self._note(PEOPLE, row.number, "windows", text)
        elif role not in AT_A_WINDOW and codes:
            text = _("This role holds for the whole hall. Leave the window empty.")
            self._note(PEOPLE, row.number, "windows", text)
        return [(role, code) for code in codes] if role in AT_A_WINDOW else [(role, None)]

    def _match(self, line: PersonLine) -> None:
        """Who of those that are here this is, by staff number, else by name and window or role."""
        by_number = self.known.by_staff_no.get(line.staff_no.casefold()) if line.staff_no else None
        if by_number is not None:
            if by_number not in self.known.people:
                text = _(
                    "Staff number {number} belongs to somebody who left.", number=line.staff_no
                )
                self._note(PEOPLE, line.rows[0], "staff_no", text)
            elif line.name and self.known.users[by_number].name != line.name:
                line.changes = [renamed(self.known, line, by_number)]
                text = _(
                    "Staff number {number} is {name}; the table says {other}. If the name has"
                    " changed, change it on the page of people first.",
                    number=line.staff_no, name=self.known.users[by_number].name, other=line.name,
                )  # fmt: skip
                self._note(PEOPLE, line.rows[0], "name", text)
            line.user_id = by_number
            return
        alike = [one for one in self.known.by_name.get(line.name, []) if self._fits(line, one)]
        if len(alike) > 1:
            text = _("Several people are called {name}. Write the staff number.", name=line.name)
            self._note(PEOPLE, line.rows[0], "staff_no", text)
        line.user_id = alike[0] if len(alike) == 1 else None

    def _fits(self, line: PersonLine, user_id: int) -> bool:
        if line.staff_no and self.known.users[user_id].staff_no:
            return False
        person = self.known.people[user_id]
        roles = {role for role, code in line.places if code is None}
        return bool(line.codes & self.known.codes_of(user_id) or roles & person.roles)

    def _check_places(self, line: PersonLine) -> None:
        named = {one.code.casefold() for one in self.windows}
        for role, code in line.places:
            if code is None:
                continue
            if code.casefold() not in named and self.known.open_window(code) is None:
                text = _("There is no window {code}.", code=code)
                self._note(PEOPLE, line.rows[0], "windows", text)
            elif role is Role.LEAD and code.casefold() not in named:
                self._check_led(line, code)
            if role is Role.LEAD:
                self._one_lead(line, code)

    def _check_led(self, line: PersonLine, code: str) -> None:
        window = self.known.open_window(code)
        lead = self.known.leads.get(window.id) if window else None
        if lead is not None and lead != line.user_id:
            text = _(
                "Window {code} is led by {name}. Name the new lead in the sheet of windows.",
                code=code, name=self.known.people[lead].name,
            )  # fmt: skip
            self._note(PEOPLE, line.rows[0], "role", text)

    def _one_lead(self, line: PersonLine, code: str) -> None:
        place = (Role.LEAD, code.casefold())
        first = next(one for one in self.people if place in _folded(one.places))
        if first is not line:
            text = _("Window {code} has a lead in row {row} already.", code=code, row=first.rows[0])
            self._note(PEOPLE, line.rows[0], "role", text)

    def _fate_of_person(self, line: PersonLine) -> Fate:
        if self._is_bad(line):
            return Fate.BAD
        if line.user_id is None:
            return Fate.NEW
        line.changes = person_changes(self.known, line, line.user_id)
        return Fate.CHANGED if line.changes else Fate.SAME

    def _is_bad(self, line: PersonLine) -> bool:
        return bool(self.bad[PEOPLE].intersection(line.rows))

    def _spread(self) -> bool:
        """Whoever needs a faulty row is faulty too; whether anything was found."""
        before = len(self.problems)
        faulty = {
            one.code.casefold()
            for one in self.windows
            if one.row in self.bad[WINDOWS] and self.known.open_window(one.code) is None
        }
        sound = {one.code.casefold() for one in self.windows if one.row not in self.bad[WINDOWS]}
        for line in self.people:
            missing = sorted(line.codes & (faulty - sound))
            if missing and not self._is_bad(line):
                text = _("The row of window {code} is faulty.", code=missing[0].upper())
                self._note(PEOPLE, line.rows[0], "windows", text)
        for window in self.windows:
            for key, ref in (("lead", window.lead_ref), ("deputy", window.deputy_ref)):
                if window.row in self.bad[WINDOWS] or ref is None or ref.line is None:
                    continue
                if ref.line.user_id is None and self._is_bad(ref.line):
                    text = _("The row of {name} is faulty.", name=ref.line.name)
                    self._note(WINDOWS, window.row, key, text)
        return len(self.problems) > before


def _window(row: Row) -> WindowLine:
    return WindowLine(
        row=row.number,
        code=row.text("code"),
        name=row.text("name"),
        agency=row.text("agency"),
        floor=row.text("floor"),
        lead=row.text("lead"),
        deputy=row.text("deputy"),
    )


def _folded(places: Iterable[Place]) -> set[Place]:
    return {(role, code.casefold() if code else None) for role, code in places}


def _same(one: Ref, other: Ref) -> bool:
    if one.line is not None and one.line is other.line:
        return True
    return one.known_id is not None and one.known_id == other.known_id
