"""Whether every sentence of the code has its Chinese, with the same named places."""

import ast
import fcntl
import os
import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from babel.messages.catalog import Catalog
from babel.messages.pofile import read_po, write_po

from safety_app.core.settings import ROOT

PACKAGES: Final = ("safety_app", "hazards", "checklists", "equipment", "drills")
KEYWORDS: Final = {"_": 0, "N_": 0, "ngettext": 1}
"""Which argument holds the id."""
LANGUAGE: Final = "zh_CN"
_PLACE: Final = re.compile(r"\{(\w+)[^}]*\}")


def home_of(file: Path) -> Path:
    """The `locales` folder of the nearest package that has one."""
    for folder in file.parents:
        if (folder / "locales").is_dir():
            return folder / "locales"
        if folder == ROOT:
            break
    return file.parent / "locales"


def _spoken(file: Path) -> Iterator[tuple[str, int]]:
    """The ids that a file asks for and their lines, also those inside an f-string.

    Of a plural the form for many, under which Chinese stands.
    """
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Name)):
            continue
        place = KEYWORDS.get(node.func.id)
        if place is None or place >= len(node.args):
            continue
        match node.args[place]:
            case ast.Constant(value=str(text)):
                yield text, node.lineno


def wanted() -> dict[Path, dict[str, str]]:
    """For each `locales` folder the message ids of its package and where each stands."""
    found: dict[Path, dict[str, str]] = {}
    for package in PACKAGES:
        for file in sorted((ROOT / package).rglob("*.py")):
            if "migrations" in file.parts:
                continue
            for text, line in _spoken(file):
                place = f"{file.relative_to(ROOT)}:{line}"
                found.setdefault(home_of(file), {}).setdefault(text, place)
    return found


def catalogue(folder: Path) -> Catalog:
    """The Chinese of one package."""
    path = folder / f"{LANGUAGE}.po"
    if not path.exists():
        return Catalog(locale=LANGUAGE)
    with path.open("rb") as file:
        return read_po(file, locale=LANGUAGE)


def faults() -> Iterator[str]:
    """One line for each sentence without Chinese, with other places, unused or in two wordings."""
    seen: dict[str, tuple[str, Path]] = {}
    for folder, texts in wanted().items():
        have = {str(m.id): m for m in catalogue(folder) if m.id}
        for text, place in texts.items():
            message = have.get(text)
            if message is None or not message.string or message.fuzzy:
                yield f"{place}: no Chinese for “{text}”"
                continue
            chinese = str(message.string)
            if set(_PLACE.findall(text)) != set(_PLACE.findall(chinese)):
                yield f"{place}: “{chinese}” names other places than “{text}”"
            before = seen.setdefault(text, (chinese, folder))
            if before[0] != chinese:
                yield f"{place}: “{text}” is “{chinese}” here and “{before[0]}” in {before[1]}"
        for unused in have.keys() - texts.keys():
            yield f"{folder.relative_to(ROOT)}: “{unused}” is no longer used"


def tidy(package: str, words: Mapping[str, str]) -> list[str]:
    """Write a package's catalogue anew and return the ids that still lack Chinese.

    Ids stand in the order of the code, those no longer used are left out; `words` brings the
    Chinese of some. Two may tidy at once: one waits for the other.
    """
    lacking: list[str] = []
    for folder, texts in wanted().items():
        if folder == ROOT / package / "locales":
            with _alone(folder):
                lacking += _rewrite(folder, texts, words)
    return lacking


@contextmanager
def _alone(folder: Path) -> Iterator[None]:
    folder.mkdir(exist_ok=True)
    handle = os.open(folder, os.O_RDONLY)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield
    finally:
        os.close(handle)


def _rewrite(folder: Path, texts: Mapping[str, str], words: Mapping[str, str]) -> list[str]:
    have = catalogue(folder)
    new = Catalog(locale=LANGUAGE, fuzzy=False, header_comment="# Chinese of this package.")
    new.creation_date = new.revision_date = have.creation_date
    lacking = []
    for text, place in sorted(texts.items(), key=lambda item: item[1]):
        old = have.get(text)
        chinese = words.get(text) or (str(old.string) if old else "")
        new.add(text, chinese, locations=[(place.split(":")[0], 0)])
        lacking += [] if chinese else [text]
    with (folder / f"{LANGUAGE}.po").open("wb") as file:
        write_po(file, new, width=100, omit_header=False, include_lineno=False)
    return lacking
