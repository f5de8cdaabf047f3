"""Labels: who may print which, where they go on the sheet, and that their codes can be scanned."""

import io
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from typing import Any

import pypdfium2
import pytest
import segno
from pypdf import PdfReader
from pypdfium2 import raw
from sqlalchemy.orm import Session
from starlette.applications import Starlette
from starlette.testclient import TestClient

from equipment.documents.labels import Printing, labels_pdf, print_labels
from equipment.due import Precision
from equipment.kinds import Family
from equipment.paper_errors import NoLabelForGone, NothingToLabel, TooManyLabels
from equipment.papers import ROUTES
from equipment.service import labels
from equipment.service.labels import PAPERS, Chosen, Label
from safety_app.core import clock
from safety_app.core.access import Actor
from safety_app.core.db import Database, transaction
from safety_app.core.errors import NotAllowed, NotFound
from safety_app.core.i18n import use_language
from safety_app.core.pdf.font import find_typeface
from safety_app.core.settings import settings
from tests.bench.pace import pace
from tests.cast import NOW, TODAY, Cast
from tests.dialects import sqlite_only
from tests.equipment.items import make_item
from tests.equipment.lives import scrap
from tests.hazards.test_api import SignedIn
from tests.screens import open_page, text_of

ADDRESS = "http://10.0.0.7:8501"
MM = 72 / 25.4


@contextmanager
def browser(actor: Actor) -> Iterator[TestClient]:
    """A browser in somebody's name."""
    app = SignedIn(Starlette(routes=ROUTES), actor)
    with TestClient(app, raise_server_exceptions=False) as opened:
        yield opened


def words(content: bytes, page: int = 0) -> str:
    return PdfReader(io.BytesIO(content)).pages[page].extract_text()


def printed(paper: str, *made: Label, used: int = 0, language: str = "zh_CN") -> bytes:
    with use_language(language):
        how = Printing(PAPERS[paper], "清河县政务服务中心", ADDRESS, "2026-11-23 打印", used)
        return labels_pdf(made, how, created_at=NOW)


def label(number: int = 1, **facts: Any) -> Label:
    known: dict[str, Any] = {
        "code": f"MHQ-{number:04}",
        "name": "干粉（ABC）灭火器 4 kg",
        "place": "A01 综合窗口 · 柜台右侧",
        "dates": (("下次检查", "2026-12-20"), ("下次维修", "2029-03-01"), ("报废", "2034-03-01")),
    }
    return Label(**{**known, **facts})


def has_code(content: bytes, code: str, x: float, y: float, side: float, page: int = 0) -> bool:
    """Whether the square at this place of a page, in points, is the code of an item."""
    wanted = [bytes(row) for row in segno.make(f"{ADDRESS}/q/{code}", error="m").matrix]
    drawn = pypdfium2.PdfDocument(content)[page].render(scale=4).to_pil().convert("L")
    unit, count = side / len(wanted), len(wanted)

    def dark(across: float, down: float) -> int:
        return int(drawn.getpixel((round(4 * across), round(4 * down))) < 128)

    masks = [segno.make(f"{ADDRESS}/q/{code}", error="m", mask=mask).matrix for mask in range(8)]
    seen = tuple(
        bytes(dark(x + (column + 0.5) * unit, y + (row + 0.5) * unit) for column in range(count))
        for row in range(count)
    )
    return any(seen == tuple(bytes(row) for row in one) for one in masks)


def test_a_label_says_all_that_is_asked_for(session: Session, hall: Cast) -> None:
    item = make_item(session, hall, placing="柜台右侧", last_service_on=None)
    [made] = labels.list_labels(session, hall.officer, Chosen(ids=(item.id,)), today=TODAY)
    assert (made.code, made.name) == (item.code, "干粉（ABC）灭火器 4 kg")
    assert made.place == "A01 综合窗口 · 柜台右侧"
    assert made.dates == (
        ("下次检查", "2026-12-01"), ("下次维修", "2029-03-01"), ("报废日期", "2034-03-01")
    )  # fmt: skip
    with use_language("en"):
        [made] = labels.list_labels(session, hall.officer, Chosen(ids=(item.id,)), today=TODAY)
        assert made.dates[2] == ("Scrap date", "1 Mar 2034")
        text = words(
            print_labels(
                session, hall.officer, [made], PAPERS["3x8"], address=ADDRESS, used=0,
                with_cuts=False, now=NOW,
            )
        )  # fmt: skip
    for part in (item.code, "Next inspection", "1 Dec 2026", "General services",
                 "Qinghe County Service Centre", "Printed 23 Nov 2026"):  # fmt: skip
        assert part in text, part


def test_a_date_that_has_come_is_named_as_due(session: Session, hall: Cast) -> None:
    item = make_item(session, hall, "smoke-detector", size="", registered=NOW - timedelta(days=365))
    [made] = labels.list_labels(session, hall.officer, Chosen(ids=(item.id,)), today=TODAY)
    assert made.dates == (("检查已到期", "2026-02-23"), ("功能试验已到期", "2026-11-23"))
    old = make_item(session, hall, made_on=date(2016, 11, 1))
    [made] = labels.list_labels(session, hall.officer, Chosen(ids=(old.id,)), today=TODAY)
    assert ("已到报废期", "2026-11-01") in made.dates
    assert len(made.dates) == 2, "what is scrap is not serviced any more"
    kit = make_item(session, hall, "first-aid-kit", size="")
    [made] = labels.list_labels(session, hall.officer, Chosen(ids=(kit.id,)), today=TODAY)
    assert [name for name, _day in made.dates] == ["下次检查"], "no printed date is on record"


def test_labels_come_in_walking_order_and_by_what_was_chosen(session: Session, hall: Cast) -> None:
    last = make_item(session, hall, window_id=hall.a02)
    second = make_item(session, hall)
    first = make_item(session, hall)
    first.walk_order, second.walk_order = 1, 2
    lamp = make_item(session, hall, "emergency-light", made_on=None, size="", common=True,
                     precision=Precision.UNKNOWN)  # fmt: skip
    session.flush()

    def codes(**how: Any) -> list[str]:
        return [
            one.code
            for one in labels.list_labels(session, hall.officer, Chosen(**how), today=TODAY)
        ]

    assert codes() == [first.code, second.code, last.code, lamp.code]
    assert codes(family=Family.EXTINGUISHER, window_id=hall.a01) == [first.code, second.code]
    assert codes(kind="emergency-light") == codes(location_id=hall.floor) == [lamp.code]
    assert codes(common=True) == codes(floor="1") == [lamp.code]
    assert codes(ids=(last.id, first.id, last.id)) == [last.code, first.code]
    assert codes(codes=((last.code, second.code),)) == [last.code, second.code]
    assert codes(codes=((lamp.code, lamp.code),)) == [lamp.code]


def test_who_may_print_what(session: Session, hall: Cast) -> None:
    own = make_item(session, hall)
    other = make_item(session, hall, window_id=hall.a03)
    every = Chosen()
    assert len(labels.list_labels(session, hall.lead, every, today=TODAY)) == 1
    for actor in (hall.officer, hall.administrator, hall.manager):
        assert len(labels.list_labels(session, actor, every, today=TODAY)) == 2
    for actor in (hall.staff, hall.third_party):
        with pytest.raises(NotAllowed):
            labels.list_labels(session, actor, every, today=TODAY)
    for ids in ((other.id,), (own.id, 10**6)):
        with pytest.raises(NotFound):
            labels.list_labels(session, hall.lead, Chosen(ids=ids), today=TODAY)
    with pytest.raises(NothingToLabel):
        labels.list_labels(session, hall.officer, Chosen(kind="aed"), today=TODAY)
    with pytest.raises(NothingToLabel):
        labels.list_labels(session, hall.foreign_manager, every, today=TODAY)


def test_what_was_scrapped_gets_no_label(session: Session, hall: Cast) -> None:
    item = make_item(session, hall)
    scrap(session, hall.officer, item, NOW.date())
    with pytest.raises(NoLabelForGone) as refused:
        labels.list_labels(session, hall.officer, Chosen(ids=(item.id,)), today=TODAY)
    assert refused.value.message() == f"{item.code}已报废，不再打印标签，请打印替换器材的标签。"
    with pytest.raises(NothingToLabel):
        labels.list_labels(session, hall.officer, Chosen(), today=TODAY)


def test_too_many_are_refused_before_they_are_drawn(
    session: Session, hall: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(labels, "MOST", 2)
    for _each in range(3):
        make_item(session, hall)
    with pytest.raises(TooManyLabels, match="3"):
        labels.list_labels(session, hall.officer, Chosen(), today=TODAY)


@pytest.mark.parametrize(
    ("paper", "count", "wide", "high"),
    [
        ("3x8", 24, 70, 297 / 8),
        ("2x5", 10, 105, 297 / 5),
        ("70x37", 1, 70, 37),
        ("60x40", 1, 60, 40),
    ],
)
def test_each_label_stands_on_its_own_place(
    paper: str, count: int, wide: float, high: float
) -> None:
    made = [label(number) for number in range(1, count + 2)]
    content = printed(paper, *made)
    document = pypdfium2.PdfDocument(content)
    assert len(document) == 2
    size = (210, 297) if count > 1 else (wide, high)
    assert [round(one / MM) for one in document[0].get_size()] == list(size)
    assert PAPERS[paper].count == count
    columns = PAPERS[paper].columns
    scale = min(wide / 70, high / 37)
    side = 23 * MM * scale
    for at in (0, count - 1):
        right = (at % columns + 1) * wide * MM - 4.5 * MM
        top = at // columns * high * MM + 4.5 * MM
        assert has_code(content, made[at].code, right - side, top, side), at
    assert made[-1].code in words(content, 1)


@pytest.mark.parametrize("paper", PAPERS)
def test_a_code_is_drawn_in_lines_and_the_words_beside_it_are_chinese(paper: str) -> None:
    page = pypdfium2.PdfDocument(printed(paper, label()))[0]
    drawn = [one.type for one in page.get_objects()]
    assert drawn.count(raw.FPDF_PAGEOBJ_PATH) == 1, "the code is one path"
    assert set(drawn) == {raw.FPDF_PAGEOBJ_PATH, raw.FPDF_PAGEOBJ_TEXT}, "and no picture"
    said = page.get_textpage().get_text_range().split()
    for part in (
        "干粉（ABC）灭火器",
        "A01",
        "综合窗口",
        "柜台右侧",
        "下次检查",
        "清河县政务服务中心",
    ):
        assert part in said, part


def test_a_used_sheet_is_begun_where_labels_are_left() -> None:
    content = printed("3x8", label(1), label(2), used=23)
    assert len(PdfReader(io.BytesIO(content)).pages) == 2
    side = 23 * MM
    assert has_code(content, "MHQ-0001", 205.5 * MM - side, 7 * 297 / 8 * MM + 4.5 * MM, side)
    assert has_code(content, "MHQ-0002", 65.5 * MM - side, 4.5 * MM, side, page=1)


def test_nothing_runs_into_the_code_or_off_the_label() -> None:
    long = label(
        code="MHQX-12345678901", name="推车式二氧化碳灭火器，带特别长的名称和说明 24 kg",
        place="综合窗口" * 20, dates=tuple((f"下次检查{n}", "2026-12-20") for n in range(4)),
    )  # fmt: skip
    english = label(
        name="Multipurpose dry chemical extinguisher, stored pressure 4 kg",
        place="A01 General services and enquiries, right of the counter, by the pillar",
        dates=tuple((f"Next inspection {n}", "30 Sep 2026") for n in range(4)),
    )
    for paper in PAPERS:
        for one, language in ((long, "zh_CN"), (english, "en")):
            content = printed(paper, one, language=language)
            assert one.code in words(content).replace("\n", ""), "a code is never cut"
            page = pypdfium2.PdfDocument(content)[0]
            text = page.get_textpage()
            wide, high = PAPERS[paper].wide * MM, PAPERS[paper].high * MM
            code_from = wide - 4.5 * MM - 23 * MM * min(wide / 70, high / 37) / MM
            for at in range(text.count_rects()):
                left, bottom, right, _top = text.get_rect(at)
                assert right <= wide and page.get_height() - bottom <= high, (paper, language)
                inside = left < code_from < right
                assert not inside, (paper, language, text.get_text_bounded(*text.get_rect(at)))


def test_a_place_that_does_not_fit_shows_that_it_goes_on() -> None:
    content = printed("70x37", label(place="综合窗口" * 20))
    assert "…" in words(content)
    assert find_typeface(settings().font_path).stand_in not in words(content)


def test_the_same_day_gives_the_same_bytes(session: Session, hall: Cast) -> None:
    item = make_item(session, hall)

    def made(now: Any) -> bytes:
        found = labels.list_labels(session, hall.officer, Chosen(ids=(item.id,)), today=TODAY)
        return print_labels(
            session, hall.officer, found, PAPERS["2x5"], address=ADDRESS, used=1, with_cuts=True,
            now=now,
        )  # fmt: skip

    assert made(NOW) == made(NOW.replace(hour=9))
    assert made(NOW) != made(NOW.replace(day=25))


def test_hundreds_of_labels_take_a_moment() -> None:
    made = [label(number) for number in range(1, 481)]
    quick, begun = max(pace(), 1), time.process_time()
    content = printed("3x8", *made)
    assert time.process_time() - begun < 2.5 * quick
    assert len(PdfReader(io.BytesIO(content)).pages) == 20


@pytest.fixture
def _now(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clock, "now", lambda: NOW)


@sqlite_only
@pytest.mark.usefixtures("_now")
@pytest.mark.parametrize(
    ("query", "status"),
    [
        ("", 200),
        ("?paper=60x40&lang=en", 200),
        ("?codes=MHQ-0001~MHQ-0009&skip=5&cuts=1", 200),
        ("?codes=mhq1", 200),
        ("?family=extinguisher&floor=", 200),
        ("?kind=%00", 422),
        ("?kind=nonsense", 422),
        ("?family=nonsense", 422),
        ("?items=1,x", 422),
        ("?items=999", 404),
        ("?window=-1", 422),
        ("?paper=9x9", 422),
        ("?skip=24", 422),
        ("?skip=x", 422),
        ("?paper=70x37&skip=1", 422),
        ("?lang=xx", 422),
        (f"?items={'1,' * 10_001}", 422),
        (f"?codes={'MHQ-0001,' * 3_000}", 422),
        ("?codes=%00", 422),
        ("?kind=%F0%9F%94%A5", 422),
    ],
)
def test_what_an_address_asks_for(database: Database, hall: Cast, query: str, status: int) -> None:
    with transaction() as session:
        make_item(session, hall)
    with browser(hall.officer) as page:
        answer = page.get(f"/equipment/labels.pdf{query}")
    assert answer.status_code == status, answer.text[:200]
    if status == 200:
        assert answer.headers["content-type"] == "application/pdf"
    else:
        assert not answer.json()["message"].isascii()


@sqlite_only
@pytest.mark.usefixtures("_now")
def test_the_code_leads_to_where_people_reach_the_hall(
    database: Database, hall: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    with transaction() as session:
        code = make_item(session, hall).code
    found = []

    def kept(content: str, *_box: float, **_how: int) -> None:
        found.append(content)

    monkeypatch.setattr("equipment.documents.labels.square_code", kept)
    monkeypatch.setattr("equipment.documents.labels.paint", lambda *_pages, **_how: b"")
    with browser(hall.officer) as page:
        page.get("/equipment/labels.pdf", headers={"host": "10.0.0.7:8501"})
        monkeypatch.setattr(settings(), "public_url", "https://aq.qinghe.gov.cn/")
        page.get("/equipment/labels.pdf", headers={"host": "10.0.0.7:8501"})
    assert found == [f"{ADDRESS}/q/{code}", f"https://aq.qinghe.gov.cn/q/{code}"]


@sqlite_only
@pytest.mark.usefixtures("_now")
def test_the_page_leads_to_the_labels(database: Database, hall: Cast) -> None:
    with transaction() as session:
        item = make_item(session, hall)
        make_item(session, hall, common=True)
    page = open_page(hall.officer, "equipment-labels")
    assert not page.exception and "2 张标签，共 1 页" in text_of(page)
    page.selectbox(key="labels.family").set_value("aed").run()
    assert "没有符合条件的器材，请更换条件。" in text_of(page)
    one = open_page(hall.officer, "equipment-labels", items=str(item.id))
    assert not one.exception
    assert f"1 张标签，共 1 页：{item.code} 干粉（ABC）灭火器 4 kg" in text_of(one)
    assert len(one.selectbox) == 1, "only the paper is to be chosen"
    one.selectbox(key="labels.paper").set_value("60x40").run()
    assert f"1 张标签：{item.code} 干粉（ABC）灭火器 4 kg" in text_of(one)
    at_window = open_page(hall.lead, "equipment-labels", window=str(hall.a01), language="en")
    assert "1 label on 1 sheet" in text_of(at_window)
    wrong = open_page(hall.officer, "equipment-labels", items="x")
    assert not wrong.exception
