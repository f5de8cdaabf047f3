"""One row of a list made into facts; whatever is wrong with it is noted at its column."""

from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from typing import Final

from equipment.due import Cause, Facts, Precision, dues, next_of
from equipment.kinds import Family, Kind
from equipment.models import Status
from equipment.service import facts as rules
from equipment.service.importing import synonyms, values
from equipment.service.importing.columns import STATUS_WORDS
from equipment.service.importing.known import Known, KnownItem
from equipment.service.importing.lines import Line
from equipment.service.importing.notes import Notes
from equipment.service.importing.places import Spot
from equipment.service.importing.reading import Said
from equipment.service.numbering import checked_code, own_code
from equipment.service.places import Places as Names
from safety_app.core.i18n import N_, _, bilingual, language
from safety_app.core.intake_cells import choice

DID_YOU_MEAN: Final = N_("“{value}” is not known here. Is “{near}” meant?")
SHOWN: Final = 40
MOST_GUESSES: Final = 200


class RowReader:
    """Understands rows, one after the other."""

    def __init__(self, known: Known, notes: Notes, named: Names, today: date) -> None:
        self.known, self.notes, self.named, self.today = known, notes, named, today
        self._prefixes = {kind.prefix for kind in known.ground.kinds.values()}
        self.missing_places: Counter[str] = Counter()
        self._guesses: dict[tuple[str, str], str] = {}

    def line(self, said: Said) -> Line:
        """A row and what it means."""
        line = Line(said.sheet, said.row, said.cells, said.digest)
        self._count(line)
        self._code(line)
        self._kind(line)
        self._dates(line)
        self._place(line)
        self._person(line)
        self._status(line)
        self._texts(line)
        return line

    def _near(self, said: str, nearest: Callable[[str], str]) -> str:
        """The known name most like a text; looked for so often and no more, since it is slow."""
        asked = (nearest.__qualname__, said)
        if asked not in self._guesses and len(self._guesses) < MOST_GUESSES:
            self._guesses[asked] = nearest(said)
        return self._guesses.get(asked, "")

    # What it is

    def _kind(self, line: Line) -> None:
        cells, item = line.said, self.known.by_code.get(line.code)
        if item and not cells["name"] and not cells["model"]:
            line.kind, line.size = self.known.ground.kinds.get(item.kind), cells["size"]
            return
        found = self.known.words.find(cells["name"], cells["model"], cells["size"])
        line.kind, line.size = found.kind, found.size
        if found.kind is None:
            key = "name" if cells["name"] or not cells["model"] else "model"
            self.notes.fault(line, key, self._no_kind(cells["name"] or cells["model"]))
            return
        if found.clash:
            text = _(
                "Name and model do not agree: the model says “{kind}”. Correct the wrong one.",
                kind=found.clash.display_name,
            )
            self.notes.fault(line, "model", text)
        if found.kind.family is not Family.EXTINGUISHER:
            named = cells["name"] if found.named else ""
            line.size = " ".join(filter(None, (named, cells["model"], cells["size"])))
        elif not line.size:
            line.size = cells["size"]
        self._kind_hints(line, found.kind, is_guess=found.is_guess, named=found.named)

    def _kind_hints(self, line: Line, kind: Kind, *, is_guess: bool, named: bool) -> None:
        if is_guess:
            text = _(
                "Taken as “{kind}”: the model does not say it exactly.", kind=kind.display_name
            )
            self.notes.hint(line, "model", text)
        if named:
            text = _("Taken as “{kind}”; what it is goes to the size.", kind=kind.display_name)
            self.notes.hint(line, "name", text)
        if kind.may_be_stocked and not kind.is_stocked and line.count > 1:
            text = _(
                "Each piece gets a label and is inspected. What is handed out to people is kept"
                " under “Stock of protective equipment” instead: leave it out here."
            )
            self.notes.hint(line, "name", text)
        if kind.is_phased_out:
            text = _(
                "“{kind}” is phased out: it comes in as to be scrapped at once.",
                kind=kind.display_name,
            )
            self.notes.hint(line, "name", text)

    def _no_kind(self, said: str) -> str:
        if not said:
            return _("Write what it is: the name or the model.")
        if synonyms.key(said).endswith(("灭火器", "extinguisher")):
            return _(
                "Which extinguisher is not said. Add the agent to the name, or the model, such as"
                " MFZ/ABC4 or MT3."
            )
        near = self._near(said, self.known.words.nearest)
        if near:
            return _(DID_YOU_MEAN, value=said[:SHOWN], near=near)
        return _(
            "“{value}” is no kind known here. Take one from the list in the form, or add a kind"
            " under “Kinds and rules of facilities”.",
            value=said[:SHOWN],
        )

    def _count(self, line: Line) -> None:
        said = line.said["count"]
        try:
            line.count = values.count(said)
        except values.NotACount:
            text = _("“{value}” is no number of pieces. Write figures, such as 12.", value=said)
            self.notes.fault(line, "count", text)
            return
        if line.count < 1:
            self.notes.fault(line, "count", _("Write 1 or more, or leave the row out."))
        elif line.count > values.MOST_PIECES:
            text = _("More than {most} pieces in one row. Split it.", most=values.MOST_PIECES)
            self.notes.fault(line, "count", text)

    def _code(self, line: Line) -> None:
        said = line.said["code"]
        if not said or said.casefold() in values.UNKNOWN_WORDS:
            return
        if values.is_running_number(said):
            text = _("Taken as the number of the line; each piece gets a code of its own.")
            self.notes.hint(line, "code", text)
            return
        code = self.notes.asked(line, "code", lambda: self._checked(said))
        if code is None:
            return
        if line.count == 1:
            line.code = code
        elif code in self.known.by_code:
            self._one_piece(line, "code")
        else:
            text = _("Several pieces: each gets a code of its own, this one goes to the note.")
            self.notes.hint(line, "code", text)

    def _checked(self, said: str) -> str:
        """One that is registered, or one that a hall may give itself."""
        code = checked_code(said)
        return code if code in self.known.by_code else own_code(said, self._prefixes)

    def _one_piece(self, line: Line, key: str) -> None:
        text = _("This belongs to one piece. Give each piece a row, or leave this empty.")
        self.notes.fault(line, key, text)

    # When it was made and serviced

    def _dates(self, line: Line) -> None:
        made = self._told(line, "made")
        serviced = self._told(line, "serviced")
        line.made_on = made.on if made else None
        if made and made.on:
            line.precision = Precision.MONTH if made.is_month else Precision.DAY
        line.serviced_on = serviced.on if serviced else None
        kind = line.kind
        if made and made.is_unreadable and kind and kind.needs_made_date:
            line.precision = Precision.UNREADABLE
        if kind is None or made is None:
            return
        self.notes.asked(
            line, "made",
            lambda: rules.made(kind, line.made_on, line.precision, today=self.today),
        )  # fmt: skip
        self._age(line, kind, made.hint)
        if line.serviced_on:
            self._service(line, kind)

    def _told(self, line: Line, key: str) -> values.Told | None:
        said = line.said[key]
        try:
            found = values.told_day(said)
        except values.NotAMonth:
            text = _(
                "“{value}” is no date. Write year and month as 2024-03; leave it empty if nobody"
                " knows it.",
                value=said[:SHOWN],
            )
            self.notes.fault(line, key, text)
            return None
        if found.hint and found.on:
            self.notes.hint(line, key, _(found.hint, **found.places))
        return found

    def _age(self, line: Line, kind: Kind, hint: str) -> None:
        if line.made_on is None and kind.needs_made_date and line.code not in self.known.by_code:
            text = hint or values.NOT_TOLD
            self.notes.hint(line, "made", _(text))
        if line.made_on is None or line.made_on > self.today:
            return
        facts = Facts(self.today, line.made_on, line.precision)
        scrap = next_of(dues(kind, facts), Cause.SCRAP)
        if scrap and scrap.on <= self.today and not kind.is_phased_out:
            text = _("Past its scrap age: it comes in as to be scrapped at once.")
            self.notes.hint(line, "made", text)

    def _service(self, line: Line, kind: Kind) -> None:
        on, made_on = line.serviced_on, line.made_on
        self.notes.asked(
            line, "serviced",
            lambda: rules.written(
                kind, {"last_service_on": on}, made_on,
                profile=self.known.ground.profile, today=self.today,
            ),
        )  # fmt: skip
        if kind.usual_service is None:
            text = _("“{kind}” has no service by a rule; this goes to the note.",
                     kind=kind.display_name)  # fmt: skip
            self.notes.hint(line, "serviced", text)

    # Where it is and who looks after it

    def _place(self, line: Line) -> None:
        cells, places = line.said, self.known.places
        item = self.known.by_code.get(line.code)
        if item and self._is_there(line, item):
            line.window_id, line.location_id = item.window_id, item.location_id
            line.placing = cells["placing"]
            return
        window = places.window(cells["window"]) or places.place(cells["window"])
        if cells["window"] and (window is None or window.window_id is None):
            self._no_place(line, "window")
            return
        said = cells["place"] or cells["placing"]
        spot = places.place(said)
        floor = places.floor(cells["floor"], said) if cells["floor"] else None
        if cells["floor"] and floor is None:
            self._no_place(line, "floor")
        elif spot and floor and places.floor_of(spot) not in ("", places.floor_of(floor)):
            text = _("“{place}” is not on that floor.", place=said[:SHOWN])
            self.notes.fault(line, "floor", text)
        elif spot or floor or window:
            self._put(line, window, spot or floor)
        elif sheet := places.place(line.sheet):
            self._put(line, None, replace(sheet, rest=said))
        elif said or item is None:
            self._no_place(line, "place")

    def _is_there(self, line: Line, item: KnownItem) -> bool:
        """Whether the row names the item's place as the register does, in use or not."""
        window = self.named.windows.get(item.window_id or 0, "")
        location = self.named.locations.get(item.location_id or 0, "")
        said = (line.said["window"], line.said["place"])
        return any(said) and said == (window, location)

    def _put(self, line: Line, window: Spot | None, where: Spot | None) -> None:
        """Take a place; what stands beside it says where exactly."""
        cells = line.said
        line.window_id = (window or where or Spot()).window_id
        line.location_id = where.location_id if where else None
        rest = where.rest if where else cells["place"]
        words = [rest, cells["placing"] if cells["place"] else ""]
        if not where and not cells["place"]:
            words = [cells["placing"]]
        line.placing = " ".join(dict.fromkeys(filter(None, words)))
        is_guess = where is not None and (where.is_guess or rest == cells["place"])
        if where and rest and is_guess and not window:
            text = _(
                "No place of that name; taken as where exactly in “{place}”.",
                place=self._named(where),
            )
            self.notes.hint(line, "place", text)

    def _named(self, spot: Spot) -> str:
        ground = self.known.ground
        window = ground.windows.get(spot.window_id or 0)
        location = ground.locations.get(spot.location_id or 0)
        found = window or location
        return bilingual(found.name, found.name_en) if found else ""

    def _no_place(self, line: Line, key: str) -> None:
        said = line.said[key]
        if not said:
            text = _("Write where it is: a window, a location or a floor.")
            self.notes.fault(line, key, text)
            return
        self.missing_places[said] += 1
        near = self._near(said, self.known.places.nearest)
        if near:
            self.notes.fault(line, key, _(DID_YOU_MEAN, value=said[:SHOWN], near=near))
            return
        text = _(
            "There is no “{value}” in this hall. Write a window, a location or a floor; add a"
            " location under “The unit” first if it is missing there.",
            value=said[:SHOWN],
        )
        self.notes.fault(line, key, text)

    def _person(self, line: Line) -> None:
        said = values.person(line.said["custodian"])
        if not said:
            return
        found = self.known.person(said)
        item = self.known.by_code.get(line.code)
        if not found and item and item.custodian_id and item.custodian_id not in self.known.people:
            return  # somebody who left: the register says so too
        if len(found) == 1:
            line.custodian_id = found[0]
            return
        why = self._no_person(said, len(found))
        text = _("{why} The custodian stays as it is.", why=why) if item else _(
            "{why} The row comes in without a custodian.", why=why
        )  # fmt: skip
        self.notes.hint(line, "custodian", text)

    def _no_person(self, said: str, found: int) -> str:
        if found:
            return _("Several people are called {name}. Write the staff number.", name=said)
        if values.PARTED.search(said):
            return _("Several people are named. Write the one who is responsible.")
        near = self._near(said, self.known.nearest_person)
        if near:
            return _(DID_YOU_MEAN, value=said[:SHOWN], near=near)
        return _(
            "“{name}” is not among the people. Write somebody who works here, or leave it empty.",
            name=said[:SHOWN],
        )

    # The rest

    def _status(self, line: Line) -> None:
        said = line.said["status"]
        if not said or said.casefold() in values.UNKNOWN_WORDS:
            return
        found = choice(said, STATUS_WORDS)
        if found is None:
            at = 1 if language() == "en" else 0
            known = _(", ").join(words[at] for words in STATUS_WORDS.values())
            text = _("“{value}” is not known here. Choose one of: {known}.",
                     value=said[:SHOWN], known=known)  # fmt: skip
            self.notes.fault(line, "status", text)
            return
        line.status = Status(found)

    def _texts(self, line: Line) -> None:
        kind, cells = line.kind, line.said
        line.maker, line.serial = _known(cells["maker"]), _known(cells["serial"])
        line.note = cells["note"]
        for key, text, limit in (
            ("maker", line.maker, 64), ("serial", line.serial, 64), ("size", line.size, 32),
            ("place", line.placing, 100),
        ):  # fmt: skip
            if len(text) > limit:
                self.notes.fault(line, key, _("Too long: at most {limit} characters.", limit=limit))
        if line.serial and line.count > 1:
            self._one_piece(line, "serial")
        if kind:
            self._rating(line, kind)

    def _rating(self, line: Line, kind: Kind) -> None:
        """The letters of the fire classes; a kind has its usual ones."""
        said = line.said["rating"]
        line.fire_classes = kind.fire_classes
        if kind.family is not Family.EXTINGUISHER or said.casefold() in values.UNKNOWN_WORDS:
            return
        letters = synonyms.classes(said, kind.fire_classes)
        if letters is None:
            text = _(
                "“{value}” is no rating. Write it as 2A:55B or as letters.", value=said[:SHOWN]
            )
            self.notes.fault(line, "rating", text)
            return
        found = self.notes.asked(
            line, "rating",
            lambda: rules.written(
                kind, {"fire_classes": letters or None}, None,
                profile=self.known.ground.profile, today=self.today,
            ),
        )  # fmt: skip
        if found:
            line.fire_classes = found["fire_classes"]


def _known(said: str) -> str:
    """A text, unless it says that nobody knows."""
    return "" if said.casefold() in values.UNKNOWN_WORDS else said
