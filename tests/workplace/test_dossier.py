"""What the papers for an inspector say of the unit, and what they say is missing."""

from datetime import date, time

import pytest
from sqlalchemy.orm import Session

from safety_app.core.feature import Chapter
from safety_app.core.i18n import use_language
from safety_app.core.pdf.blocks import Heading, Table
from safety_app.features import features
from safety_app.workplace import dossier, service
from safety_app.workplace.models import Post
from tests.cast import NOW, TODAY, Cast


@pytest.fixture(autouse=True)
def _words() -> None:
    features()


def words(chapter: Chapter) -> str:
    """Everything that is printed."""
    said: list[str] = []
    for block in chapter.blocks:
        if isinstance(block, Heading):
            said.append(block.text)
        if isinstance(block, Table):
            said += [column.label for column in block.columns]
            said += [str(cell) for row in block.rows for cell in row]
    return "\n".join(said)


def test_what_is_not_entered_is_named(session: Session, hall: Cast) -> None:
    chapter = dossier.unit(session, hall.site_id, NOW)
    assert set(chapter.missing) == {
        "单位地址未填写。",
        "消防验收或备案文号未填写。",
        "“消防安全责任人”未确定。",
        "“消防安全管理人”未确定。",
        "未标明消防安全重点部位。",
    }


def test_a_hall_without_windows_says_so(session: Session, hall: Cast) -> None:
    site = service.create_site(session, name="新中心", now=NOW)
    chapter = dossier.unit(session, site.id, NOW)
    assert "未登记窗口。" in chapter.missing
    assert "新中心" in words(chapter)


def _fill(session: Session, hall: Cast) -> None:
    service.update_site(
        session, None, site_id=hall.site_id, name="清河县政务服务中心",
        name_en="Qinghe County Service Centre", address="1 Renmin Rd", phone="0319",
        acceptance_number="36", timezone="Asia/Shanghai", now=NOW,
    )  # fmt: skip
    for post, person in ((Post.RESPONSIBLE, hall.manager), (Post.FIRE_MANAGER, hall.officer)):
        service.appoint(
            session, None, site_id=hall.site_id, post=post, user_id=person.user_id,
            first=date(2025, 1, 1), now=NOW,
        )  # fmt: skip
    lunch = [(time(9), time(12)), (time(13, 30), time(17))]
    service.save_season(
        session, None, site_id=hall.site_id, name="夏令时间", name_en="Summer", starts="06-01",
        ends="09-30", hours=dict.fromkeys(range(5), lunch), now=NOW,
    )  # fmt: skip
    service.save_location(
        session, None, None, site_id=hall.site_id, name="自助区", name_en="Self-service",
        is_key_location=True, hours=service.ROUND_THE_CLOCK, open_on_holidays=True, now=NOW,
    )  # fmt: skip


def test_a_hall_that_is_set_up_prints_itself(session: Session, hall: Cast) -> None:
    _fill(session, hall)
    chapter = dossier.unit(session, hall.site_id, NOW)
    assert chapter.missing == ()
    said = words(chapter)
    for word in (
        "陈静（2025年1月1日起）",
        "夏令时间（6月1日至9月30日）",
        "周一至周五 09:00–12:00、13:30–17:00；周六至周日 休息",
        "周一至周日 00:00–24:00",
        "A03",
        "孙丽",
        "公安部令第61号第二十六条",
    ):
        assert word in said, word
    with use_language("en"):
        said = words(dossier.unit(session, hall.site_id, NOW))
    assert "Chen Jing (since 1 Jan 2025)" in said
    assert not any("\u4e00" <= letter <= "\u9fff" for letter in said), said


def test_who_held_a_post_once_is_not_printed_as_holding_it(session: Session, hall: Cast) -> None:
    _fill(session, hall)
    (holder,) = (
        one for one in service.holders(session, hall.site_id) if one.post == Post.FIRE_MANAGER
    )
    service.end_appointment(
        session, None, holder.id, site_id=hall.site_id, last=date(2026, 11, 22), now=NOW
    )
    chapter = dossier.unit(session, hall.site_id, NOW)
    assert "刘洋" not in words(chapter)
    assert chapter.missing == ("“消防安全管理人”未确定。",)


def test_posts_are_handed_over_when_somebody_leaves(session: Session, hall: Cast) -> None:
    _fill(session, hall)
    held = service.held_posts(session, hall.site_id, hall.manager.user_id, TODAY)
    assert [one.text for one in held] == ["消防安全责任人（2025年1月1日起）"]
    service.hand_over_posts(
        session, hall.administrator, [one.key for one in held], hall.manager.user_id,
        hall.officer.user_id, now=NOW,
    )  # fmt: skip
    assert service.held_posts(session, hall.site_id, hall.manager.user_id, TODAY) == []
    found = service.holders(session, hall.site_id)
    now = {one.post: one.name for one in found if one.holds(TODAY)}
    assert now == {Post.RESPONSIBLE: "刘洋", Post.FIRE_MANAGER: "刘洋"}
    assert len(found) == 3
