"""The papers of incidents: for those who may, with names only for those who need them."""

import io
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any
from urllib.parse import unquote

import openpyxl
import pytest
from pypdf import PdfReader
from starlette.applications import Starlette
from starlette.testclient import TestClient

from hazards.incidents import dossier
from hazards.incidents.documents.paper import head_of
from hazards.incidents.documents.report import report_blocks
from hazards.incidents.models import Authority, Incident, Kind, Part, Status, Way
from hazards.incidents.routes import ROUTES
from hazards.incidents.service import figures, notifying, people
from hazards.incidents.service.detail import get
from hazards.incidents.service.figures import Numbers
from hazards.incidents.service.settings import Addressee, set_rules
from hazards.incidents.service.statutory import Statement, statement
from safety_app.core import clock
from safety_app.core.access import Actor
from safety_app.core.db import Database, reading, transaction
from safety_app.core.i18n import use_language
from safety_app.core.pdf.blocks import Note, Paragraph, PhotoPairs, Signatures, Table
from safety_app.workplace import service as workplace
from safety_app.workplace.models import Post
from tests.cast import NOW, TODAY, Cast
from tests.dialects import sqlite_only
from tests.factories import make_photo
from tests.hazards.incidents.cases import ONE_DEAD, explain, make_incident, tell_both
from tests.hazards.test_api import SignedIn

pytestmark = sqlite_only


@pytest.fixture(autouse=True)
def _now(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clock, "now", lambda: NOW)


@contextmanager
def browser(actor: Actor) -> Iterator[TestClient]:
    """A browser in somebody's name."""
    app = SignedIn(Starlette(routes=list(ROUTES)), actor)
    with TestClient(app, raise_server_exceptions=False) as opened:
        yield opened


def words(content: bytes) -> str:
    """The words of a paper, without spaces."""
    pages = PdfReader(io.BytesIO(content)).pages
    return "".join("".join(page.extract_text().split()) for page in pages)


def fetch(actor: Actor, address: str) -> Any:
    """What an address answers to this person."""
    with browser(actor) as page:
        return page.get(address)


@pytest.fixture
def found(database: Database, hall: Cast) -> Incident:
    """A fire under investigation with somebody hurt."""
    with transaction() as session:
        incident = make_incident(
            session, hall, Status.INVESTIGATING, kind=Kind.FIRE,
            numbers=Numbers(deaths=1, loss_fen=0), what="打印机起火",
        )  # fmt: skip
        explain(session, hall, incident)
        people.hear(
            session, hall.officer, incident.id, part=Part.SERIOUS, name="张桂英", health="烧伤",
            now=NOW,
        )  # fmt: skip
        return incident


def test_the_report_is_without_names_unless_asked_by_who_may(found: Incident, hall: Cast) -> None:
    plain = fetch(hall.officer, f"/incidents/report/{found.number}.pdf")
    said = words(plain.content)
    for part in ("事故报告", "打印机起火", "一般事故", "没有规定开放时段的保洁要求", "重伤1人",
                 "四不放过", "不含伤者和证人的个人信息"):  # fmt: skip
        assert part in said, part
    assert "张桂英" not in said and "烧伤" not in said
    named = words(fetch(hall.officer, f"/incidents/report/{found.number}.pdf?names=1").content)
    assert "张桂英" in named and "烧伤" in named and "不得外传" in named
    name = unquote(plain.headers["content-disposition"])
    assert f"事故报告 {found.number}.pdf" in name


def test_words_and_not_photos_stand_above_the_signatures(database: Database, hall: Cast) -> None:
    with transaction() as session:
        made = make_incident(session, hall, photos=[make_photo("x")])
    with reading() as session:
        detail = get(session, hall.officer, made.id, now=NOW)
        blocks = report_blocks(detail, head_of(session, hall.site_id, NOW), people=None)
    kinds = [type(one) for one in blocks]
    assert kinds.count(PhotoPairs) == 1
    assert kinds[-3:] == [Table, Note, Signatures], "which go with the words to the next page"


@pytest.mark.parametrize("lang", ["zh_CN", "en"])
def test_how_figures_became_known_is_in_the_personal_report_alone(
    found: Incident, hall: Cast, lang: str
) -> None:
    with transaction() as session:
        figures.count(
            session, hall.officer, found.id, numbers=Numbers(deaths=1, serious=1),
            reason="医院检查：颅脑损伤", row_version=None, now=NOW,
        )  # fmt: skip
        figures.decide(
            session, hall.manager, found.id, is_accident=False, reason="心脏病发作",
            row_version=None, now=NOW,
        )  # fmt: skip
    address = f"/incidents/report/{found.number}.pdf?lang={lang}"
    for actor in (hall.officer, hall.lead):
        said = words(fetch(actor, address).content)
        assert "颅脑损伤" not in said and "心脏病" not in said
        assert "得知途径" not in said and "Howitbecameknown" not in said
    named = words(fetch(hall.officer, f"{address}&names=1").content)
    assert "颅脑损伤" in named
    text = words(fetch(hall.officer, f"/incidents/statutory/{found.number}.pdf").content)
    assert "颅脑损伤" not in text and "心脏病" not in text


@pytest.mark.parametrize(("names", "lead"), [("", 200), ("&names=1", 403)])
def test_papers_are_for_officer_manager_and_team_and_without_names_for_the_lead(
    found: Incident, hall: Cast, names: str, lead: int
) -> None:
    address = f"/incidents/report/{found.number}.pdf?lang=en{names}"
    for actor, status in (
        (hall.manager, 200), (hall.second_staff, 200), (hall.lead, lead), (hall.staff, 403),
        (hall.other_staff, 404), (hall.other_lead, 404), (hall.foreign_manager, 404),
    ):  # fmt: skip
        assert fetch(actor, address).status_code == status, actor.name


def test_the_report_to_the_authorities_is_a_paper_of_six_contents(
    found: Incident, hall: Cast
) -> None:
    said = words(fetch(hall.officer, f"/incidents/statutory/{found.number}.pdf").content)
    for part in ("事故快报（首报）", "1.事故发生单位概况", "6.其他应当报告的情况", "单位（盖章）",
                 "尚缺："):  # fmt: skip
        assert part in said, part
    assert "张桂英" not in said
    english = words(fetch(hall.officer, f"/incidents/statutory/{found.number}.pdf?lang=en").content)
    assert "Reportofanaccident" in english


@pytest.mark.parametrize(
    ("numbers", "kind", "caution"),
    [
        (ONE_DEAD, Kind.INJURY, ""),
        (Numbers(serious=1), Kind.INJURY, ""),
        (Numbers(minor=1), Kind.INJURY, "按目前掌握的数字"),
        (None, Kind.NEAR_MISS, "按目前掌握的数字"),
        (None, Kind.INJURY, "是否需要上报尚不能确定"),
    ],
)
def test_the_text_says_where_no_report_is_prescribed(
    database: Database, hall: Cast, numbers: Numbers | None, kind: Kind, caution: str
) -> None:
    with transaction() as session:
        incident = make_incident(session, hall, numbers=numbers, kind=kind)
    said = said_to(hall, incident)
    printed = words(fetch(hall.officer, f"/incidents/statutory/{incident.number}.pdf").content)
    if caution:
        assert caution in said.text.split("\n")[2] and caution in printed
    else:
        assert said.caution == "" and "（注：" not in said.text and "按目前掌握" not in printed


def test_the_register_of_a_year_states_nought(database: Database, hall: Cast) -> None:
    said = words(fetch(hall.manager, "/incidents/register/2026.pdf").content)
    assert "未发生事故、事件，无险情报告。" in said and "法定事故0起" in said
    assert fetch(hall.lead, "/incidents/register/2026.pdf").status_code == 403
    assert fetch(hall.manager, "/incidents/register/1999.pdf").status_code == 404
    assert fetch(hall.manager, "/incidents/register/2026.pdf?lang=x").status_code == 404


def test_the_register_holds_every_case_and_numbers_as_numbers(found: Incident, hall: Cast) -> None:
    with transaction() as session:
        make_incident(session, hall, kind=Kind.NEAR_MISS, what="吊牌脱钩")
    said = words(fetch(hall.manager, "/incidents/register/2026.pdf").content)
    assert (
        found.number in said and "吊牌脱钩" in said and "法定事故1起，其他事件0起，险情1起" in said
    )
    answer = fetch(hall.manager, "/incidents/register/2026.xlsx?lang=en")
    rows = list(openpyxl.load_workbook(io.BytesIO(answer.content)).worksheets[0].values)
    assert rows[0][6:10] == ("Deaths", "Missing (people)", "Serious injuries", "Minor injuries")
    assert rows[1][0] == found.number and rows[1][6:11] == (1, 0, 0, 0, 0)


@pytest.mark.parametrize(
    ("later", "people"),
    [
        (None, "死亡3人（含下落不明3人，已满7日）、轻伤1人"),
        (Numbers(minor=4), "死亡3人（含下落不明3人，已满7日）、轻伤1人；补报期限届满后：轻伤4人"),
    ],
    ids=["missing", "found after the days"],
)
def test_every_paper_says_the_figures_that_the_level_goes_by(
    database: Database,
    hall: Cast,
    monkeypatch: pytest.MonkeyPatch,
    later: Numbers | None,
    people: str,
) -> None:
    with transaction() as session:
        fire = make_incident(
            session, hall, kind=Kind.FIRE, numbers=Numbers(missing=3, minor=1, loss_fen=0)
        )
    papers = (f"report/{fire.number}", f"statutory/{fire.number}", "register/2026")

    def printed() -> list[str]:
        return [words(fetch(hall.manager, f"/incidents/{one}.pdf").content) for one in papers]

    assert all("下落不明3人、轻伤1人" in one and "死亡" not in one for one in printed())
    over = NOW + timedelta(days=8)
    monkeypatch.setattr(clock, "now", lambda: over)
    with transaction() as session:
        figures.end_periods(session, over)
        if later:
            figures.count(
                session, hall.officer, fire.id, numbers=later, reason="找到", row_version=None,
                now=over,
            )  # fmt: skip
    assert all(people in one and "较大事故" in one for one in printed())
    report = words(fetch(hall.manager, f"/incidents/{papers[0]}.pdf").content)
    assert f"现按以下数字计算：{people}。" in report and "下落不明3人、轻伤1人" in report
    table = fetch(hall.manager, "/incidents/register/2026.xlsx")
    rows = list(openpyxl.load_workbook(io.BytesIO(table.content)).worksheets[0].values)
    assert rows[1][6:10] == (3, 0, 0, 1)


def test_what_was_reported_is_put_right_in_the_text(found: Incident, hall: Cast) -> None:
    with transaction() as session:
        tell_both(session, hall, found, told_at=NOW, now=NOW)
        figures.count(
            session, hall.officer, found.id, numbers=Numbers(minor=1), reason="误报",
            row_version=None, now=NOW + timedelta(minutes=1),
        )  # fmt: skip
    assert "此前上报的内容应予更正" in said_to(hall, found).caution


def said_to(hall: Cast, incident: Incident, **facts: Any) -> Statement:
    """The text of the report by the officer."""
    with reading() as session:
        detail = get(session, hall.officer, incident.id, now=facts.pop("now", NOW))
        return statement(
            session, detail, site_id=hall.site_id, sender_id=hall.officer.user_id, now=NOW
        )


def test_the_text_has_the_six_contents_in_their_order(found: Incident, hall: Cast) -> None:
    said = said_to(hall, found)
    assert [one.code for one in said.contents] == [
        "unit", "scene", "course", "harm", "measures", "other",
    ]  # fmt: skip
    lines = [line for line in said.text.split("\n") if line[:2] in ("1.", "2.", "3.", "4.", "5.")]
    assert len(lines) == 5 and "刘洋" in said.text
    assert said.missing == ["单位地址", "安全责任人", "现场情况", "已采取的措施"]


def test_nothing_is_missing_once_all_is_known(database: Database, hall: Cast) -> None:
    with transaction() as session:
        site = workplace.site(session, hall.site_id)
        site.address, site.phone = "清河县新华路 88 号", "0531-8800000"
        workplace.appoint(
            session, hall.administrator, site_id=hall.site_id, post=Post.RESPONSIBLE,
            user_id=hall.manager.user_id, first=TODAY, now=NOW,
        )  # fmt: skip
        set_rules(
            session, hall.officer, emergency=Addressee("清河县应急管理局"),
            sector=Addressee("清河县政务服务管理局"), loss_from_yuan=None, now=NOW,
        )  # fmt: skip
        incident = make_incident(session, hall, numbers=ONE_DEAD, measures="已送医并围起现场")
        incident.scene, incident.course = "地面有水渍", "取号后滑倒"
    said = said_to(hall, incident)
    assert said.missing == []
    assert said.addressees == ("清河县应急管理局", "清河县政务服务管理局")
    for part in ("新华路 88 号", "陈静", "地面有水渍", "取号后滑倒", "死亡 1 人", "0531-8800000"):
        assert part in said.text, part


def test_after_the_first_report_it_is_a_follow_up(found: Incident, hall: Cast) -> None:
    with transaction() as session:
        notifying.notify(
            session, hall.officer, found.id, authority=Authority.OTHER, name="街道办", told_at=NOW,
            way=Way.PHONE, now=NOW,
        )  # fmt: skip
    assert said_to(hall, found).title == "事故快报（首报）", "it was told to neither of the two"
    with transaction() as session:
        tell_both(session, hall, found, told_at=NOW, now=NOW)
    said = said_to(hall, found)
    assert said.title == "事故续报" and "首次上报：2026年11月23日 09:04" in said.text


def test_the_inspectors_papers_state_fires_and_nought(database: Database, hall: Cast) -> None:
    def stated() -> str:
        with reading() as session:
            chapter = dossier.incidents(session, hall.site_id, NOW + timedelta(minutes=1))
        return " ".join(one.text for one in chapter.blocks if isinstance(one, Paragraph))

    assert "火灾 0 起" in stated()
    with transaction() as session:
        make_incident(session, hall, kind=Kind.FIRE)
        make_incident(session, hall, Status.VOIDED, kind=Kind.FIRE)
    assert "火灾 1 起" in stated()


def test_the_inspectors_papers_show_what_was_told_late(found: Incident, hall: Cast) -> None:
    with reading() as session, use_language("zh_CN"):
        chapter = dossier.incidents(session, hall.site_id, NOW + timedelta(hours=2))
    assert chapter.shortfalls == ("1 起事故迟报或者未上报。",)
