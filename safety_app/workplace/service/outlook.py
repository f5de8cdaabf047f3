"""Windows as the one who sets them up sees them: who is there, what is to come."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from sqlalchemy.orm import Session

from safety_app.accounts import service as accounts
from safety_app.accounts.service import Person
from safety_app.core.i18n import _, bilingual, day_text, ngettext
from safety_app.workplace.models import Window, WindowPause
from safety_app.workplace.service.changes import pauses
from safety_app.workplace.service.places import list_windows, location_names, own_window


class Standing(StrEnum):
    """How a window stands on a day."""

    IN_USE = "in_use"
    PAUSED = "paused"
    ENDS = "ends"
    MERGES = "merges"
    GONE = "gone"


@dataclass(frozen=True, slots=True)
class WindowRow:
    """A window with its place, its people, and what is to come."""

    window: Window
    name: str
    agency: str
    place: str
    lead: str
    staff: int
    standing: Standing
    resting: WindowPause | None
    pauses: tuple[WindowPause, ...]
    successor: str

    def fits(self, words: str) -> bool:
        """Whether every word is found in number, name, agency, place or lead."""
        window = self.window
        texts = (
            window.code, window.name, window.name_en, window.agency, window.agency_en,
            self.place, self.lead,
        )  # fmt: skip
        text = " ".join(texts).casefold()
        return all(word in text for word in words.casefold().split())


def window_rows(session: Session, site_id: int, today: date) -> list[WindowRow]:
    """Every window of the hall by code, also those out of use."""
    windows = list_windows(session, site_id, active=False)
    places = location_names(session, site_id)
    resting = pauses(session, site_id)
    people = accounts.list_people(session, site_id)
    codes = {window.id: window.code for window in windows}
    return [
        _row(
            window,
            place=places.get(window.location_id or 0, ""),
            lead=_lead(people, window.id),
            staff=sum(window.id in person.window_ids for person in people),
            resting=tuple(resting.get(window.id, ())),
            successor=codes.get(window.successor_id or 0, ""),
            today=today,
        )
        for window in windows
    ]


def _row(
    window: Window,
    *,
    place: str,
    lead: str,
    staff: int,
    resting: tuple[WindowPause, ...],
    successor: str,
    today: date,
) -> WindowRow:
    now = next((one for one in resting if one.first <= today <= one.last), None)
    if not window.is_active:
        standing = Standing.GONE
    elif window.retired_on is not None:
        standing = Standing.MERGES if window.successor_id else Standing.ENDS
    else:
        standing = Standing.PAUSED if now else Standing.IN_USE
    return WindowRow(
        window=window,
        name=bilingual(window.name, window.name_en),
        agency=bilingual(window.agency, window.agency_en),
        place=place,
        lead=lead,
        staff=staff,
        standing=standing,
        resting=now,
        pauses=resting,
        successor=successor,
    )


def what_ends(session: Session, site_id: int, window_id: int, on: date) -> list[str]:
    """What becomes of patrols, hazards and people when a window goes out of use."""
    window = own_window(session, site_id, window_id)
    day, until = _day(on), _day(on - timedelta(days=1))
    here = accounts.list_people(session, site_id, window_id=window_id)
    told = [
        _("Until {until} patrols are due as before; from {day} none are.", until=until, day=day),
        _("Open hazards stay open. Their owners and {code}'s lead still finish them.",
          code=window.code),
    ]  # fmt: skip
    if here:
        told.append(
            _("{names} keep this window until they are given another one under People.",
              names=_names(here))
        )  # fmt: skip
    told.append(
        _("Patrols, reports and the journal stay. The number {code} is not given again.",
          code=window.code)
    )  # fmt: skip
    return told


def what_merges(
    session: Session, site_id: int, window_id: int, successor_id: int, on: date
) -> list[str]:
    """What becomes of patrols, hazards and people when a window goes on in another one."""
    window = own_window(session, site_id, window_id)
    successor = own_window(session, site_id, successor_id)
    codes = {"code": window.code, "successor": successor.code}
    here = accounts.list_people(session, site_id, window_id=window_id)
    told = [
        _("Until {until} patrols are due at both windows; from {day} at {successor} only.",
          until=_day(on - timedelta(days=1)), day=_day(on), successor=successor.code),
        _("Open hazards of {code} go on at {successor} with number, owner and deadline.", **codes),
    ]  # fmt: skip
    told.extend(_people(session, site_id, here, window_id, successor))
    told.append(_("Tablets and the roster of {code} serve {successor} from then on.", **codes))
    told.append(_("Patrols, reports and the journal of {code} stay under its own number.", **codes))
    return told


def _people(
    session: Session, site_id: int, here: Sequence[Person], window_id: int, successor: Window
) -> list[str]:
    people = accounts.list_people(session, site_id)
    theirs, ours = _lead(people, successor.id), _lead(people, window_id)
    known = [one for one in here if successor.id not in one.window_ids]
    told = []
    if known:
        moved = known if theirs else [one for one in known if window_id not in one.led_window_ids]
        if moved:
            told.append(
                _("{names} become staff of {successor}.",
                  names=_names(moved), successor=successor.code)
            )  # fmt: skip
    if theirs:
        told.append(
            _("{name} stays the lead of {successor}.", name=theirs, successor=successor.code)
        )
    elif ours:
        told.append(
            _("{name} becomes the lead of {successor}.", name=ours, successor=successor.code)
        )
    return told


def _lead(people: Sequence[Person], window_id: int) -> str:
    return next((one.display_name for one in people if window_id in one.led_window_ids), "")


def _names(people: Sequence[Person]) -> str:
    """The first few by name, the others by number."""
    names = _(", ").join(person.display_name for person in people[:4])
    more = len(people) - 4
    if more <= 0:
        return names
    return ngettext("{names} and {n} more", "{names} and {n} more", more, names=names)


def _day(on: date) -> str:
    return day_text(on, weekday=False)
