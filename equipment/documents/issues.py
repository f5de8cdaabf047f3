"""领用签收表: who got what protective equipment when, with the receivers' signatures.

Work Safety Law, art. 45, and GB 39800.1-2020: protective equipment is provided to each person, and
a record of it is kept.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy.orm import Session

from equipment.documents.paper import NOTHING, Head, head_of, print_paper, signatures
from equipment.models import StockStep
from equipment.service import stock_views
from equipment.service.stock_views import Article, MoveRow
from equipment.units import amount_text
from safety_app.accounts import service as accounts
from safety_app.core import clock
from safety_app.core.i18n import _, day_text, month_text, ngettext
from safety_app.core.pdf.blocks import (
    Block,
    Cell,
    Column,
    Heading,
    Note,
    Paragraph,
    Table,
    Title,
)
from safety_app.core.pdf.signatures import signed
from safety_app.core.sheets import Cell as SheetCell
from safety_app.core.sheets import SheetColumn, SheetTable, workbook
from safety_app.workplace import service as workplace

BEGINNING = date(2000, 1, 1)


@dataclass(frozen=True, slots=True)
class IssueRecord:
    """The issues and returns of a time: of the hall, of a window, or of one person."""

    head: Head
    about: str
    period: str
    number: str
    moves: tuple[MoveRow, ...]
    articles: Mapping[int, Article]

    @property
    def issues(self) -> list[MoveRow]:
        """What went out."""
        return [one for one in self.moves if one.step == StockStep.ISSUE]

    @property
    def returns(self) -> list[MoveRow]:
        """What came back, or was said to be worn out or lost."""
        return [one for one in self.moves if one.step == StockStep.RETURN]

    def article(self, move: MoveRow) -> Article:
        """What was moved."""
        return self.articles[move.stock_id]


def of_month(
    session: Session,
    site_id: int,
    year: int,
    month: int,
    *,
    window_id: int | None = None,
    now: datetime,
) -> IssueRecord:
    """The record of a calendar month, of the whole hall or of a window."""
    first = date(year, month, 1)
    last = date(year + month // 12, month % 12 + 1, 1) - timedelta(days=1)
    code = workplace.window_code(session, site_id, window_id) if window_id else ""
    about = workplace.window_names(session, site_id)[window_id] if window_id else ""
    return _gather(
        session, site_id, first, last, window_id=window_id, about=about, now=now,
        period=month_text(year, month),
        number="-".join(filter(None, ("LY", code, f"{year}{month:02}"))),
    )  # fmt: skip


def of_person(session: Session, site_id: int, person_id: int, *, now: datetime) -> IssueRecord:
    """All that somebody ever got."""
    name = accounts.names(session, [person_id])[person_id]
    today = clock.local_day(now, workplace.site(session, site_id).timezone)
    return _gather(
        session, site_id, BEGINNING, today, person_id=person_id, about=name, now=now,
        period=_("up to {day}", day=_day(today)), number=f"LY-P{person_id:04}",
    )  # fmt: skip


def _gather(
    session: Session,
    site_id: int,
    first: date,
    last: date,
    *,
    window_id: int | None = None,
    person_id: int | None = None,
    about: str,
    period: str,
    number: str,
    now: datetime,
) -> IssueRecord:
    moves = stock_views.moves_between(
        session, site_id, first, last, window_id=window_id, person_id=person_id
    )
    return IssueRecord(
        head=head_of(session, site_id, now),
        about=about,
        period=period,
        number=number,
        moves=tuple(moves),
        articles=stock_views.articles(session, site_id, [one.stock_id for one in moves]),
    )


def issues_pdf(record: IssueRecord) -> bytes:
    """The paper in the current language."""
    title = _("Issue record of protective equipment")
    blocks: list[Block] = [
        Title(title, _subtitle(record)),
        *record.head.limits(),
        *issue_blocks(record),
        signatures(_("Checked by:"), seal=False),
    ]
    return print_paper(blocks, record.head, title=title, number=record.number)


def issue_blocks(record: IssueRecord) -> list[Block]:
    """The sums, who signed for what, and what came back."""
    basis = Note(
        _(
            "Basis: Work Safety Law, art. 45, and GB 39800.1-2020. Signatures are drawn on the"
            " tablet or made by name and six-digit code; the journal holds their hash."
        )
    )
    if not record.moves:
        return [Paragraph(_("Nothing was issued and nothing given back in this time.")), basis]
    blocks: list[Block] = []
    if record.issues:
        blocks += [Paragraph(_sum(record)), _issue_table(record)]
    if record.returns:
        blocks += [Heading(_("Given back, worn out or lost")), _return_table(record)]
    return [*blocks, basis]


def issues_xlsx(record: IssueRecord) -> bytes:
    """The same as a workbook, with the sums of each person; of a signature how it was made."""
    tables = [_issue_sheet(record), _return_sheet(record), _person_sheet(record)]
    title = f"{_('Issue record of protective equipment')} {record.number}"
    return workbook(tables, title=title, created_at=record.head.minute)


def _subtitle(record: IssueRecord) -> str:
    facts = (record.about, record.period, _("No. {number}", number=record.number))
    return f"{record.head.unit}\n{'　'.join(filter(None, facts))}"


def _sum(record: IssueRecord) -> str:
    """How often and to how many something was issued, and how much of each article."""
    people = len({one.person_id for one in record.issues})
    totals: dict[tuple[str, str], int] = {}
    for one in record.issues:
        article = record.article(one)
        key = (article.title, article.unit)
        totals[key] = totals.get(key, 0) - one.quantity
    named = [f"{title} {amount_text(n, unit)}" for (title, unit), n in sorted(totals.items())]
    return ngettext(
        "{n} issue to {people}: {amounts}.",
        "{n} issues to {people}: {amounts}.",
        len(record.issues),
        people=ngettext("{n} person", "{n} persons", people),
        amounts=_(", ").join(named),
    )


def _issue_table(record: IssueRecord) -> Table:
    columns = (
        Column(_("Day"), 1.0),
        Column(_("Article, place and batch"), 2.7),
        Column(_("Quantity"), 0.9, "center"),
        Column(_("Receiver\n(signature)"), 1.8, "center"),
        Column(_("Issued by"), 1.0, "center"),
        Column(_("Note"), 2.0),
    )
    return Table(columns, tuple(_issue_row(record, one) for one in record.issues))


def _issue_row(record: IssueRecord, one: MoveRow) -> tuple[Cell, ...]:
    article, lots = record.article(one), _lots(one)
    told = [article.title, article.place, _("batch {lots}", lots=lots) if lots else ""]
    return (
        _short(record, one.on_date),
        "\n".join(filter(None, told)),
        amount_text(-one.quantity, article.unit),
        signed(one.signature, one.person),
        one.actor or NOTHING,
        one.note or NOTHING,
    )


def _return_table(record: IssueRecord) -> Table:
    columns = (
        Column(_("Day"), 1.0),
        Column(_("Article and place"), 2.6),
        Column(_("Quantity"), 0.9, "center"),
        Column(_("Given back by"), 1.2, "center"),
        Column(_("What became of it"), 2.6),
        Column(_("Recorded by"), 1.1, "center"),
    )
    return Table(columns, tuple(_return_row(record, one) for one in record.returns))


def _return_row(record: IssueRecord, one: MoveRow) -> tuple[Cell, ...]:
    article = record.article(one)
    return (
        _short(record, one.on_date),
        f"{article.title}\n{article.place}",
        amount_text(one.quantity, article.unit),
        one.person,
        _fate(one),
        one.actor or NOTHING,
    )


def _fate(one: MoveRow) -> str:
    if one.discarded:
        return _("discarded: {reason}", reason=one.note)
    return f"{_('back to the stock')}{_('; ')}{one.note}" if one.note else _("back to the stock")


def _short(record: IssueRecord, day: date) -> str:
    """A day of a month without its year; a person's record goes over years."""
    return day_text(day, weekday=False, year=record.number.startswith("LY-P"))


def _day(day: date) -> str:
    return day_text(day, weekday=False, year=True)


def _lots(one: MoveRow) -> str:
    return _(", ").join(dict.fromkeys(lot for lot, _n in one.lots if lot))


def _signed_how(signature: str) -> str:
    kept = json.loads(signature or "{}")
    if "strokes" in kept:
        return _("drawn")
    return _("name and code") if kept.get("typed") else ""


def _issue_sheet(record: IssueRecord) -> SheetTable:
    head = (
        SheetColumn(_("Day"), "date"),
        SheetColumn(_("Receiver")),
        SheetColumn(_("Name of the article")),
        SheetColumn(_("Quantity"), "number"),
        SheetColumn(_("Unit")),
        SheetColumn(_("Batch")),
        SheetColumn(_("Kept at")),
        SheetColumn(_("Signature")),
        SheetColumn(_("Issued by")),
        SheetColumn(_("Issued at"), "moment"),
        SheetColumn(_("Note")),
    )
    zone = clock.zone(record.head.timezone)
    rows: list[Sequence[SheetCell]] = [
        (one.on_date, one.person, record.article(one).title, -one.quantity,
         _unit(one.quantity, record.article(one)), _lots(one), record.article(one).place,
         _signed_how(one.signature), one.actor, one.at.astimezone(zone), one.note)
        for one in record.issues
    ]  # fmt: skip
    return SheetTable(_("Issues"), head, rows)


def _return_sheet(record: IssueRecord) -> SheetTable:
    head = (
        SheetColumn(_("Day"), "date"),
        SheetColumn(_("Given back by")),
        SheetColumn(_("Name of the article")),
        SheetColumn(_("Quantity"), "number"),
        SheetColumn(_("Unit")),
        SheetColumn(_("Discarded"), "number"),
        SheetColumn(_("What became of it")),
        SheetColumn(_("Recorded by")),
    )
    rows: list[Sequence[SheetCell]] = [
        (one.on_date, one.person, record.article(one).title, one.quantity,
         _unit(one.quantity, record.article(one)), one.discarded, _fate(one), one.actor)
        for one in record.returns
    ]  # fmt: skip
    return SheetTable(_("Returns"), head, rows)


def _person_sheet(record: IssueRecord) -> SheetTable:
    """What each person got in this time, article by article."""
    sums: dict[tuple[str, str, str], list[int]] = {}
    for one in record.moves:
        article = record.article(one)
        sum_of = sums.setdefault((one.person, article.title, article.unit), [0, 0, 0])
        if one.step == StockStep.ISSUE:
            sum_of[0] -= one.quantity
        else:
            sum_of[1] += one.quantity
            sum_of[2] += one.discarded
    head = (
        SheetColumn(_("Receiver")),
        SheetColumn(_("Name of the article")),
        SheetColumn(_("Issued"), "number"),
        SheetColumn(_("Given back"), "number"),
        SheetColumn(_("Of that discarded"), "number"),
        SheetColumn(_("Unit")),
    )
    rows: list[Sequence[SheetCell]] = [
        (person, title, *numbers, _unit(numbers[0], Article(title, unit, "")))
        for (person, title, unit), numbers in sorted(sums.items())
    ]
    return SheetTable(_("By person"), head, rows)


def _unit(n: int, article: Article) -> str:
    """The unit of an amount alone."""
    return amount_text(abs(n), article.unit).removeprefix(str(abs(n))).strip()
