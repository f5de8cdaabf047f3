"""What an inspector asks for (迎检材料), collected from every feature as of one minute."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

import structlog
from sqlalchemy.orm import Session

from safety_app.core import files as store
from safety_app.core import i18n
from safety_app.core.access import Actor
from safety_app.core.errors import NotAllowed, NotFound
from safety_app.core.feature import Chapter, Dossier
from safety_app.core.i18n import N_, _, bilingual
from safety_app.features import features
from safety_app.reports.chapters import ChapterKind, chapters
from safety_app.reports.permissions import Permission
from safety_app.workplace import service as workplace

WHO_MAY: Final = N_("The safety officer or the manager")
Step = Callable[[int, int, str], None]
log = structlog.get_logger("safety_app.reports")


@dataclass(frozen=True, slots=True)
class FoundScan:
    """A file that was handed in; `file` is none where its record is gone."""

    name: str
    file: store.File | None


@dataclass(frozen=True, slots=True)
class FoundChapter:
    """One chapter with what the features hold of it."""

    kind: ChapterKind
    shares: tuple[Chapter, ...]
    scans: tuple[FoundScan, ...]
    missing: tuple[str, ...]
    shortfalls: tuple[str, ...] = ()

    @property
    def is_empty(self) -> bool:
        """Whether nothing of it is kept here."""
        return not self.scans and not any(share.blocks for share in self.shares)


@dataclass(frozen=True, slots=True)
class Collected:
    """All chapters in order, in one language, as of one minute."""

    unit: str
    timezone: str
    language: str
    as_of: datetime
    is_demo: bool
    chapters: tuple[FoundChapter, ...]

    @property
    def missing(self) -> list[tuple[FoundChapter, str]]:
        """What is not there, chapter by chapter."""
        return [(one, text) for one in self.chapters for text in one.missing]

    @property
    def shortfalls(self) -> list[tuple[FoundChapter, str]]:
        """What the records themselves show as not done, chapter by chapter."""
        return [(one, text) for one in self.chapters for text in one.shortfalls]


def collect(
    session: Session, actor: Actor | None, site_id: int, *, now: datetime, step: Step
) -> Collected:
    """Ask every feature in turn, in the current language; `step` hears of each chapter.

    Without an actor (command line) nobody's permission is asked.
    """
    if actor is not None:
        require(actor)
        if actor.site_id != site_id:
            raise NotFound()
    site = workplace.site(session, site_id)
    as_of = now.replace(second=0, microsecond=0)
    found = []
    kinds = chapters()
    for at, kind in enumerate(kinds):
        step(at, len(kinds), kind.title)
        found.append(_chapter(session, site_id, kind, as_of))
    return Collected(
        unit=bilingual(site.name, site.name_en),
        timezone=site.timezone,
        language=i18n.language(),
        as_of=as_of,
        is_demo=site.is_demo,
        chapters=tuple(found),
    )


def require(actor: Actor) -> None:
    """The whole hall's papers are for those who answer for it."""
    if not may(actor):
        raise NotAllowed(who=WHO_MAY)


def may(actor: Actor) -> bool:
    """Whether somebody may have these papers."""
    return actor.reach(Permission.DOSSIER).site


def _chapter(session: Session, site_id: int, kind: ChapterKind, as_of: datetime) -> FoundChapter:
    shares = [one for feature in features() for one in feature.dossier]
    built = [_build(session, site_id, one, as_of) for one in shares if one.chapter == kind.number]
    captions = {id_: text for one in built for id_, text in one.captions.items()}
    scans = _scans(session, site_id, [id_ for one in built for id_ in one.scans], captions)
    missing = [text for one in built for text in one.missing]
    shortfalls = tuple(text for one in built for text in one.shortfalls)
    found = FoundChapter(kind, tuple(built), tuple(scans), tuple(missing), shortfalls)
    if not found.is_empty:
        return found
    nothing = _("Not kept in this system; see the paper file: {belongs}.", belongs=kind.belongs)
    return FoundChapter(kind, (), (), (nothing, *missing), shortfalls)


def _build(session: Session, site_id: int, share: Dossier, as_of: datetime) -> Chapter:
    """One feature's share; a mistake in one must not keep the others from the inspector."""
    try:
        return share.build(session, site_id, as_of)
    except Exception:
        log.exception("share of the dossier failed", chapter=share.chapter)
        return Chapter(missing=(_("A part of this chapter could not be made."),))


def _scans(
    session: Session, site_id: int, ids: Sequence[int], captions: Mapping[int, str]
) -> list[FoundScan]:
    """The files, each once."""
    found = []
    for file_id in dict.fromkeys(ids):
        try:
            file = store.get(session, site_id, file_id)
        except NotFound:
            found.append(FoundScan(_("File {number}", number=file_id), None))
            continue
        found.append(FoundScan(captions.get(file_id) or file.name, file))
    return found
