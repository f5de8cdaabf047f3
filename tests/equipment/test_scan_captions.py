"""Scans behind the papers for an inspector say whose they are and what they prove."""

from datetime import timedelta

from sqlalchemy.orm import Session

from equipment import dossier
from tests.cast import NOW, TODAY, Cast
from tests.equipment.items import make_file, make_item
from tests.equipment.lives import serve


def test_a_scan_names_the_item_and_what_it_proves(session: Session, hall: Cast) -> None:
    single, double = make_item(session, hall), make_item(session, hall)
    one = make_file(session, hall.officer, "ph.jpg")
    both = make_file(session, hall.officer, "ph2.pdf")
    serve(session, hall.officer, single, TODAY, file_ids=[one, both], now=NOW)
    serve(session, hall.officer, double, TODAY, file_ids=[both], now=NOW)
    chapter = dossier.equipment(session, hall.site_id, NOW + timedelta(hours=1))
    assert set(chapter.captions) == set(chapter.scans) == {one, both}
    assert chapter.captions[one] == f"{single.code} 维修 {TODAY}"
    assert chapter.captions[both] == f"{double.code} 维修 {TODAY}（另有 1 项）"
