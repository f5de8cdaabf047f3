"""The history of an item: every step in a sentence, with its papers, cost and sheet."""

from datetime import date
from decimal import Decimal
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from checklists.models import Run, TemplatePart
from equipment.models import Item, Step
from equipment.service import life
from equipment.service.away import send_away
from equipment.service.history import history, last_firm
from equipment.service.moving import move
from equipment.service.replacing import Scrapped, replace
from equipment.service.servicing import change_consumable, record_service, repair
from equipment.service.steps import take
from equipment.telling import cost_text, sentence
from safety_app.core.i18n import use_language
from tests.cast import NOW, TODAY, Cast
from tests.equipment.items import LAST_YEAR, make_file, make_item, make_store


def told(session: Session, hall: Cast, item: Item, language: str = "zh_CN") -> list[str]:
    """The sentences, the newest first."""
    with use_language(language):
        session.info.clear()
        return [sentence(step) for step in history(session, hall.officer, item.id)]


def moved(session: Session, hall: Cast, item: Item, **there: Any) -> None:
    """The item brought to a place; what is not named stays."""
    facts = {
        "window_id": item.window_id,
        "location_id": item.location_id,
        "placing": item.placing,
        "custodian_id": item.custodian_id,
    }
    move(session, hall.officer, item.id, **{**facts, **there}, now=NOW)


def test_places_and_custodians_are_named(session: Session, hall: Cast) -> None:
    item = make_item(session, hall, placing="柜台右侧")
    moved(session, hall, item, window_id=hall.a02, placing="")
    moved(session, hall, item, custodian_id=hall.staff.user_id)
    moved(session, hall, item, placing="门口", custodian_id=hall.second_staff.user_id)
    assert told(session, hall, item) == [
        "从A02 社保窗口移至A02 社保窗口 · 门口，责任人改为周航",
        "责任人由–改为王晓燕",
        "从A01 综合窗口 · 柜台右侧移至A02 社保窗口",
        "登记入册，位于A01 综合窗口 · 柜台右侧",
    ]
    assert told(session, hall, item, "en")[1] == "Custodian changed from – to Wang Xiaoyan"


def test_a_life_in_sentences(session: Session, hall: Cast) -> None:
    store = make_store(session, hall)
    item, spare = make_item(session, hall), make_item(session, hall, location_id=store)
    send_away(
        session, hall.officer, item.id, firm="宏安", on_date=TODAY, stand_in_id=spare.id, now=NOW
    )
    record_service(
        session, hall.lead, item.id, services=["service"], on_date=TODAY, firm="宏安",
        certificate="W-1", now=NOW,
    )  # fmt: skip
    repair(session, hall.lead, item.id, note="换保险销", on_date=TODAY, now=NOW)
    life.lose(session, hall.lead, item.id, reason="不在", on_date=TODAY, now=NOW)
    life.find_again(session, hall.lead, item.id, now=NOW)
    life.condemn(session, hall.lead, item.id, because="变形", now=NOW)
    new = replace(
        session, hall.officer, item.id, by=spare.id, old=Scrapped("变形", certificate="1"),
        on_date=TODAY, now=NOW,
    )  # fmt: skip
    assert new is spare
    assert told(session, hall, item) == [
        "已报废",
        f"由 {spare.code} 更换",
        "判定不能使用，已停用",
        "找回",
        "登记丢失",
        "修复",
        "维修完成：宏安",
        f"送修：宏安，由 {spare.code} 替代",
        "登记入册，位于A01 综合窗口",
    ]
    assert told(session, hall, spare)[:3] == [
        f"放至A01 综合窗口，更换 {item.code}",
        "归还至库房",
        f"调至A01 综合窗口，替代 {item.code}",
    ]


def test_cost_papers_and_people_are_with_it(session: Session, hall: Cast) -> None:
    item = make_item(session, hall)
    record_service(
        session, hall.lead, item.id, services=["service"], on_date=date(2026, 11, 20), firm="宏安",
        certificate="W-1", cost_yuan=Decimal("35.5"), file_ids=[make_file(session, hall.lead)],
        note="换干粉", now=NOW,
    )  # fmt: skip
    step = history(session, hall.staff, item.id)[0]
    assert (step.actor, step.note, step.certificate) == ("李敏", "换干粉", "W-1")
    assert [file.name for file in step.files] == ["合格证.pdf"]
    assert cost_text(step.cost_fen) == "35.50 元" and cost_text(12_000_000) == "120,000 元"
    assert cost_text(None) == ""
    with use_language("en"):
        assert cost_text(0) == "0 yuan"


def test_what_was_measured_is_told_in_the_readers_words(session: Session, hall: Cast) -> None:
    light = make_item(session, hall, "emergency-light", size="")
    record_service(
        session, hall.lead, light.id, services=["discharge"], on_date=TODAY, reading=45, now=NOW
    )
    assert history(session, hall.staff, light.id)[0].reading == "持续工作时间 45 分钟"
    assert history(session, hall.staff, light.id)[-1].reading == ""
    with use_language("en"):
        assert history(session, hall.staff, light.id)[0].reading == "Hold time 45 min"


def test_what_is_entered_late_stands_on_its_day(session: Session, hall: Cast) -> None:
    item = make_item(session, hall, registered=LAST_YEAR)
    record_service(
        session, hall.lead, item.id, services=["service"], on_date=date(2026, 3, 5), firm="宏安",
        certificate="1", now=NOW,
    )  # fmt: skip
    moved(session, hall, item, window_id=hall.a02)
    days = [step.on_date for step in history(session, hall.officer, item.id)]
    assert days == sorted(days, reverse=True) and date(2026, 3, 5) in days


def test_a_new_part_has_its_expiry(session: Session, hall: Cast) -> None:
    aed = make_item(session, hall, "aed", size="")
    for lot, expires in (("P1", date(2027, 1, 31)), ("P2", date(2028, 11, 30))):
        change_consumable(
            session, hall.lead, aed.id, code="pads", lot=lot, expires_on=expires, on_date=TODAY,
            now=NOW,
        )  # fmt: skip
    assert told(session, hall, aed)[:2] == [
        "更换电极片，有效期至2028年11月30日",
        "更换电极片，有效期至2027年1月31日",
    ]


def test_a_failed_inspection_says_what_was_wrong(session: Session, hall: Cast) -> None:
    item = make_item(session, hall)
    part = session.scalars(select(TemplatePart).order_by(TemplatePart.id)).first()
    assert part
    run = Run(
        site_id=hall.site_id, subject=f"equipment:{item.code}", part_id=part.id, answers="",
        opened_at=NOW, opened_by=hall.staff.user_id, signature="", window_id=hall.a01,
    )  # fmt: skip
    session.add(run)
    session.flush()
    take(
        session, hall.staff, item, Step.INSPECT, on_date=TODAY, now=NOW, run_id=run.id,
        passed=False, note="ZZ9",
    )  # fmt: skip
    take(session, hall.staff, item, Step.INSPECT, on_date=TODAY, now=NOW, passed=True)
    passed, failed = history(session, hall.officer, item.id)[:2]
    assert (failed.run_id, failed.note) == (run.id, "ZZ9")
    assert [sentence(passed), sentence(failed)] == ["检查合格", "检查发现问题"]


def test_the_firm_known_best_is_offered(session: Session, hall: Cast) -> None:
    item = make_item(session, hall, registered=LAST_YEAR)
    other = make_item(session, hall)
    assert last_firm(session, hall.lead, item.id) == ""
    facts: dict[str, Any] = {"services": ["service"], "certificate": "1", "now": NOW}
    record_service(session, hall.lead, other.id, on_date=TODAY, firm="外地公司", **facts)
    assert last_firm(session, hall.lead, item.id) == "外地公司"
    record_service(session, hall.lead, item.id, on_date=date(2026, 1, 5), firm="宏安", **facts)
    assert last_firm(session, hall.lead, item.id) == "宏安"
