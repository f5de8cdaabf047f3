"""The shelf of the demonstration hall: made-up papers that say so on their face."""

import tomllib
from datetime import date, datetime, time, timedelta
from pathlib import Path
from random import Random
from typing import Any, Final

from sqlalchemy.orm import Session

from safety_app.accounts import service as accounts
from safety_app.core import clock, files
from safety_app.core.access import Actor, Role
from safety_app.core.feature import Demo
from safety_app.core.pdf.blocks import Paragraph, Title
from safety_app.core.pdf.document import render
from safety_app.papers import service
from safety_app.workplace import service as workplace
from safety_app.workplace.models import Site

CARE_DAY: Final = 5
HOUR: Final = time(10)
SAYS_SO: Final = "本件为演示用样张，内容虚构，不是真实资料。This is a sample, not a real paper."
_FILE: Final = Path(__file__).with_name("demo.toml")


def found(session: Session, now: datetime) -> None:
    """What the hall had on its shelf on the first day."""
    officer = _officer(session, now)
    today = clock.local_day(now, officer.timezone)
    with _FILE.open("rb") as file:
        for one in tomllib.load(file)["paper"]:
            dated = today - timedelta(days=one["days"])
            valid = dated + timedelta(days=one["valid"]) if "valid" in one else None
            _file(session, officer, one, dated, valid, now)
            if one["category"] == "care-contract":
                for day in _care_days(dated, today):
                    _care_report(session, officer, day, now)


def live(session: Session, day: date, until: datetime, _random: Random) -> None:
    """Each month the maintenance firm sends its report."""
    if day.day != CARE_DAY:
        return
    site = _site(session)
    at = clock.at_local(day, HOUR, site.timezone)
    if at > until:
        return
    _care_report(session, _officer(session, at), day, at)


def _care_days(first: date, last: date) -> list[date]:
    """The days on which the reports of the months from a contract on have come."""
    every = (first + timedelta(days=at) for at in range(1, (last - first).days + 1))
    return [day for day in every if day.day == CARE_DAY]


def _care_report(session: Session, officer: Actor, day: date, now: datetime) -> None:
    """The report of the month before a day."""
    month = day.replace(day=1) - timedelta(days=1)
    title = f"{month.year} 年 {month.month} 月消防设施维护保养报告"
    paper = {"category": "care-report", "title": title, "number": f"WB-{month:%Y%m}"}
    _file(session, officer, paper, day, None, now)


def _file(
    session: Session,
    officer: Actor,
    one: dict[str, Any],
    dated: date,
    valid: date | None,
    now: datetime,
) -> None:
    content = _sheet(one["title"], one.get("number", ""), dated, now)
    scan = files.receive(session, officer, content, f"{one['title']}.pdf", now=now)
    service.file_paper(
        session, officer, category=one["category"], title=one["title"],
        number=one.get("number", ""), dated_on=dated, valid_until=valid,
        is_history=one.get("history", False), file_ids=[scan.id], now=now,
    )  # fmt: skip


def _sheet(title: str, number: str, dated: date, now: datetime) -> bytes:
    lines = [text for text in (number, f"日期：{dated.isoformat()}", SAYS_SO) if text]
    return render(
        [Title(title), *(Paragraph(text, indent=False) for text in lines)],
        title=title,
        language="zh_CN",
        created_at=now,
        footer_left="演示数据",
        page_label=lambda page, _pages: f"— {page} —",
    )


def _site(session: Session) -> Site:
    return next(one for one in workplace.list_sites(session) if one.is_demo)


def _officer(session: Session, now: datetime) -> Actor:
    officers = accounts.with_role(session, _site(session).id, Role.OFFICER)
    return accounts.actor_for(session, officers[0], now=now)


DEMO: Final = Demo(found=found, live=live)
