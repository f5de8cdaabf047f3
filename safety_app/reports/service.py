"""The monthly report of a window: every feature's sections as of one cut-off."""

import hashlib
import json
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy.orm import Session

from safety_app.accounts import service as accounts
from safety_app.core import clock, i18n
from safety_app.core.access import Actor, Role
from safety_app.core.errors import NotFound
from safety_app.core.feature import Figure, Period, SectionContent
from safety_app.core.i18n import N_, bilingual
from safety_app.features import features
from safety_app.reports.months import months_since, period_of
from safety_app.reports.permissions import Permission
from safety_app.workplace import service as workplace

if TYPE_CHECKING:
    from safety_app.workplace.models import Site, Window

WHO_MAY: Final = N_("The lead of this window, the safety officer or the manager")


@dataclass(frozen=True, slots=True)
class Part:
    """What one section says; its blocks stand at `blocks_order` among those of the others."""

    name: str
    content: SectionContent
    blocks_order: int = 0


@dataclass(frozen=True, slots=True)
class WindowReport:
    """One window's month in one language; the check code is the same in every language."""

    number: str
    unit: str
    window_code: str
    window: str
    year: int
    month: int
    period: Period
    language: str
    filled_by: str
    officers: tuple[str, ...]
    lead: str
    begun_at: datetime
    is_demo: bool
    parts: tuple[Part, ...]
    check_code: str

    @property
    def is_final(self) -> bool:
        """Whether the month was over at the cut-off."""
        return self.period.cutoff == self.period.end

    @property
    def short_code(self) -> str:
        """The head of the check code in groups, for people to compare."""
        return "-".join(self.check_code[at : at + 4].upper() for at in range(0, 16, 4))

    @property
    def figures(self) -> tuple[Figure, ...]:
        """All figures, in the order of the sections."""
        return tuple(figure for part in self.parts for figure in part.content.figures)

    @property
    def missing(self) -> tuple[tuple[str, str], ...]:
        """What should be put right before signing, each with the address of its page."""
        return tuple(entry for part in self.parts for entry in part.content.missing)


@dataclass(frozen=True, slots=True)
class WindowChoice:
    """A window that somebody may report on."""

    id: int
    code: str
    name: str


def window_report(
    session: Session,
    actor: Actor | None,
    window_id: int,
    year: int,
    month: int,
    *,
    now: datetime,
) -> WindowReport:
    """The report in the current language; whoever prints it, its lead fills it in and signs.

    Without an actor (command line) nobody's permission is asked.
    """
    if actor is not None:
        actor.require(Permission.VIEW, window_id=window_id, who=WHO_MAY)
    site, window = _place(session, actor, window_id)
    period = period_of(year, month, site.timezone, now=now)
    parts = _parts(session, site.id, window.id, period)
    lead_id = accounts.lead_of(session, window.id)
    lead = accounts.names(session, [lead_id]).get(lead_id or 0, "")
    return WindowReport(
        number=f"AQ-{year}-{month:02}-{window.code}",
        unit=bilingual(site.name, site.name_en),
        window_code=window.code,
        window=f"{window.code} {bilingual(window.name, window.name_en)}",
        year=year,
        month=month,
        period=period,
        language=i18n.language(),
        filled_by=lead,
        officers=_officers(session, site.id),
        lead=lead,
        begun_at=site.created_at,
        is_demo=site.is_demo,
        parts=parts,
        check_code=_check_code(site.id, window.code, period, parts),
    )


def list_choices(session: Session, actor: Actor) -> list[WindowChoice]:
    """The windows whose report the actor may see, by code."""
    reach = actor.reach(Permission.VIEW)
    return [
        WindowChoice(window.id, window.code, bilingual(window.name, window.name_en))
        for window in workplace.list_windows(session, actor.site_id)
        if reach.covers(window.id)
    ]


def list_months(session: Session, actor: Actor, *, now: datetime) -> list[tuple[int, int]]:
    """Every month since the hall's records began, the latest first."""
    site = workplace.site(session, actor.site_id)
    return months_since(site.created_at, site.timezone, clock.local_day(now, site.timezone))


def _place(session: Session, actor: Actor | None, window_id: int) -> "tuple[Site, Window]":
    """The window and its hall; the command line may ask for any hall's."""
    sites = [workplace.site(session, actor.site_id)] if actor else workplace.list_sites(session)
    for site in sites:
        for window in workplace.list_windows(session, site.id, active=False):
            if window.id == window_id:
                return site, window
    raise NotFound()


def _parts(session: Session, site_id: int, window_id: int, period: Period) -> tuple[Part, ...]:
    sections = [section for feature in features() for section in feature.sections]
    return tuple(
        Part(
            section.name,
            section.build(session, site_id, window_id, period),
            section.order if section.blocks_order is None else section.blocks_order,
        )
        for section in sorted(sections, key=lambda section: section.order)
    )


def _officers(session: Session, site_id: int) -> tuple[str, ...]:
    people = accounts.list_people(session, site_id)
    return tuple(person.display_name for person in people if Role.OFFICER in person.roles)


def _check_code(site_id: int, code: str, period: Period, parts: tuple[Part, ...]) -> str:
    """SHA-256 of the figures and facts, free of words: both languages carry the same."""
    counted: dict[str, Any] = {
        "site": site_id,
        "window": code,
        "first": period.first.isoformat(),
        "last": period.last.isoformat(),
        "cutoff": period.cutoff.isoformat(),
        "sections": {
            part.name: {
                "figures": {
                    figure.key: [figure.value, figure.of] for figure in part.content.figures
                },
                "facts": part.content.facts,
            }
            for part in parts
        },
    }
    text = json.dumps(counted, sort_keys=True, ensure_ascii=True, separators=(",", ":"))
    return hashlib.sha256(text.encode("ascii")).hexdigest()
