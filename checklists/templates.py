"""Built-in checklists: read from TOML, checked, and written to the database as versions."""

import hashlib
import json
import re
import tomllib
from collections.abc import Sequence
from datetime import date, datetime
from functools import lru_cache
from pathlib import Path
from typing import Annotated, Any, Final, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator
from sqlalchemy import select
from sqlalchemy.orm import Session

from checklists.models import (
    FULL_MARK,
    Asked,
    Auto,
    Kind,
    Target,
    Template,
    TemplateItem,
    TemplatePart,
)
from hazards.service import Category, Level
from safety_app.core.access import Role
from safety_app.core.i18n import bilingual

FOLDER: Final = Path(__file__).parent / "templates"
SOURCES: Final = Path(__file__).parent / "sources.toml"
NUMERALS: Final = "零一二三四五六七八九"
ADDED: Final = ("kind", "doer", "countersigner")
ADDED_TO_ITEMS: Final = (
    "group", "group_en", "unit", "low", "high", "answer", "fails_at", "mark",
)  # fmt: skip
LEADING: Final = re.compile(r"\d{1,2}(?!\d)")

Code = Annotated[str, Field(pattern=r"^[A-Za-z0-9-]{1,16}$")]
Short = Annotated[str, Field(min_length=1, max_length=32)]
Line = Annotated[str, Field(min_length=1, max_length=200)]


class TemplateInvalid(Exception):
    """A checklist file breaks the rules of its form; names the file and each problem."""

    def __init__(self, name: str, problems: list[str]) -> None:
        self.problems = problems
        super().__init__(f"{name}: " + "; ".join(problems))


class Part(BaseModel):
    """Common settings of what is read from a file."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class ItemFile(Part):
    """A point to look at."""

    code: Code
    text: Line
    text_en: Line
    problem: Line
    problem_en: Line
    hint: Annotated[str, Field(max_length=200)] = ""
    hint_en: Annotated[str, Field(max_length=200)] = ""
    auto: Auto
    level: Level
    days: Annotated[int, Field(ge=0, le=365)]
    category: Category
    source: Annotated[str, Field(min_length=1, max_length=100)]
    group: Annotated[str, Field(max_length=32)] = ""
    group_en: Annotated[str, Field(max_length=32)] = ""
    unit: Annotated[str, Field(max_length=16)] = ""
    low: float | None = None
    high: float | None = None
    answer: Asked = Asked.CHOICE
    fails_at: Annotated[int | None, Field(ge=0, lt=FULL_MARK)] = None
    mark: Literal["", "T", "V", "K+", "K", "K?", "D"] = ""

    @model_validator(mode="after")
    def _complete(self) -> "ItemFile":
        for name in ("hint", "group"):
            if bool(getattr(self, name)) != bool(getattr(self, f"{name}_en")):
                raise ValueError(f"{self.code}: the {name} needs both languages")
        if (self.low is not None or self.high is not None) and not self.unit:
            raise ValueError(f"{self.code}: limits need a unit")
        if self.low is not None and self.high is not None and self.low > self.high:
            raise ValueError(f"{self.code}: the lower limit is above the upper one")
        if self.answer is Asked.SCORE:
            self._check_score()
        elif self.fails_at is not None:
            raise ValueError(f"{self.code}: only a score fails at a number of points")
        if self.source.split(" ")[0] not in sources():
            raise ValueError(f"{self.code}: unknown source {self.source!r}")
        return self

    def _check_score(self) -> None:
        if self.unit or self.group:
            raise ValueError(f"{self.code}: a score has neither unit nor group")
        if self.auto not in (Auto.HAZARD, Auto.SERVICE):
            raise ValueError(f"{self.code}: a low score becomes a hazard or a service point")


class PartFile(Part):
    """A part of a checklist, which becomes a task of its own."""

    code: Code
    name: Short
    name_en: Short
    items: Annotated[tuple[ItemFile, ...], Field(min_length=1, max_length=200)]


class ChecklistFile(Part):
    """One checklist as written in its file."""

    code: Annotated[str, Field(pattern=r"^[a-z0-9-]{1,32}$")]
    title: Annotated[str, Field(min_length=1, max_length=100)]
    title_en: Annotated[str, Field(min_length=1, max_length=100)]
    target: Target
    kind: Kind = Kind.PATROL
    doer: Role = Role.STAFF
    countersigner: Role = Role.LEAD
    rule: Line
    rule_en: Line
    parts: Annotated[tuple[PartFile, ...], Field(min_length=1)]

    @model_validator(mode="after")
    def _unique(self) -> "ChecklistFile":
        parts = [part.code for part in self.parts]
        items = [item.code for part in self.parts for item in part.items]
        for codes in (parts, items):
            twice = sorted({code for code in codes if codes.count(code) > 1})
            if twice:
                raise ValueError(f"used twice: {', '.join(twice)}")
        return self

    @model_validator(mode="after")
    def _scored(self) -> "ChecklistFile":
        is_scored = any(item.answer is Asked.SCORE for part in self.parts for item in part.items)
        if is_scored and self.kind is not Kind.INSPECTION:
            raise ValueError("only the inspection of a thing is scored")
        return self

    @property
    def digest(self) -> str:
        """SHA-256 of all that the checklist says; another one makes another version.

        What `ADDED` and `ADDED_TO_ITEMS` name only counts where it is not the usual, so that a
        checklist whose file says nothing of it keeps its digest and its version.
        """
        facts = self.model_dump(mode="json")
        _leave_out(facts, ADDED, type(self))
        for part in facts["parts"]:
            for item in part["items"]:
                _leave_out(item, ADDED_TO_ITEMS, ItemFile)
        canon = json.dumps(facts, ensure_ascii=False, sort_keys=True)
        return hashlib.sha256(canon.encode()).hexdigest()


def _leave_out(facts: dict[str, Any], names: Sequence[str], model: type[BaseModel]) -> None:
    """Drop what is as usual."""
    for name in names:
        if facts[name] == model.model_fields[name].default:
            del facts[name]


class SourceFile(Part):
    """A rule that items cite, and how its articles are named."""

    name: str
    name_en: str
    full_name: str
    full_name_en: str
    effective_on: date | None = None
    article: str
    article_en: str
    article_item: str = ""
    article_item_en: str = ""


@lru_cache(maxsize=1)
def sources() -> dict[str, SourceFile]:
    """The rules that may be cited, by their short code."""
    found = tomllib.loads(SOURCES.read_text(encoding="utf-8"))
    return {code: SourceFile.model_validate(facts) for code, facts in found.items()}


def source_text(source: str) -> str:
    """`O61 25 2` as people cite it, in the current language."""
    code, *places = source.split(" ")
    rule = sources().get(code)
    if rule is None:
        return source
    if len(places) > 1 and rule.article_item:
        form = bilingual(rule.article_item, rule.article_item_en)
    else:
        form = bilingual(rule.article, rule.article_en)
    article, item = (*places, "", "")[:2]
    return form.format(
        name=bilingual(rule.name, rule.name_en),
        article=article,
        item=item,
        article_zh=_chinese(article),
        item_zh=_chinese(item),
    )


def _chinese(reference: str) -> str:
    """`25` as `二十五`, `4.2(2)` as `四.2(2)`; numbers below a hundred, as articles are."""
    match = LEADING.match(reference)
    if not match:
        return reference
    tens, ones = divmod(int(match[0]), 10)
    ten = ("" if tens < 2 else NUMERALS[tens]) + ("十" if tens else "")
    return ten + (NUMERALS[ones] if ones or not tens else "") + reference[match.end() :]


def parse(text: str, name: str) -> ChecklistFile:
    """One checklist from TOML; raises `TemplateInvalid` naming each problem."""
    try:
        return ChecklistFile.model_validate(tomllib.loads(text))
    except tomllib.TOMLDecodeError as error:
        raise TemplateInvalid(name, [str(error)]) from error
    except ValidationError as error:
        problems = [
            f"{'.'.join(str(step) for step in found['loc']) or 'file'}: {found['msg']}"
            for found in error.errors()
        ]
        raise TemplateInvalid(name, problems) from error


@lru_cache(maxsize=1)
def built_in() -> tuple[ChecklistFile, ...]:
    """Every checklist that is shipped."""
    return tuple(
        parse(path.read_text(encoding="utf-8"), path.name) for path in sorted(FOLDER.glob("*.toml"))
    )


def newest(session: Session, code: str, site_id: int | None = None) -> Template | None:
    """The version in force of a checklist: the site's own before the built-in one."""
    query = (
        select(Template)
        .where(Template.code == code)
        .where((Template.site_id == site_id) | Template.site_id.is_(None))
        .order_by(Template.site_id.is_(None), Template.version.desc())
        .limit(1)
    )
    return session.scalar(query)


def sync(session: Session, now: datetime) -> int:
    """Write each shipped checklist that differs from its newest version; returns how many."""
    return sum(publish(session, checklist, now=now) for checklist in built_in())


def publish(session: Session, checklist: ChecklistFile, *, now: datetime) -> bool:
    """A new built-in version if anything changed; versions in use are never touched."""
    before = newest(session, checklist.code)
    if before and before.digest == checklist.digest:
        return False
    facts: dict[str, Any] = checklist.model_dump(exclude={"parts"})
    template = Template(
        site_id=None,
        version=before.version + 1 if before else 1,
        digest=checklist.digest,
        created_at=now,
        **facts,
    )
    session.add(template)
    session.flush()
    for place, part in enumerate(checklist.parts):
        _publish_part(session, template.id, place, part)
    return True


def _publish_part(session: Session, template_id: int, place: int, part: PartFile) -> None:
    row = TemplatePart(
        template_id=template_id,
        position=place,
        code=part.code,
        name=part.name,
        name_en=part.name_en,
    )
    session.add(row)
    session.flush()
    session.add_all(
        TemplateItem(part_id=row.id, position=position, **item.model_dump())
        for position, item in enumerate(part.items)
    )
    session.flush()
