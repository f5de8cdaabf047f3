"""Drafts: stored section by section, cleaned, and safe against two at once."""

import pytest
from sqlalchemy.orm import Session

from drills.plans.content import (
    Annex,
    Annexes,
    Basics,
    Card,
    Contact,
    Group,
    Map,
    Maps,
    Organisation,
    Part,
    Reporting,
    RulesText,
    Words,
)
from drills.plans.errors import (
    MapNotPicture,
    PersonUnknown,
    PhoneImpossible,
    SectionChanged,
    StartingPointUnknown,
    TooMany,
)
from drills.plans.models import RULES, Kind, Section
from drills.plans.service import create, save_section
from drills.plans.service.drafting import draft_of
from drills.plans.starting import starting_points
from safety_app.core.errors import NotFound, TextMissing, TextTooLong
from safety_app.core.file_errors import FileGone
from safety_app.core.i18n import use_language
from tests.cast import NOW, Cast
from tests.drills.plans.documents import make_draft, make_picture, save
from tests.equipment.items import make_file


@pytest.mark.parametrize(
    "scenario", [one.code for one in starting_points().values() if not one.is_rules]
)
def test_every_group_that_reports_is_one_of_the_plan(scenario: str) -> None:
    content = starting_points()[scenario].content
    for language, end, colon in (("zh", "组", "："), ("en", " group", ":")):
        known = {getattr(group.name, language) for group in content.organisation.groups}
        lines = getattr(content.reporting.chain, language).splitlines()
        said = {line.partition(colon)[0] for line in lines}
        assert {one for one in said if one.endswith(end)} <= known


@pytest.mark.parametrize("scenario", list(starting_points()))
def test_every_starting_point_becomes_a_draft_in_both_languages(
    session: Session, hall: Cast, scenario: str
) -> None:
    point = starting_points()[scenario]
    document = create(session, hall.officer, scenario=scenario, now=NOW)
    content, _sections = draft_of(session, document.id)
    assert document.kind == point.kind and document.title == point.title.zh
    assert content.basis and all(one.mark and one.source.zh for one in content.basis)
    assert _unpaired(content) == []


def _unpaired(value: object) -> list[object]:
    """Texts that lack one of the languages, or have another number of lines in it."""
    if isinstance(value, Words):
        zh, en = value.zh.splitlines(), value.en.splitlines()
        return [value] if len(zh) != len(en) else []
    if isinstance(value, Part):
        return [one for name in type(value).model_fields for one in _unpaired(getattr(value, name))]
    return [one for inner in value for one in _unpaired(inner)] if isinstance(value, tuple) else []


def test_an_own_plan_begins_empty_under_its_title(session: Session, hall: Cast) -> None:
    words = Words(zh=" 燃气泄漏 ", en="Gas leak")
    document = create(
        session, hall.officer, scenario="own", kind=Kind.SPECIAL, title=words, now=NOW
    )
    assert (document.title, document.kind) == ("燃气泄漏", Kind.SPECIAL)
    with pytest.raises(TextMissing):
        create(session, hall.officer, scenario="own", now=NOW)
    with pytest.raises(StartingPointUnknown):
        create(session, hall.officer, scenario="../fire", now=NOW)


def test_two_editors_of_one_section_the_second_is_told_who_was_faster(
    session: Session, hall: Cast
) -> None:
    document = make_draft(session, hall)
    seen = draft_of(session, document.id)[1][Section.CARD].row_version
    card = Card(lines=Words(zh="喊"))
    save_section(session, hall.officer, document.id, card, row_version=seen, now=NOW)
    with pytest.raises(SectionChanged, match="刘洋"):
        save_section(session, hall.manager, document.id, card, row_version=seen, now=NOW)
    reporting = draft_of(session, document.id)[1][Section.REPORTING]
    other = Reporting(chain=Words(zh="发现人：报告"))
    save_section(
        session, hall.manager, document.id, other, row_version=reporting.row_version, now=NOW
    )


def test_texts_are_cleaned_and_too_long_ones_refused(session: Session, hall: Cast) -> None:
    document = make_draft(session, hall)
    save(session, hall, document, Card(lines=Words(zh=" 喊：\u202e着火了\r\n报：119\x00 ")))
    assert draft_of(session, document.id)[0].card.lines.zh == "喊：着火了\n报：119"
    with pytest.raises(TextTooLong):
        save(session, hall, document, Card(lines=Words(zh="喊" * 601)))
    with pytest.raises(TextMissing):
        save(session, hall, document, Basics(title=Words()))


@pytest.mark.parametrize("phone", ["119", "0319-8800000", "+86 (10) 8800", "110 119"])
def test_a_number_is_digits(session: Session, hall: Cast, phone: str) -> None:
    contact = Contact(name=Words(zh="物业"), phone=phone)
    document = make_draft(session, hall)
    save(session, hall, document, Reporting(contacts=(contact,)))
    assert draft_of(session, document.id)[0].reporting.contacts == (contact,)


@pytest.mark.parametrize("phone", ["找老王", "1", "119#", "javascript:1"])
def test_what_is_no_number_is_refused(session: Session, hall: Cast, phone: str) -> None:
    contact = Contact(name=Words(zh="物业"), phone=phone)
    with pytest.raises(PhoneImpossible):
        save(session, hall, make_draft(session, hall), Reporting(contacts=(contact,)))


def test_only_people_of_this_hall_stand_in_a_group_each_in_one_place(
    session: Session, hall: Cast
) -> None:
    document = make_draft(session, hall)
    lead, staff = hall.lead.user_id, hall.staff.user_id
    group = Group(
        name=Words(zh="甲组"), lead_id=lead, deputy_id=lead, member_ids=(lead, staff, staff)
    )
    save(session, hall, document, Organisation(groups=(group, Group())))
    (stored,) = draft_of(session, document.id)[0].organisation.groups
    assert (stored.lead_id, stored.deputy_id, stored.member_ids) == (lead, None, (staff,))
    foreign = Group(name=Words(zh="乙组"), lead_id=hall.foreign_manager.user_id)
    with pytest.raises(PersonUnknown):
        save(session, hall, document, Organisation(groups=(foreign,)))
    many = tuple(Group(name=Words(zh=f"第{n}组")) for n in range(31))
    with pytest.raises(TooMany):
        save(session, hall, document, Organisation(groups=many))


def test_a_map_is_a_picture_of_whoever_handed_it_in(session: Session, hall: Cast) -> None:
    document = make_draft(session, hall)
    paper = make_file(session, hall.officer)
    picture = make_picture(session, hall.officer)
    with pytest.raises(MapNotPicture):
        save(session, hall, document, Maps(maps=(Map(file_id=paper),)))
    save(session, hall, document, Maps(maps=(Map(file_id=picture, caption=Words(zh="一楼")),)))
    save(session, hall, document, Annexes(files=(Annex(file_id=paper, title="平面图"),)))
    assert draft_of(session, document.id)[0].file_ids == (picture, paper)
    with pytest.raises(FileGone):
        save(session, hall, document, Maps(maps=(Map(file_id=make_file(session, hall.lead)),)))


def test_a_section_belongs_to_its_kind_of_document(session: Session, hall: Cast) -> None:
    document = make_draft(session, hall)
    with pytest.raises(NotFound):
        save(session, hall, document, RulesText(title=Words(zh="x")))
    rules = make_draft(session, hall, "staff_rules")
    assert rules.kind in RULES
    with pytest.raises(NotFound):
        save(session, hall, rules, Card(lines=Words(zh="喊")))


def test_one_language_stands_in_for_the_other() -> None:
    words = Words(zh="喊：大声示警\n\n报：119", en="")
    with use_language("en"):
        assert [line.head for line in words.lines] == ["喊", "报"]
    assert Words(en="Shout: fire").lines == (("Shout", "fire"),)
    assert Words(zh="没有冒号").lines == (("", "没有冒号"),)
    assert not Words(zh=" ")
