"""What an inspector asks for: order, contents, what is missing, scans, and who may have it."""

import io
import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import pytest
from PIL import Image
from pypdf import PdfReader
from sqlalchemy.orm import Session

from safety_app.core import db, files
from safety_app.core.db import Database
from safety_app.core.errors import NotAllowed, NotFound
from safety_app.core.feature import Chapter, Dossier, Feature
from safety_app.core.file_store import FileStore
from safety_app.core.i18n import bilingual, use_language
from safety_app.core.pdf.blocks import Column, Heading, Table
from safety_app.core.settings import settings
from safety_app.reports import dossier, dossier_paper
from safety_app.reports.chapters import chapters
from safety_app.reports.dossier import Collected
from tests.cast import NOW, Cast
from tests.core.pdf_sample import render_sample
from tests.dialects import sqlite_only

pytestmark = sqlite_only
HAN = re.compile(r"[\u4e00-\u9fff]+")


def jpeg(colour: str = "teal") -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (1200, 900), colour).save(out, "JPEG")
    return out.getvalue()


@contextmanager
def holding(monkeypatch: pytest.MonkeyPatch, *shares: Dossier) -> Iterator[None]:
    """Features that hold these shares, and nothing else."""
    with monkeypatch.context() as patch:
        fake = Feature(name="fake", folder=Path(), dossier=shares)
        patch.setattr(dossier, "features", lambda: (fake,))
        yield


def hazards_of(_session: Session, _site_id: int, _now: datetime) -> Chapter:
    table = Table((Column(bilingual("编号", "Number")),), (("HZ-2026-0001",),))
    missing = (bilingual("有 1 项无照片。", "One has no picture."),)
    late = (bilingual("2 项已逾期。", "Two are overdue."),)
    heading = Heading(bilingual("台账", "Register"))
    return Chapter((heading, table), missing=missing, shortfalls=late)


def profile(_session: Session, _site_id: int, now: datetime) -> Chapter:
    return Chapter((Heading(f"{now:%H:%M:%S}"),))


def collect(hall: Cast, language: str = "zh_CN") -> Collected:
    with db.reading() as session, use_language(language):
        return dossier.collect(
            session, hall.manager, hall.site_id, now=NOW.replace(second=41), step=quiet
        )


def quiet(_done: int, _total: int, _at: str) -> None:
    """Nobody listens."""


def pages(found: Collected, folder: Path) -> list[str]:
    dossier_paper.write(found, folder / "d.pdf", step=quiet)
    reader = PdfReader(folder / "d.pdf")
    return [re.sub(r"\s", "", page.extract_text()) for page in reader.pages]


def test_the_chapters_are_the_eleven_an_inspector_asks_for(dialect: str) -> None:
    assert [one.number for one in chapters()] == list(range(1, 12))
    for one in chapters():
        assert one.title_zh and one.belongs_zh and not HAN.search(one.title_en + one.belongs_en)


def test_what_is_kept_stands_in_its_chapter_and_the_rest_is_listed_missing(
    database: Database, hall: Cast, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with holding(monkeypatch, Dossier(5, hazards_of), Dossier(1, profile)):
        found = collect(hall)
    text = pages(found, tmp_path)
    assert "清河县政务服务中心" in text[0] and "数据截至2026年11月23日09:04" in text[0]
    front = "".join(text[:2])
    assert "缺项清单" in front and "有1项无照片。" in front
    assert "本系统未保存，请查阅纸质档案：消防安全制度" in front
    assert "单位基本情况" not in front
    chapter = next(page for page in text[2:] if "五、隐患台账" in page)
    assert "5.1台账" in chapter and "HZ-2026-0001" in chapter
    names = [page.split("、")[0] for page in text if re.match("[一二三四五六七八九十]+、", page)]
    assert names == ["一", "二", "三", "四", "五", "六", "七", "八", "九", "十", "十一"]
    assert len(found.missing) == 9 + 1
    added, not_done = front.split("记录显示未完成的事项")
    assert "需从纸质档案补充" in added and "2项已逾期。" not in added
    assert "2项已逾期。" in not_done and "向检查人员说明" in not_done
    assert "2项已逾期。" in chapter, "the chapter says it too"


def test_the_moment_is_the_minute_and_the_same_for_all(
    database: Database, hall: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    with holding(monkeypatch, Dossier(1, profile)):
        found = collect(hall)
    head = found.chapters[0].shares[0].blocks[0]
    assert isinstance(head, Heading) and head.text == "01:04:00"


def test_each_language_is_itself(
    database: Database, hall: Cast, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with holding(monkeypatch, Dossier(5, hazards_of)):
        english = "".join(pages(collect(hall, "en"), tmp_path))
    assert "Papersforaninspector" in english and "Whatismissinghere" in english
    assert not HAN.findall(english)


def test_scans_stand_behind_their_chapter_and_a_lost_one_is_named(
    database: Database, hall: Cast, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with db.transaction() as session:
        ids = [
            files.receive(session, hall.officer, content, name, now=NOW).id
            for content, name in (
                (render_sample(()), "合同.pdf"), (jpeg(), "照片.jpg"), (jpeg("red"), "丢失.jpg"),
            )
        ]  # fmt: skip
        lost = session.get_one(files.File, ids[2])
    FileStore(settings().file_dir).path(lost.key).unlink()

    def papers(_session: Session, _site_id: int, _now: datetime) -> Chapter:
        return Chapter(scans=(*ids, ids[0], 999_999))

    with holding(monkeypatch, Dossier(7, papers)):
        found = collect(hall)
    assert not found.chapters[6].is_empty
    text = pages(found, tmp_path)
    start = next(at for at, page in enumerate(text) if page.startswith("七、"))
    assert "本部分扫描件" in text[start] and "合同.pdf" in text[start + 1]
    assert "照片.jpg" in text[start + 2]
    assert "扫描件“丢失.jpg”无法读取" in text[start + 3]
    assert text[start + 5].startswith("八、")
    assert "扫描件“丢失.jpg”无法读取" in "".join(text[:2])
    assert "扫描件“文件999999”无法读取" in "".join(text[:2])
    assert all(f"第{at}页，共{len(text)}页" in page for at, page in enumerate(text, 1))


def test_a_mistake_in_one_share_does_not_keep_the_others_from_the_inspector(
    database: Database, hall: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(_session: Session, _site_id: int, _now: datetime) -> Chapter:
        raise KeyError("x")

    with holding(monkeypatch, Dossier(5, broken), Dossier(5, hazards_of), Dossier(6, broken)):
        found = collect(hall)
    assert not found.chapters[4].is_empty
    assert "本部分有内容未能生成。" in found.chapters[4].missing
    assert len(found.chapters[5].missing) == 2


def test_the_code_changes_with_what_is_said_and_with_the_minute(
    database: Database, hall: Cast, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def code(now: datetime, *shares: Dossier) -> str:
        with holding(monkeypatch, *shares), db.reading() as session:
            found = dossier.collect(session, None, hall.site_id, now=now, step=quiet)
        return dossier_paper.write(found, tmp_path / "d.pdf", step=quiet)

    share = Dossier(5, hazards_of)
    first = code(NOW, share)
    bytes_before = (tmp_path / "d.pdf").read_bytes()
    assert code(NOW, share) == first and (tmp_path / "d.pdf").read_bytes() == bytes_before
    assert code(NOW, Dossier(1, profile)) != first
    assert code(datetime(2026, 11, 23, 1, 5, tzinfo=UTC), share) != first


def test_the_real_features_fill_what_they_hold(
    database: Database, hall: Cast, tmp_path: Path
) -> None:
    for language in ("zh_CN", "en"):
        found = collect(hall, language)
        text = pages(found, tmp_path)
        broken = {"zh_CN": "未能生成", "en": "could not be made"}[language]
        assert not [entry for _one, entry in found.missing if broken in entry]
        assert len(text) >= 13


@pytest.mark.parametrize("role", ["staff", "lead", "administrator", "third_party"])
def test_only_those_who_answer_for_the_hall_have_it(
    database: Database, hall: Cast, role: str
) -> None:
    with db.reading() as session, pytest.raises(NotAllowed):
        dossier.collect(session, hall.everyone()[role], hall.site_id, now=NOW, step=quiet)


def test_nobody_has_another_halls(database: Database, hall: Cast) -> None:
    with db.reading() as session, pytest.raises(NotFound):
        dossier.collect(session, hall.foreign_manager, hall.site_id, now=NOW, step=quiet)


def test_progress_is_told_chapter_by_chapter(database: Database, hall: Cast) -> None:
    said: list[tuple[int, int, str]] = []
    with db.reading() as session:
        dossier.collect(
            session, None, hall.site_id, now=NOW,
            step=lambda done, total, at: said.append((done, total, at)),
        )  # fmt: skip
    assert [(done, total) for done, total, _at in said] == [(at, 11) for at in range(11)]
    assert said[2][2] == "最近30天防火巡查记录"
