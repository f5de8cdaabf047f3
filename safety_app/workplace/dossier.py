"""What the workplace gives to the papers for an inspector: chapter 1, the unit itself."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime

from sqlalchemy.orm import Session

from safety_app.core.clock import local_day
from safety_app.core.feature import Chapter
from safety_app.core.i18n import WEEKDAYS, _, bilingual, day_text, language, ngettext
from safety_app.core.pdf.blocks import Block, Column, Heading, Table
from safety_app.workplace import legal, service
from safety_app.workplace.models import Location, Post, Season, Site, UnitKind
from safety_app.workplace.service import Holder, Segments, Standing, WindowRow

Rows = Iterable[tuple[str, ...]]


def unit(session: Session, site_id: int, now: datetime) -> Chapter:
    """Profile, persons responsible, acceptance number, opening hours, windows and locations."""
    site = service.site(session, site_id)
    today = local_day(now, site.timezone)
    holders = [one for one in service.holders(session, site_id) if one.holds(today)]
    locations = service.list_locations(session, site_id)
    windows = [
        row for row in service.window_rows(session, site_id, today) if row.standing != Standing.GONE
    ]
    blocks: list[Block] = [
        Heading(_("Profile of the unit")),
        _form(_profile(site, holders)),
        Heading(_("Duties of this unit")),
        _duties(site),
        Heading(_("Opening hours")),
        _form(_hours(session, site_id)),
    ]
    if locations:
        blocks += [Heading(_("Locations")), _locations(session, site_id, locations)]
    if windows:
        blocks += [Heading(_("Windows")), _windows(windows)]
    return Chapter(blocks=tuple(blocks), missing=tuple(_missing(site, holders, windows, locations)))


def _profile(site: Site, holders: Iterable[Holder]) -> Rows:
    yield _("Full name of the unit"), bilingual(site.name, site.name_en)
    yield _("Address"), site.address
    yield _("Phone"), site.phone
    yield _("Fire acceptance or filing number"), site.acceptance_number
    yield _("Kind of unit"), _(legal.UNIT_KIND_NAMES[UnitKind(site.unit_kind)])
    for flag in legal.flags():
        if flag.key != legal.UNIT_KIND:
            yield flag.name, _("yes") if getattr(site, flag.key) else _("no")
    for post in Post:
        people = [_holder(one) for one in holders if one.post == post]
        yield _(legal.POST_NAMES[post]), _("; ").join(people)


def _holder(holder: Holder) -> str:
    first = day_text(holder.first, weekday=False, year=True)
    return _("{name} (since {first})", name=holder.name, first=first)


def _duties(site: Site) -> Table:
    columns = (Column(_("Duty"), 3), Column(_("Article"), 2))
    return Table(columns, tuple((duty.text, duty.source) for duty in legal.duties(site)))


def _hours(session: Session, site_id: int) -> Rows:
    yield _("Usual hours"), _week(service.opening_week(session, site_id))
    for season in service.list_seasons(session, site_id):
        week = service.opening_week(session, site_id, season_id=season.id)
        yield _season(season), _week(week)


def _season(season: Season) -> str:
    first, last = _month_day(season.starts), _month_day(season.ends)
    name = service.season_name(season)
    return _("{name} ({first} to {last})", name=name, first=first, last=last)


def _month_day(text: str) -> str:
    return day_text(date.fromisoformat(f"2024-{text}"), weekday=False)


def _week(week: dict[int, Segments]) -> str:
    """Days that are served alike stand together."""
    names = WEEKDAYS[language()]
    parts: list[tuple[int, int]] = []
    for day in range(7):
        if parts and week.get(parts[-1][0]) == week.get(day):
            parts[-1] = (parts[-1][0], day)
        else:
            parts.append((day, day))
    said = []
    for first, last in parts:
        days = names[first]
        if last > first:
            days = _("{first} to {last}", first=names[first], last=names[last])
        said.append(f"{days} {service.hours_text(week.get(first, ())) or _('closed')}")
    return _("; ").join(said)


def _locations(session: Session, site_id: int, locations: Iterable[Location]) -> Table:
    columns = (
        Column(_("Location"), 3), Column(_("Floor")), Column(_("Kind"), 3),
        Column(_("Opening hours"), 3),
    )  # fmt: skip
    rows = []
    for one in locations:
        marks = (
            (one.is_key_location, _("Key location")),
            (one.is_basement, _("Basement")),
            (one.is_half_monthly, _("Extinguishers inspected half-monthly")),
            (one.is_patrolled, _("Patrolled")),
        )
        hours = _("Like the hall")
        if one.has_own_hours:
            hours = _week(service.opening_week(session, site_id, location_id=one.id))
        rows.append((
            bilingual(one.name, one.name_en), one.floor,
            _(", ").join(text for on, text in marks if on), hours,
        ))  # fmt: skip
    return Table(columns, tuple(rows))


def _windows(windows: Iterable[WindowRow]) -> Table:
    columns = (
        Column(_("Window number")), Column(_("Name of the window"), 3), Column(_("Agency"), 3),
        Column(_("Location"), 2), Column(_("Window lead"), 2),
    )  # fmt: skip
    rows = ((row.window.code, row.name, row.agency, row.place, row.lead) for row in windows)
    return Table(columns, tuple(rows))


def _missing(
    site: Site,
    holders: Sequence[Holder],
    windows: Sequence[WindowRow],
    locations: Sequence[Location],
) -> Iterable[str]:
    held = {one.post for one in holders}
    if not site.address:
        yield _("The unit's address is not entered.")
    if not site.acceptance_number:
        yield _("The fire acceptance or filing number is not entered.")
    for post in Post:
        if post not in held:
            yield _("Nobody holds the post “{post}”.", post=_(legal.POST_NAMES[post]))
    if not any(one.is_key_location for one in locations):
        yield _("No location is marked as a key location.")
    without = [row.window.code for row in windows if not row.lead]
    if without:
        yield ngettext(
            "{n} window has no lead: {codes}.", "{n} windows have no lead: {codes}.",
            len(without), codes=_(", ").join(without[:12]),
        )  # fmt: skip
    if not windows:
        yield _("No windows are entered.")


def _form(rows: Rows) -> Table:
    """A table without a head: names at the left, what is known at the right."""
    columns = (Column("", 1, is_name=True), Column("", 3))
    return Table(columns, tuple(tuple(cell or "—" for cell in row) for row in rows))
