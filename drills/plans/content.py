"""What a document says, section by section: what is stored of a draft and frozen in a version.

A text is kept in both languages; what one step, duty or line is stands on a line of its own, and
what stands before its first colon is what it is about.
"""

from collections.abc import Iterator, Mapping
from typing import Annotated, Any, Final, NamedTuple

from pydantic import BaseModel, ConfigDict, Field

from drills.plans.models import Section
from safety_app.core.i18n import language


class Line(NamedTuple):
    """One line: what it is about (may be empty), and what it says."""

    head: str
    text: str


class Part(BaseModel):
    """Common settings of all that is stored."""

    model_config = ConfigDict(extra="ignore", frozen=True)


class Words(Part):
    """A text in both languages; the other one stands in where one is missing."""

    zh: str = ""
    en: str = ""

    @property
    def text(self) -> str:
        """The text in the current language."""
        return (self.en or self.zh) if language() == "en" else (self.zh or self.en)

    @property
    def lines(self) -> tuple[Line, ...]:
        """Its lines in the current language, without empty ones."""
        return tuple(line_of(line) for line in self.text.splitlines() if line.strip())

    def __bool__(self) -> bool:
        return bool(self.zh.strip() or self.en.strip())


def line_of(text: str) -> Line:
    """A line taken apart at its first colon, if that stands near its beginning."""
    for sign in ("：", ": "):
        head, found, rest = text.partition(sign)
        if found and len(head) <= LONGEST_HEAD and rest.strip():
            return Line(head.strip(), rest.strip())
    return Line("", text.strip())


LONGEST_HEAD: Final = 40
Ids = Annotated[tuple[int, ...], Field(max_length=60)]


class Basis(Part):
    """A rule on which a plan rests, its source, and how sure that is (DOMAIN: T V K+ K K? D)."""

    rule: Words
    source: Words
    mark: str = ""


class Basics(Part):
    """What the plan is called, for what it is, what may happen, and on what it rests."""

    title: Words = Words()
    scope: Words = Words()
    risk: Words = Words()
    basis: tuple[Basis, ...] = ()
    own_basis: Words = Words()


class Group(Part):
    """A group of the organisation: its leader, the deputy, members, and what it does."""

    name: Words = Words()
    duties: Words = Words()
    lead_id: int | None = None
    deputy_id: int | None = None
    member_ids: Ids = ()

    @property
    def people(self) -> tuple[int, ...]:
        """Everybody named, the leader first, each once."""
        named = (self.lead_id, self.deputy_id, *self.member_ids)
        return tuple(dict.fromkeys(one for one in named if one))


class Organisation(Part):
    """The groups; the first one commands."""

    groups: tuple[Group, ...] = ()


class Phase(Part):
    """Steps that belong together."""

    title: Words = Words()
    steps: Words = Words()


class Measures(Part):
    """What is done, step by step, and what to mind."""

    phases: tuple[Phase, ...] = ()
    notes: Words = Words()


class Contact(Part):
    """A number outside the hall."""

    name: Words = Words()
    phone: str = ""


class Reporting(Part):
    """Who tells whom, the words to say, and the numbers."""

    chain: Words = Words()
    say: Words = Words()
    contacts: tuple[Contact, ...] = ()


class Resource(Part):
    """A thing of the register of facilities by its code, and what it is for."""

    code: str
    use: Words = Words()


class Resources(Part):
    """What helps: things on the register, and all else."""

    items: tuple[Resource, ...] = ()
    others: Words = Words()


class Card(Part):
    """The few words that fit on a card."""

    lines: Words = Words()


class Map(Part):
    """A picture of the ways out."""

    file_id: int
    caption: Words = Words()


class Maps(Part):
    """One picture for each floor."""

    maps: tuple[Map, ...] = ()


class Annex(Part):
    """A paper that belongs to the plan."""

    file_id: int
    title: str = ""


class Annexes(Part):
    """Papers behind the plan."""

    files: tuple[Annex, ...] = ()


class Chapter(Part):
    """A chapter of rules: each line is a clause."""

    title: Words = Words()
    body: Words = Words()


class RulesText(Part):
    """The text of rules, and who says what they mean."""

    title: Words = Words()
    chapters: tuple[Chapter, ...] = ()
    interpreter: Words = Words()
    basis: tuple[Basis, ...] = ()


AnySection = (
    Basics | Organisation | Measures | Reporting | Resources | Card | Maps | Annexes | RulesText
)
SHAPES: Final[Mapping[Section, type[Part]]] = {
    Section.BASICS: Basics,
    Section.ORGANISATION: Organisation,
    Section.MEASURES: Measures,
    Section.REPORTING: Reporting,
    Section.RESOURCES: Resources,
    Section.CARD: Card,
    Section.MAPS: Maps,
    Section.ANNEXES: Annexes,
    Section.RULES: RulesText,
}


class Content(Part):
    """All sections of a document; those of another kind of document are empty."""

    basics: Basics = Basics()
    organisation: Organisation = Organisation()
    measures: Measures = Measures()
    reporting: Reporting = Reporting()
    resources: Resources = Resources()
    card: Card = Card()
    maps: Maps = Maps()
    annexes: Annexes = Annexes()
    rules: RulesText = RulesText()

    @property
    def title(self) -> Words:
        """What the document is called."""
        return self.basics.title or self.rules.title

    @property
    def basis(self) -> tuple[Basis, ...]:
        """The rules on which it rests."""
        return self.basics.basis or self.rules.basis

    @property
    def people(self) -> tuple[int, ...]:
        """Ids of everybody named, in order, each once."""
        found = (one for group in self.organisation.groups for one in group.people)
        return tuple(dict.fromkeys(found))

    @property
    def codes(self) -> tuple[str, ...]:
        """Codes of the things it counts on."""
        return tuple(dict.fromkeys(one.code for one in self.resources.items))

    @property
    def file_ids(self) -> tuple[int, ...]:
        """Its maps and annexes."""
        maps = (one.file_id for one in self.maps.maps)
        return tuple(dict.fromkeys((*maps, *(one.file_id for one in self.annexes.files))))

    def section(self, section: Section) -> Part:
        """One section."""
        found: Part = getattr(self, section)
        return found

    def has(self, section: Section) -> bool:
        """Whether anything is said in a section."""
        return any(_said(self.section(section).model_dump()))


def _said(value: Any) -> Iterator[bool]:
    """Whether there is any text, number or entry somewhere inside."""
    if isinstance(value, Mapping):
        for inner in value.values():
            yield from _said(inner)
    elif isinstance(value, list | tuple):
        for inner in value:
            yield from _said(inner)
    else:
        yield bool(str(value).strip()) if isinstance(value, str) else value is not None


def content_of(sections: Mapping[str, Mapping[str, Any]]) -> Content:
    """Stored sections as what they say."""
    return Content.model_validate(dict(sections))


def section_of(part: Part) -> Section:
    """Which section this is."""
    return next(section for section, shape in SHAPES.items() if isinstance(part, shape))
