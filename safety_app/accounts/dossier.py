"""What accounts give to the papers for an inspector: chapter 8, who was trained and examined."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from safety_app.accounts.models import User
from safety_app.accounts.service.directory import Person, persons
from safety_app.accounts.service.windows import window_words, zone_of
from safety_app.core.access import ROLE_NAMES, Role
from safety_app.core.clock import local_day
from safety_app.core.feature import Chapter
from safety_app.core.i18n import _, day_text, ngettext
from safety_app.core.pdf.blocks import Block, Column, Heading, Note, Table
from safety_app.features import features

KIND: Final = "training"
"""The kind of paper that such records stand for."""
NAMED: Final = 10
"""As many names as a sentence bears."""


def training(session: Session, site_id: int, now: datetime) -> Chapter:
    """Last training and exam of everybody who works here, those without first among the missing.

    Nothing where a package above keeps records of each training: those say more, and newer.

    Whoever is in post is trained at least once a year (MPS Order 61, art. 36); nobody works
    without having passed (Work Safety Law, art. 28).
    """
    if any(
        KIND in feature.stands_for(session, site_id) for feature in features() if feature.stands_for
    ):
        return Chapter()
    query = select(User).where(User.site_id == site_id, User.is_active).order_by(User.name, User.id)
    users = session.scalars(query).all()
    found = [
        (user, person)
        for user, person in zip(users, persons(session, users), strict=True)
        if person.roles - {Role.THIRD_PARTY}
    ]
    today = local_day(now, zone_of(session, site_id))
    if not found:
        return Chapter(missing=(_("Nobody is entered who works here."),))
    windows = window_words(session, {one for _user, person in found for one in person.window_ids})
    rows = tuple(_row(number, *pair, windows) for number, pair in enumerate(found, 1))
    blocks: list[Block] = [
        Heading(_("Training and exams of those who work here")),
        Table(
            (
                Column(_("No."), 0.5, "center"),
                Column(_("Name"), 1.2),
                Column(_("Staff number"), 1.0),
                Column(_("Post and windows"), 2.6),
                Column(_("In post since"), 1.5),
                Column(_("Last training"), 1.5),
                Column(_("Exam result"), 1.0),
            ),
            rows,
        ),
        Note(_("Third parties are briefed by their own contractors and are not listed here.")),
    ]
    return Chapter(blocks=tuple(blocks), missing=tuple(_missing(found, today)))


def _row(number: int, user: User, person: Person, windows: dict[int, str]) -> tuple[str, ...]:
    here = sorted(windows[one] for one in person.window_ids if one in windows)
    roles = [_(ROLE_NAMES[role]) for role in Role if role in person.roles]
    post = person.display_post or _(", ").join(roles)
    return (
        str(number),
        person.display_name,
        user.staff_no,
        " · ".join((post, *here)),
        _day(user.joined_on),
        _day(user.trained_on),
        user.exam_result,
    )


def _missing(found: Sequence[tuple[User, Person]], today: date) -> list[str]:
    year_ago = _year_before(today)
    never = [person for user, person in found if user.trained_on is None]
    long_ago = [person for user, person in found if user.trained_on and user.trained_on < year_ago]
    unmarked = [person for user, person in found if user.trained_on and not user.exam_result]
    said = []
    if never:
        said.append(
            ngettext(
                "{n} person has no training on record: {names}.",
                "{n} people have no training on record: {names}.",
                len(never),
                names=_names(never),
            )
        )
    if long_ago:
        said.append(
            ngettext(
                "The last training of {n} person is more than a year ago: {names}.",
                "The last training of {n} people is more than a year ago: {names}.",
                len(long_ago),
                names=_names(long_ago),
            )
        )
    if unmarked:
        said.append(
            ngettext(
                "{n} person was trained, but no exam result is on record: {names}.",
                "{n} people were trained, but no exam result is on record: {names}.",
                len(unmarked),
                names=_names(unmarked),
            )
        )
    return said


def _names(people: Sequence[Person]) -> str:
    first = _(", ").join(person.display_name for person in people[:NAMED])
    if len(people) <= NAMED:
        return first
    return _("{names} and {n} more", names=first, n=len(people) - NAMED)


def _day(day: date | None) -> str:
    return day_text(day, weekday=False, year=True) if day else ""


def _year_before(day: date) -> date:
    if (day.month, day.day) == (2, 29):
        return date(day.year - 1, 2, 28)
    return day.replace(year=day.year - 1)
