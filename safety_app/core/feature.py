"""What a package gives to the application, as one declaration.

Whatever needs a heavy import (a page, a router) is named as `module:attribute` and loaded when
it is used, so that the worker never imports Streamlit.
"""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from importlib import import_module
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING, Any, Final, Literal

from sqlalchemy.orm import Session

from safety_app.core.access import Actor, Grants
from safety_app.core.gate import Gate

if TYPE_CHECKING:
    from safety_app.core.pdf.blocks import Block
    from safety_app.core.sheets import SheetTable


def load(name: str) -> Any:
    """The object called `package.module:attribute`."""
    module, _, attribute = name.partition(":")
    return getattr(import_module(module), attribute)


@dataclass(frozen=True, slots=True)
class Page:
    """A Streamlit page. `render` is `module:function`; hidden pages are reached by links.

    `setting` puts it on the page of settings, not into the menu. `menu` is the address of the entry
    that a hidden page belongs to, and which is marked on it; a setting marks settings without it.
    `help` says in a few sentences what the page is for and what to do there, paragraphs apart by a
    line break.
    """

    render: str
    title: str
    icon: str
    url_path: str
    order: int = 50
    permission: str | None = None
    hidden: bool = False
    default: bool = False
    setting: bool = False
    menu: str = ""
    help: str = ""


@dataclass(frozen=True, slots=True)
class Tile:
    """A part of Today. `render` is `module:function(actor, now) -> None`."""

    render: str
    column: int
    order: int


@dataclass(frozen=True, slots=True)
class Job:
    """Work by the clock, safe to run twice: `run(session, now) -> int` done.

    One transaction; with `reads_only` a read-only view, so that slow work lets others write. Much
    work is done in portions: with `until_done` the job runs again until there is none left.
    """

    name: str
    every_seconds: int
    run: Callable[[Session, datetime], int]
    reads_only: bool = False
    until_done: bool = False


@dataclass(frozen=True, slots=True)
class Period:
    """What a report covers: local days `first`..`last`, as known before the moment `cutoff`.

    `end` is the first moment after the period; what happened at `cutoff` or later does not count.
    """

    first: date
    last: date
    start: datetime
    end: datetime
    cutoff: datetime
    timezone: str


@dataclass(frozen=True, slots=True)
class Figure:
    """One number of a report. `value` counts, or is the numerator if `of` is given.

    A `minor` one is left off the page where there was nothing to count.
    """

    key: str
    label: str
    value: int
    of: int | None = None
    note: str = ""
    minor: bool = False

    @property
    def is_worth_a_line(self) -> bool:
        """Whether a report of one page should show it."""
        return not self.minor or bool(self.value if self.of is None else self.of)


@dataclass(frozen=True, slots=True)
class SectionContent:
    """What one feature says about a window (or the site) in a period, in the current language.

    `paragraphs` are whole sentences of the opening; headings among the `blocks` carry no number,
    the report numbers them. `requests` (what the centre must settle) and `focus` (of next month)
    are clauses without a full stop, which the report counts up. `missing` is what should be put
    right before signing: a sentence and the address of its page. `facts` and the figures' keys
    and numbers make the check code: JSON, the same in every language.
    """

    figures: tuple[Figure, ...] = ()
    paragraphs: tuple[str, ...] = ()
    blocks: "tuple[Block, ...]" = ()
    sheets: "tuple[SheetTable, ...]" = ()
    facts: Mapping[str, Any] = field(default_factory=dict)
    requests: tuple[str, ...] = ()
    focus: tuple[str, ...] = ()
    missing: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Section:
    """A part of a report; `build(session, site_id, window_id, period)`.

    Its words and figures stand at `order`, its blocks at `blocks_order` if that is given.
    """

    name: str
    order: int
    build: Callable[[Session, int, int | None, Period], SectionContent]
    blocks_order: int | None = None


@dataclass(frozen=True, slots=True)
class Chapter:
    """What one feature holds of what an inspector asks for, in the current language.

    `scans` are ids of files (`core.files`) that follow the blocks, `captions` what stands above
    some of them instead of the name of the file. Two lists of sentences:
    `missing` is what the file should hold and does not, to be added from paper; `shortfalls` is
    what the records themselves show as not done, which no paper can add. With `landscape` the
    blocks stand on pages of that direction.
    """

    blocks: "tuple[Block, ...]" = ()
    scans: tuple[int, ...] = ()
    captions: Mapping[int, str] = field(default_factory=dict)
    missing: tuple[str, ...] = ()
    shortfalls: tuple[str, ...] = ()
    landscape: bool = False


@dataclass(frozen=True, slots=True)
class Dossier:
    """A share of one chapter (1 to 11, see `reports.dossier`): `build(session, site_id, now)`."""

    chapter: int
    build: Callable[[Session, int, datetime], Chapter]


PaperPeriod = Literal["month", "quarter", "year", "none"]
PaperFormat = Literal["pdf", "xlsx"]


@dataclass(frozen=True, slots=True)
class PaperKind:
    """A paper that the page of reports and registers offers; its feature answers the address.

    The page fills in `address` and adds the ending and the language:
    `/patrols/record/{window}/{month}` becomes `/patrols/record/A01/2026-10.pdf?lang=en`.
    `{window}` is a window's code, `{location}` the id of a location, `{month}` 2026-10,
    `{quarter}` 2026-Q4, `{year}` 2026. With `{window}` in it the paper is of one window, else of
    the whole hall; `location_address` is set where locations have this paper too. `period` says
    which choice the page shows. Who lacks `permission` for the place is not offered the paper;
    the route asks again. `title` and `description` are message ids: what the paper is, and what
    it is good for, in a sentence.
    """

    name: str
    title: str
    description: str
    address: str
    permission: str
    period: PaperPeriod = "month"
    formats: tuple[PaperFormat, ...] = ("pdf", "xlsx")
    location_address: str = ""
    order: int = 50
    icon: str = "description"

    @property
    def is_of_a_window(self) -> bool:
        """Whether a window must be chosen."""
        return "{window}" in self.address


class Light(StrEnum):
    """How a window stands, at a glance; graver is greater."""

    GOOD = "good"
    WATCH = "watch"
    ACT = "act"


@dataclass(frozen=True, slots=True)
class Standing:
    """One window in a comparison: its numbers in the order of the columns, and how it stands.

    `why` are clauses that say what makes the light other than good.
    """

    numbers: tuple[int, ...]
    light: Light = Light.GOOD
    why: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Compared:
    """All windows beside each other; `None` is what belongs to no window: the common areas.

    `columns` are keys and short labels. A window without a standing has nothing to compare.
    """

    columns: tuple[tuple[str, str], ...]
    standings: Mapping[int | None, Standing]


@dataclass(frozen=True, slots=True)
class Comparison:
    """A feature's columns in the table of windows; `build(session, site_id, period)`."""

    name: str
    order: int
    build: Callable[[Session, int, Period], Compared]


@dataclass(frozen=True, slots=True)
class Held:
    """Something a person is in charge of; `key` is the feature's own, `text` in words."""

    key: str
    text: str
    window_id: int | None = None


@dataclass(frozen=True, slots=True)
class Charge:
    """What a person is in charge of in one feature, and how it goes to somebody else.

    `held(session, site_id, user_id, today)`; `hand_over(session, actor, keys, from_id, to_id,
    now=…)` moves the things with these keys.
    """

    title: str
    held: Callable[[Session, int, int, date], Sequence[Held]]
    hand_over: Callable[..., None]


@dataclass(frozen=True, slots=True)
class Step:
    """One step of setting up a hall: `state(session, site_id) -> (done, what there is)`."""

    order: int
    title: str
    why: str
    url_path: str
    state: Callable[[Session, int], tuple[bool, str]]
    optional: bool = False


OPEN_DAYS: Final = 3
"""How long a sheet may lie unsubmitted: what was done in a basement on Friday arrives on Monday."""


@dataclass(frozen=True, slots=True)
class SubjectBrief:
    """A thing that is inspected: its checklist (code), its name in hazards, where it is, limits.

    `limits` are the lowest and highest number by item code where this thing has its own. What is
    found wrong with the items `tasks` may be given to its own feature instead of being registered.
    `origin` is what its hazards say of where they were noticed. Its sheet may lie open for so many
    days, and where it `is_signed` it takes a signature, not the name of the account. `is_gone` says
    that it cannot be counted on any more: scrapped, lost.
    """

    checklist: str
    name: str
    name_en: str
    window_id: int | None
    location_id: int | None
    placing: str = ""
    limits: Mapping[str, tuple[float | None, float | None]] = field(default_factory=dict)
    is_gone: bool = False
    tasks: frozenset[str] = frozenset()
    origin: str = "check"
    open_days: int = OPEN_DAYS
    is_signed: bool = False


@dataclass(frozen=True, slots=True)
class Subject:
    """A thing of a feature that is inspected on a sheet of its own, for one person, now.

    `known` is what the system has verified itself (dates): a sentence, and whether it is in order.
    `why` is the rule by which it is inspected so often, the checklist's own where it is empty.
    `previous` says when it was inspected last and how, `photo` is a key of the photo store,
    `next_url` leads to the next thing to inspect. `beside` is the same as `known` by item code,
    shown with the item. `task` is what it is called when an item's problem is given to the feature,
    `task_said` what comes of it, a sentence.
    """

    title: str
    place: str
    back_url: str
    next_url: str = ""
    next_text: str = ""
    known: tuple[tuple[str, bool], ...] = ()
    why: str = ""
    previous: str = ""
    photo: str = ""
    beside: Mapping[str, tuple[str, bool]] = field(default_factory=dict)
    task: str = ""
    task_said: str = ""


@dataclass(frozen=True, slots=True)
class Inspected:
    """What an inspection came to: the codes of items that failed, of those with a scrap condition,
    and of those that the thing's own feature makes tasks of.

    `at` is when the last point was answered, which without a network is before it arrived; `place`
    is where the thing was when its sheet was opened.
    """

    run_id: int
    at: datetime
    failed: tuple[str, ...]
    scrap: tuple[str, ...]
    place: tuple[int | None, int | None]
    tasks: tuple[str, ...] = ()

    @property
    def passed(self) -> bool:
        """Whether nothing is left to be done."""
        return not self.failed


@dataclass(frozen=True, slots=True)
class Receipt:
    """What an inspection changed: lines of label and value, and what to know or do next."""

    lines: tuple[tuple[str, str], ...] = ()
    notices: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Subjects:
    """The things of a feature that the inspection engine inspects; each has a `code`.

    `refusal(session, actor, code)` is why no sheet is begun now or not by this person, a sentence
    or nothing; it raises `NotFound` or `NotAllowed` where it may not even be looked at. What was
    seen before stays seen: `require(session, actor, code, now)` raises only for who may not inspect
    it and could not lately either, whatever has become of the thing since its sheet was opened.
    `find(session, actor, code, now)` is for the sheet, `brief(session, site_id, code)` for the
    worker too; `inspected(session, actor, code, result,
    now)` is called once, in the transaction that stores the sheet; `abandoned` with the same facts
    when one that nobody submitted is swept.
    """

    refusal: Callable[[Session, Actor, str], str]
    require: Callable[[Session, Actor, str, datetime], None]
    find: Callable[[Session, Actor, str, datetime], Subject]
    brief: Callable[[Session, int, str], SubjectBrief]
    inspected: Callable[[Session, Actor, str, Inspected, datetime], Receipt]
    abandoned: Callable[[Session, int, str, Inspected, datetime], None]


@dataclass(frozen=True, slots=True)
class Door:
    """A plain page that is one tap away from every page, from the sheet and, on a shared tablet,
    from the names: what nobody may have to look for.

    A shared tablet may read it with nobody signed in, so its route asks by itself who is there.
    The browser keeps it, to open it while the server is away: it shows the same to everybody.
    """

    address: str
    label: str
    icon: str


@dataclass(frozen=True, slots=True)
class PhotoShelf:
    """The photos a feature holds: who may see one, and which of many are in use."""

    may_see: Callable[[Session, Actor, str], bool]
    in_use: Callable[[Session, Sequence[str]], set[str]]


@dataclass(frozen=True, slots=True)
class Demo:
    """A feature's share of the demonstration: the hall's first day, then each open day."""

    found: Callable[[Session, datetime], None] | None = None
    live: Callable[[Session, date, datetime, Random], None] | None = None


@dataclass(frozen=True, slots=True)
class Feature:
    """All that a package gives to the application."""

    name: str
    folder: Path
    models: str = ""
    grants: Grants = field(default_factory=dict)
    pages: tuple[Page, ...] = ()
    routes: str = ""
    open_paths: tuple[str, ...] = ()
    """Addresses, and all below one that ends in a slash, that are read without a session; their
    routes ask by themselves who may read what."""
    door: Door | None = None
    api: str = ""
    jobs: tuple[Job, ...] = ()
    commands: str = ""
    tiles: tuple[Tile, ...] = ()
    sections: tuple[Section, ...] = ()
    photos: PhotoShelf | None = None
    may_see_file: Callable[[Session, Actor, int], bool] | None = None
    dossier: tuple[Dossier, ...] = ()
    papers: tuple[PaperKind, ...] = ()
    comparisons: tuple[Comparison, ...] = ()
    charges: tuple[Charge, ...] = ()
    steps: tuple[Step, ...] = ()
    follow: Callable[[Session, int, datetime], object] | None = None
    """Called with a site when its calendar, hours, windows, locations or trial have changed."""
    people_changed: Callable[[Session, int, Collection[int] | None, datetime], object] | None = None
    """Called when people of a site (their ids, or `None` for anybody) have other roles, windows,
    another post or absence, or are back, in the transaction that changes them."""
    has_counted: Callable[[Session, int, datetime], bool] | None = None
    """Whether a duty of the site was done or missed before this moment that counts."""
    serves: Callable[[Session, int, date], frozenset[int]] | None = None
    """The windows at which a person (id) is needed on a day, beside those of their roles."""
    elsewhere: Callable[[Session, int, int, datetime, datetime], str] | None = None
    """Where a person (second id) of a site is recorded as present in a span of time, in words;
    else nothing."""
    gate: Gate | None = None
    """The days on which people may not be on duty, and why."""
    merge: Callable[[Session, Actor | None, int, int, datetime], None] | None = None
    """Called when a window (first id) goes on in another one (second id)."""
    forget_device: Callable[[Session, int, datetime], None] | None = None
    """Called with a shared tablet that was revoked: nothing may be written from it any more."""
    corrected: Callable[[Session, int, datetime, datetime], int] | None = None
    """How many problems of a site were corrected on the spot, from a moment to before another."""
    rule_behind: Callable[[Session, int, str], str] | None = None
    """The rule and article behind a source that this feature gave to a hazard of a site; else
    nothing."""
    stands_for: Callable[[Session, int], frozenset[str]] | None = None
    """The kinds of papers on file (their codes) that records of a site's own stand for."""
    source_page: Callable[[str], tuple[str, str, str] | None] | None = None
    """What a hazard with this source is about: what it is, its name, its page; else nothing."""
    bars_closing: Callable[[Session, int, str, datetime], str] | None = None
    """Why a hazard with this source may not be closed yet, as a sentence; else nothing."""
    subjects: Subjects | None = None
    """What of this feature is inspected; the engine calls it `{feature}:{code}`."""
    prepare: Callable[[Session, datetime], None] | None = None
    demo: str = ""
