"""Who and what a document names: people of the directory, things of the register, its files."""

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from drills.plans.content import Content
from safety_app.accounts import service as accounts
from safety_app.core.errors import NotFound
from safety_app.core.feature import SubjectBrief
from safety_app.core.files import File
from safety_app.core.i18n import bilingual, use_language
from safety_app.features import features
from safety_app.workplace import service as workplace

FACILITIES = "equipment"
"""The feature whose things a plan counts on."""


@dataclass(frozen=True, slots=True)
class Named:
    """Somebody as named in a document; one who has left is named on, but is not there."""

    id: int
    name: str
    name_en: str
    post: str
    post_en: str
    is_active: bool = True
    phone: str = ""

    @property
    def display_name(self) -> str:
        """The name in the current language."""
        return bilingual(self.name, self.name_en)

    @property
    def display_post(self) -> str:
        """The post in the current language."""
        return bilingual(self.post, self.post_en)


@dataclass(frozen=True, slots=True)
class Thing:
    """A thing a plan counts on; unknown if its code leads nowhere, gone if it was scrapped."""

    code: str
    name: str = ""
    name_en: str = ""
    place: str = ""
    place_en: str = ""
    is_gone: bool = False

    @property
    def is_known(self) -> bool:
        """Whether the register has it."""
        return bool(self.name)

    @property
    def is_there(self) -> bool:
        """Whether it can be counted on."""
        return self.is_known and not self.is_gone

    @property
    def display_name(self) -> str:
        """The name in the current language."""
        return bilingual(self.name, self.name_en)

    @property
    def display_place(self) -> str:
        """Where it is, in the current language."""
        return bilingual(self.place, self.place_en)


@dataclass(frozen=True, slots=True)
class Paper:
    """A map or an annex: its id, name and the key of its bytes."""

    id: int
    name: str
    key: str
    is_picture: bool = True


@dataclass(frozen=True, slots=True)
class Names:
    """Everything that a content names."""

    people: Mapping[int, Named]
    things: Mapping[str, Thing]
    papers: Mapping[int, Paper]

    def person(self, user_id: int | None) -> Named | None:
        """Somebody by id."""
        return self.people.get(user_id or 0)

    def frozen(self) -> dict[str, Any]:
        """As a version keeps it: names and posts, no phone numbers, which change."""
        people = {str(id_): _without_phone(one) for id_, one in self.people.items()}
        things = {code: asdict(one) for code, one in self.things.items()}
        papers = {str(id_): asdict(one) for id_, one in self.papers.items()}
        return {"people": people, "things": things, "papers": papers}


def _without_phone(named: Named) -> dict[str, Any]:
    facts = asdict(named)
    del facts["phone"], facts["is_active"]
    return facts


def thawed(kept: Mapping[str, Any]) -> Names:
    """What a version names, as it was on its day."""
    return Names(
        {int(id_): Named(**one) for id_, one in kept.get("people", {}).items()},
        {code: Thing(**one) for code, one in kept.get("things", {}).items()},
        {int(id_): Paper(**one) for id_, one in kept.get("papers", {}).items()},
    )


def names_now(session: Session, site_id: int, content: Content) -> Names:
    """What a content names, as it is now."""
    return Names(
        people_of(session, site_id, content.people),
        things_of(session, site_id, content.codes),
        _papers(session, site_id, content.file_ids),
    )


def people_of(session: Session, site_id: int, ids: Iterable[int]) -> dict[int, Named]:
    """People of the site by id, also those whose account is closed."""
    user = accounts.User
    query = select(user).where(user.site_id == site_id, user.id.in_(set(ids)))
    return {
        one.id: Named(
            one.id, one.name, one.name_en, one.post, one.post_en, one.is_active, one.phone
        )
        for one in session.scalars(query)
    }


def things_of(session: Session, site_id: int, codes: Iterable[str]) -> dict[str, Thing]:
    """Things of the register by code."""
    wanted = list(codes)
    if not wanted:
        return {}
    return {code: _thing(session, site_id, code) for code in wanted}


def find_thing(session: Session, site_id: int, code: str) -> SubjectBrief | None:
    """What the feature that keeps the things says of one; nothing where it knows none."""
    for feature in features():
        if feature.name == FACILITIES and feature.subjects is not None:
            try:
                return feature.subjects.brief(session, site_id, code)
            except NotFound:
                return None
    return None


def _thing(session: Session, site_id: int, code: str) -> Thing:
    found = find_thing(session, site_id, code)
    if found is None:
        return Thing(code)
    with use_language("zh_CN"):
        place = _place(session, site_id, found)
    with use_language("en"):
        place_en = _place(session, site_id, found)
    return Thing(code, found.name, found.name_en, place, place_en, found.is_gone)


def _place(session: Session, site_id: int, found: SubjectBrief) -> str:
    windows = workplace.window_names(session, site_id)
    locations = workplace.location_names(session, site_id)
    named = (windows.get(found.window_id or 0), locations.get(found.location_id or 0))
    return " · ".join(filter(None, (*named, found.placing)))


def _papers(session: Session, site_id: int, ids: Iterable[int]) -> dict[int, Paper]:
    query = select(File).where(File.site_id == site_id, File.id.in_(set(ids)))
    return {
        one.id: Paper(one.id, one.name, one.key, one.is_picture) for one in session.scalars(query)
    }
