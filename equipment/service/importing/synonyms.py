"""Which kind and size the free words and model numbers of a list mean; the table is data."""

import difflib
import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from equipment.kinds import Kind
from equipment.service.importing.table import table

_SIZE: Final = re.compile(
    r"(?P<n>\d+(?:\.\d+)?)\s*(?P<unit>kgs?|公斤|千克|毫升|立?升|克|磅|加仑|(?:ml|l|g|lb|gal)(?![a-z]))"
)
_UNITS: Final = {
    "kg": "kg", "kgs": "kg", "公斤": "kg", "千克": "kg", "g": "g", "克": "g",
    "l": "L", "升": "L", "立升": "L", "ml": "mL", "毫升": "mL",
    "lb": "lb", "磅": "lb", "gal": "gal", "加仑": "gal",
}  # fmt: skip
_NUMBER: Final = re.compile(r"\d+(?:\.\d+)?\Z")


@dataclass(frozen=True, slots=True)
class Word:
    """A word of lists, and the kinds that it may mean; `named`: the word itself says what it is."""

    say: str
    kind: str
    may_be: frozenset[str] = frozenset()
    named: bool = False
    unsure: bool = False


@dataclass(frozen=True, slots=True)
class Model:
    """The shape of model numbers of a kind."""

    pattern: re.Pattern[str]
    kind: str
    may_be: frozenset[str]
    unit: str
    unsure: bool


@dataclass(frozen=True, slots=True)
class Known:
    """What name and model mean: `clash` names the kind that the model says otherwise."""

    kind: Kind | None = None
    size: str = ""
    clash: Kind | None = None
    is_guess: bool = False
    named: bool = False


@lru_cache(maxsize=1)
def _table() -> tuple[tuple[Word, ...], tuple[Model, ...]]:
    data = table()
    words = [
        Word(
            key(say),
            row["kind"],
            frozenset(row.get("may_be", ())),
            row.get("named", False),
            row.get("unsure", False),
        )
        for row in data["words"]
        for say in row["say"]
    ]
    models = [
        Model(
            re.compile(rf"(?<![a-z0-9]){row['pattern']}"),
            row["kind"],
            frozenset(row.get("may_be", ())),
            row.get("unit", ""),
            row.get("unsure", False),
        )
        for row in data["models"]
    ]
    return tuple(sorted(words, key=lambda one: -len(one.say))), tuple(models)


def narrow(said: str) -> str:
    """A text in narrow small letters."""
    return unicodedata.normalize("NFKC", said).casefold().strip()


def key(said: str) -> str:
    """A text as it is compared: narrow small letters without spaces."""
    return "".join(narrow(said).split())


class Synonyms:
    """The words that mean a kind of this hall, its own kinds among them."""

    def __init__(self, kinds: Mapping[str, Kind]) -> None:
        self.kinds = {code: kind for code, kind in kinds.items() if kind.is_offered}
        self._exact: dict[str, Kind] = {}
        for kind in self.kinds.values():
            for name in (kind.code, kind.name, kind.name_en):
                if name:
                    self._exact.setdefault(key(name), kind)
        self._own = [
            (key(name), kind)
            for kind in self.kinds.values()
            if kind.own
            for name in (kind.name, kind.name_en)
            if name
        ]
        self._found: dict[tuple[str, str, str], Known] = {}

    def find(self, name: str, model: str = "", size: str = "") -> Known:
        """What these three cells mean together."""
        asked = (name, model, size)
        if asked not in self._found:
            self._found[asked] = self._find(*(narrow(said) for said in asked))
        return self._found[asked]

    def nearest(self, name: str) -> str:
        """The word that looks most like a text, if any does."""
        said = [kind.display_name for kind in self.kinds.values()]
        said += [word.say for word in _table()[0] if word.kind in self.kinds]
        return next(iter(difflib.get_close_matches(name.casefold(), said, n=1, cutoff=0.6)), "")

    def _find(self, name: str, model: str, size: str) -> Known:
        exact = self._exact.get(key(name))
        word = None if exact else self._word(name) or self._word(model)
        by_model, told = self._model(model, size, name)
        amount = told or _amount(size) or _amount(model) or _amount(name)
        if exact:
            clash = self._clash(exact.code, frozenset(), by_model)
            return Known(exact, amount or _plain(size, exact), clash)
        if word is None:
            kind = self.kinds[by_model.kind] if by_model else None
            return Known(kind, amount)
        code, clash = word.kind, self._clash(word.kind, word.may_be, by_model)
        is_guess = word.unsure and (by_model is None or by_model.unsure)
        if by_model and clash is None and word.kind not in {by_model.kind, *by_model.may_be}:
            code = by_model.kind
        kind = self.kinds[code]
        return Known(kind, amount or _plain(size, kind), clash, is_guess, word.named)

    def _word(self, said: str) -> Word | None:
        text = key(said)
        own = max((one for one in self._own if one[0] in text), key=_length, default=None)
        if own:
            return Word(own[0], own[1].code)
        for word in _table()[0]:
            if word.say in text and word.kind in self.kinds:
                return word
        return None

    def _model(self, *texts: str) -> tuple[Model | None, str]:
        """The model that one of the texts carries, and the size in it."""
        for text in texts:
            for model in _table()[1]:
                found = model.pattern.search(text) if model.kind in self.kinds else None
                if found:
                    number = found.groupdict().get("n")
                    return model, f"{_tidy(number)} {model.unit}" if number else ""
        return None, ""

    def _clash(self, kind: str, may_be: frozenset[str], model: Model | None) -> Kind | None:
        """The kind of the model where it is none that the words may mean."""
        if model is None or {kind, *may_be} & {model.kind, *model.may_be}:
            return None
        return self.kinds[model.kind]


def _length(own: tuple[str, Kind]) -> int:
    return len(own[0])


def _amount(text: str) -> str:
    """4kg, 4公斤: 4 kg."""
    found = _SIZE.search(text)
    return f"{_tidy(found['n'])} {_UNITS[found['unit']]}" if found else ""


def _plain(size: str, kind: Kind) -> str:
    """A number alone in the unit that this kind usually has."""
    if not _NUMBER.match(size) or not kind.sizes:
        return ""
    unit = kind.sizes[0].rpartition(" ")[2]
    return f"{_tidy(size)} {unit}" if unit in _UNITS.values() else ""


def _tidy(number: str) -> str:
    return f"{float(number):g}"


def classes(said: str, usual: str) -> str | None:
    """The letters of fire classes that a rating such as 2A:55B tells; `None` where it has none.

    A rating has figures for A and B only, so what the agent usually reaches is added to it.
    """
    text = re.sub(r"[类级、,，;；:：/+\s-]+", " ", narrow(said)).strip()
    found: set[str] = set()
    rated = False
    for part in text.split():
        letters = re.fullmatch(r"(?:(\d+)([abf])|([a-fk]{1,6}))+", part)
        if not letters:
            return None
        rated = rated or any(char.isdigit() for char in part)
        found |= {char for char in part if char.isalpha()}
    return "".join(sorted({*found, *(usual.casefold() if rated else "")})).upper()
