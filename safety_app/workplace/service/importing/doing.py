"""Windows and people brought in from tables, all in one transaction or not at all."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final

from sqlalchemy.orm import Session

from safety_app.accounts import service as accounts
from safety_app.core import clock, files, journal
from safety_app.core.access import Actor, Role
from safety_app.core.intake import Intake, read_tables
from safety_app.workplace.errors import ImportFaulty, NothingToImport, TableTwice
from safety_app.workplace.models import Location
from safety_app.workplace.service.changes import changed
from safety_app.workplace.service.importing.checks import make_plan
from safety_app.workplace.service.importing.columns import PEOPLE, TABLES, WINDOWS
from safety_app.workplace.service.importing.form import form
from safety_app.workplace.service.importing.known import Known, floor_of
from safety_app.workplace.service.importing.lines import (
    DOING,
    Fate,
    PersonLine,
    Plan,
    Ref,
    WindowLine,
)
from safety_app.workplace.service.importing.logins import Logins
from safety_app.workplace.service.places import (
    create_location,
    create_window,
    require_settings,
    site,
    update_window,
)

Progress = Callable[[float], None]
BATCH: Final = 200


@dataclass(frozen=True, slots=True)
class Imported:
    """What an import did: windows and people, and rows of the sheets left out."""

    windows_new: int
    windows_changed: int
    people_new: int
    people_changed: int
    left_out: int


def read_import(session: Session, actor: Actor, file_ids: Sequence[int]) -> dict[str, Intake]:
    """The tables in the files that this person handed in."""
    require_settings(actor, actor.site_id)
    found: dict[str, Intake] = {}
    for file in files.claim(session, actor, file_ids, kinds=files.TABLES):
        for kind, intake in read_tables(files.read(file), file.name, TABLES).items():
            if kind in found:
                raise TableTwice(first=found[kind].sheet, second=intake.sheet)
            found[kind] = intake
    return found


def import_form(actor: Actor, now: datetime) -> bytes:
    """The form to fill in, in the current language."""
    require_settings(actor, actor.site_id)
    return form(now)


def plan_import(
    session: Session, actor: Actor, tables: Mapping[str, Intake], *, now: datetime
) -> Plan:
    """What these tables would do here, and everything that is wrong with them."""
    require_settings(actor, actor.site_id)
    return make_plan(session, actor.site_id, tables, _today(session, actor, now))


def import_tables(
    session: Session,
    actor: Actor,
    tables: Mapping[str, Intake],
    *,
    only_good: bool = False,
    now: datetime,
    progress: Progress | None = None,
) -> Imported:
    """Do what the plan says; with faulty rows only on explicit request, and then without them.

    Whoever or whatever is here and not in the tables stays as it is; an empty cell changes
    nothing.
    """
    require_settings(actor, actor.site_id)
    journal.lock(session)
    plan = plan_import(session, actor, tables, now=now)
    if plan.problems and not only_good:
        raise ImportFaulty(n=plan.left_out or 1)
    if not plan.is_needed:
        raise NothingToImport()
    _Import(session, actor, plan, now, progress or (lambda _share: None)).run()
    accounts.people_changed(session, actor.site_id, None, now)
    changed(session, actor.site_id, now)
    done = Imported(
        plan.count(WINDOWS, Fate.NEW),
        plan.count(WINDOWS, Fate.CHANGED),
        plan.count(PEOPLE, Fate.NEW),
        plan.count(PEOPLE, Fate.CHANGED),
        plan.left_out,
    )
    facts = {"new": done.people_new, "changed": done.people_changed, "windows": done.windows_new}
    journal.write(session, actor, "workplace.import", "site", actor.site_id, now=now, facts=facts)
    return done


def _today(session: Session, actor: Actor, now: datetime) -> date:
    return clock.local_day(now, site(session, actor.site_id).timezone)


class _Import:
    """One import; people first, since windows name them, then roles, leads and deputies."""

    def __init__(
        self, session: Session, actor: Actor, plan: Plan, now: datetime, progress: Progress
    ) -> None:
        self.session, self.actor, self.now = session, actor, now
        self.site_id = actor.site_id
        self.today = _today(session, actor, now)
        self.known = Known(session, self.site_id, self.today)
        self.windows = [one for one in plan.windows if one.fate in DOING]
        self.people = [one for one in plan.people if one.fate in DOING]
        self.floors = plan.floors
        self.ids = {code: window.id for code, window in self.known.windows.items()}
        self.places: dict[str, int] = {}
        self._total = len(self.people) + 2 * len(self.windows) or 1
        self._done = 0
        self._progress = progress

    def run(self) -> None:
        """Everything, in this order."""
        for floor in self.floors:
            self.places[floor_of(floor)] = self._place(floor).id
        self._newcomers([one for one in self.people if one.fate is Fate.NEW])
        for line in self.people:
            if line.fate is Fate.CHANGED:
                self._person(line)
        for window in self.windows:
            self._window(window)
        for window in self.windows:
            self._lead(window)
        self._roles()
        for window in self.windows:
            self._deputy(window)

    def _step(self, many: int = 1) -> None:
        self._done += many
        self._progress(min(1.0, self._done / self._total))

    def _place(self, floor: str) -> Location:
        bare = floor.isdecimal()
        return create_location(
            self.session, self.actor, site_id=self.site_id,
            name=f"{floor}楼" if bare else floor, name_en=f"Floor {floor}" if bare else "",
            floor=floor, now=self.now,
        )  # fmt: skip

    def _newcomers(self, lines: Sequence[PersonLine]) -> None:
        logins = Logins(self.session)
        newcomers = [
            accounts.Newcomer(logins.propose(one.name, one.staff_no), one.name, _facts(one))
            for one in lines
        ]
        for start in range(0, len(lines), BATCH):
            ids = accounts.create_users(
                self.session, self.actor, newcomers[start : start + BATCH],
                site_id=self.site_id, now=self.now,
            )  # fmt: skip
            for line, user_id in zip(lines[start : start + BATCH], ids, strict=True):
                line.user_id = user_id
            self._step(len(ids))

    def _person(self, line: PersonLine) -> None:
        facts: Any = _facts(line)
        accounts.update_person(
            self.session, self.actor, _id_of(Ref(line=line)) or 0, follow=False, now=self.now,
            **facts,
        )  # fmt: skip
        self._step()

    def _window(self, line: WindowLine) -> None:
        place = line.location_id or self.places.get(floor_of(line.floor))
        found = self.known.open_window(line.code)
        if found is None:
            made = create_window(
                self.session, self.actor, site_id=self.site_id, code=line.code, name=line.name,
                agency=line.agency, location_id=place, follow=False, now=self.now,
            )  # fmt: skip
            self.ids[line.code.casefold()] = line.window_id = made.id
        else:
            agency = line.agency or found.agency
            facts = (line.name, agency, place or found.location_id)
            if facts != (found.name, found.agency, found.location_id):
                update_window(
                    self.session, self.actor, found.id, site_id=self.site_id,
                    name=line.name, name_en=found.name_en if found.name == line.name else "",
                    agency=agency, agency_en=found.agency_en if found.agency == agency else "",
                    location_id=place or found.location_id, follow=False, now=self.now,
                )  # fmt: skip
        self._step()

    def _lead(self, line: WindowLine) -> None:
        wanted = _id_of(line.lead_ref)
        window_id = self.ids[line.code.casefold()]
        before = self.known.leads.get(window_id)
        if wanted is None or wanted == before:
            return
        if before is not None:
            accounts.revoke_role(
                self.session, self.actor, before, Role.LEAD, window_id, follow=False, now=self.now
            )
        if self.known.standing(window_id) == wanted:
            self._end_standing(window_id)
        accounts.grant_role(
            self.session, self.actor, wanted, Role.LEAD, window_id, follow=False, now=self.now
        )

    def _roles(self) -> None:
        grants = []
        for line in self.people:
            user_id = _id_of(Ref(line=line)) or 0
            person = self.known.people.get(user_id)
            for role, code in line.places:
                window_id = self.ids[code.casefold()] if code else None
                works_there = person is not None and window_id in person.window_ids
                if not (role is Role.STAFF and works_there):
                    grants.append((user_id, role, window_id))
        accounts.grant_roles(
            self.session, self.actor, grants, site_id=self.site_id, follow=False, now=self.now
        )

    def _deputy(self, line: WindowLine) -> None:
        wanted = _id_of(line.deputy_ref)
        window_id = self.ids[line.code.casefold()]
        if wanted is not None and self.known.standing(window_id) != wanted:
            self._end_standing(window_id)
            accounts.name_deputy(
                self.session, self.actor, window_id, wanted,
                first=self.today, last=None, now=self.now, asked=False,
            )  # fmt: skip
        self._step()

    def _end_standing(self, window_id: int) -> None:
        standing = [one for one in self.known.deputies[window_id] if one.last is None]
        for one in standing:
            self.known.deputies[window_id].remove(one)
            accounts.end_deputy(self.session, self.actor, one.id, now=self.now)


def _facts(line: PersonLine) -> dict[str, Any]:
    number = {"staff_no": line.staff_no} if line.staff_no else {}
    return {**line.facts, **number}


def _id_of(ref: Ref | None) -> int | None:
    return ref.known_id if ref else None
