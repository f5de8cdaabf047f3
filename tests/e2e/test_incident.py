"""An incident in the browser: reported on the tablet with a reload, told, investigated, closed."""

import re
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Locator, expect
from sqlalchemy import select

from hazards.incidents.level import Level
from hazards.incidents.models import Action, Incident, Kind, Notification, Status
from hazards.models import Hazard
from tests.checklists.sheet_front import picture
from tests.e2e import hazard_steps
from tests.e2e.hall import Hall
from tests.e2e.visits import DESKTOP, PHONE, TABLET, Visit, visit

pytestmark = pytest.mark.e2e

SENTENCE = "一名群众在取号机旁滑倒"


def stored(hall: Hall) -> Incident:
    """The one incident as it lies in the database."""
    with hall.database.reading() as session:
        query = select(Incident).where(Incident.what == SENTENCE)
        return session.scalars(query).one()


def choice(at: Visit, words: str, **places: object) -> Locator:
    """One of several choices side by side."""
    return at.page.locator("[data-testid=stButtonGroup] button", has_text=at.say(words, **places))


def tap(at: Visit, words: str) -> None:
    """Tap one of several choices, then wait."""
    choice(at, words).first.click()
    at.settle()


def fill(at: Visit, label: str, text: str) -> None:
    """Type into a field, leave it, wait."""
    field = at.page.get_by_label(at.say(label), exact=True).first
    field.fill(text)
    field.press("Tab")
    at.settle()


def pick(at: Visit, label: str, option: str) -> None:
    """Take a line of a list."""
    at.page.get_by_role("combobox", name=at.say(label)).first.click()
    at.page.get_by_role("option", name=re.compile(option)).first.click()
    at.settle()


def sent(at: Visit, words: str) -> None:
    """Press what ends a form, and wait for the case behind it."""
    at.press(words)
    expect(at.page.locator(".note-green").first).to_be_visible(timeout=30_000)
    expect(at.page).not_to_have_url(re.compile("do="))
    at.settle()


def form(at: Visit, number: str, step: str, more: str = "") -> None:
    """Open the form of a step."""
    at.open(f"/incidents?no={number}&do={step}{more}")
    at.settle()


def test_from_the_report_to_the_closed_case(hall: Hall, chromium: Browser, tmp_path: Path) -> None:
    people = hall.people
    with visit(chromium, hall, "zh_CN", tablet=True) as tablet:
        tablet.be(people.staff, shared=True)
        number = _report(tablet)
        _protect(tablet, number)
        assert tablet.trouble == []
    found = stored(hall)
    assert (found.kind, found.window_id, found.level) == (
        Kind.INJURY, people.a01, Level.ORDINARY,
    )  # fmt: skip
    with visit(chromium, hall, "zh_CN", **TABLET) as desk:
        desk.be(people.officer)
        _tell(desk, hall, number)
        _recount(desk, number)
        _investigate(desk, number)
        _answer(desk, number)
        assert desk.trouble == []
    _carry_out(hall, chromium, tmp_path)
    with visit(chromium, hall, "zh_CN", **DESKTOP) as chief:
        chief.be(people.manager)
        _close(chief, number)
        assert chief.trouble == []
    assert stored(hall).status == Status.CLOSED


def _report(tablet: Visit) -> str:
    """Kind, who is hurt, a sentence; the page is loaded anew before it is sent."""
    page = tablet.open("/report-incident")
    tablet.settle()
    tap(tablet, "Fall or injury")
    tap(tablet, "Somebody is hurt")
    fill(tablet, "Seriously injured (with acute poisoning)", "1")
    label = "In a sentence (may follow; no names)"
    fill(tablet, label, SENTENCE)
    page.reload()
    tablet.page.locator("h1").first.wait_for()
    tablet.settle()
    expect(page.get_by_label(tablet.say(label), exact=True)).to_have_value(SENTENCE)
    expect(choice(tablet, "Fall or injury").first).to_be_checked()
    button = page.get_by_role("button", name=tablet.say("Report this incident"))
    expect(button).to_be_in_viewport()
    button.click()
    heading = page.locator(".empty h2")
    expect(heading).to_contain_text("SG-", timeout=30_000)
    expect(page.locator(".hour-orange")).to_be_visible()
    return heading.inner_text().split()[0]


def _protect(tablet: Visit, number: str) -> None:
    page = tablet.open(f"/incidents?no={number}&part=scene")
    tablet.settle()
    page.get_by_text("设警戒线").first.click()
    expect(page.get_by_text("处于保护状态").first).to_be_visible(timeout=30_000)
    tablet.settle()


def _tell(desk: Visit, hall: Hall, number: str) -> None:
    """From Today to the text, copied; both authorities recorded within the hour."""
    page = desk.open("/", ".hour")
    desk.settle()
    hour = page.locator(".hour", has_text=number)
    hour.locator(".btn", has_text=desk.say("Text and record of the report")).click()
    page.locator("pre.statement").wait_for()
    desk.settle()
    desk.press("Copy the text")
    expect(page.locator(".copied")).to_have_text(desk.say("Copied"))
    _call(desk, number)
    expect(page.locator(".hour-green")).to_be_visible()
    incident = stored(hall)
    with hall.database.reading() as session:
        query = select(Notification).where(Notification.incident_id == incident.id)
        rows = session.scalars(query).all()
    assert {row.authority for row in rows} == {"emergency", "sector"}
    assert all("重伤 1 人" in row.text for row in rows)


def _call(desk: Visit, number: str) -> None:
    """Both authorities are told, one after the other: the form names whose turn it is."""
    for _authority in range(2):
        form(desk, number, "notify")
        fill(desk, "Its name", "清河县应急管理局")
        sent(desk, "Save the record")


def _recount(desk: Visit, number: str) -> None:
    """The hospital finds a minor injury: the level follows, and what was told is put right."""
    form(desk, number, "count")
    fill(desk, "Seriously injured (with acute poisoning)", "0")
    fill(desk, "Slightly injured (number)", "1")
    fill(desk, "Direct loss in yuan (empty: not known yet)", "680")
    desk.press("Save the figures")
    expect(desk.page.locator(".note-red").first).to_contain_text(desk.say("Reason"))
    desk.settle()
    fill(desk, "How it became known (optional)", "医院检查为轻伤")
    sent(desk, "Save the figures")
    expect(desk.page.locator(".bd", has_text="轻伤").first).to_be_visible()
    owed = desk.page.get_by_text("应当及时补报更正")
    expect(owed).to_be_visible()
    _call(desk, number)
    expect(owed).to_have_count(0)


def _investigate(desk: Visit, number: str) -> None:
    form(desk, number, "confirm")
    sent(desk, "Confirm")
    form(desk, number, "investigate")
    pick(desk, "Leader (required)", "刘洋")
    sent(desk, "Begin the investigation")
    form(desk, number, "log")
    fill(desk, "What happened then", "拖地后未放警示牌")
    sent(desk, "Save the moment")
    form(desk, number, "explain")
    fill(desk, "Direct cause", "地面有水渍")
    desk.page.get_by_label(desk.say("{n}. Why?", n=2)).fill("没有保洁规定")
    desk.page.keyboard.press("Tab")
    desk.settle()
    sent(desk, "Save the chain")
    form(desk, number, "hear")
    fill(desk, "Or name", "张桂英")
    sent(desk, "Save the person")
    expect(desk.page.get_by_text("张桂英").first).to_be_visible()
    form(desk, number, "conclude")
    sent(desk, "End the investigation")


def _answer(desk: Visit, number: str) -> None:
    """A measure with an owner, the scene free, the four answered."""
    form(desk, number, "release")
    fill(desk, "Who agreed to it", "中心领导")
    sent(desk, "Give the scene free")
    form(desk, number, "raise")
    fill(desk, "What is to be put right", "制定开放时段保洁规定")
    pick(desk, "Owner", "周航")
    sent(desk, "Save the measure")
    for code in ("cause", "responsible", "measures", "taught"):
        form(desk, number, "answer", f"&of={code}")
        fill(desk, "Answer to the condition", "已查清，已落实")
        sent(desk, "Save the answer")
    expect(desk.page.locator(".gaps li")).to_have_count(1)


def _carry_out(hall: Hall, chromium: Browser, folder: Path) -> None:
    """The owner fixes it with a photo on a phone, the officer looks at it and accepts."""
    incident = stored(hall)
    with hall.database.reading() as session:
        key = session.scalars(
            select(Action.hazard_id).where(Action.incident_id == incident.id)
        ).one()
        number = session.get_one(Hazard, key).number
    with (
        visit(chromium, hall, "zh_CN", **PHONE) as phone,
        visit(chromium, hall, "zh_CN", **TABLET) as desk,
    ):
        phone.be(hall.people.second_staff)
        hazard_steps.fix(phone, number, picture(folder, "rule.jpg"))
        desk.be(hall.people.officer)
        hazard_steps.accept(desk, number)
        assert phone.trouble + desk.trouble == []


def _close(chief: Visit, number: str) -> None:
    page = chief.open(f"/incidents?no={number}")
    chief.settle()
    chief.press("Close the case")
    expect(page.get_by_text(chief.say("Close this case?"))).to_be_visible(timeout=30_000)
    chief.settle()
    sent(chief, "Close the case")
    expect(page.locator(".bd-green", has_text="已结案").first).to_be_visible()
