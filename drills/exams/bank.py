"""The shipped question bank: read from TOML, checked, and written to the database as versions."""

import hashlib
import json
import tomllib
from collections.abc import Mapping
from datetime import datetime
from functools import lru_cache
from pathlib import Path
from typing import Annotated, Any, Final

from pydantic import BaseModel, ConfigDict, Field, model_validator
from sqlalchemy import select
from sqlalchemy.orm import Session

from drills.exams.models import USUAL_POINTS, Kind, Question
from drills.exams.scoring import LETTERS, MOST_OPTIONS
from safety_app.core.i18n import bilingual

FILE: Final = Path(__file__).parent / "bank.toml"
GENERAL: Final = "general"
"""The topic of a question that somebody brings without one."""
TRUE_FALSE: Final = (("正确", "True"), ("错误", "False"))
Words = Annotated[str, Field(min_length=1, max_length=500)]
Pair = tuple[Words, Words]


class Shipped(BaseModel):
    """A question as it stands in the file."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    code: Annotated[str, Field(pattern=r"^[A-Z]{2}\d{2}$")]
    topic: str
    kind: Kind
    text: Words
    text_en: Words
    options: tuple[Pair, ...] = ()
    right: Annotated[str, Field(pattern=f"^[{LETTERS}]+$")]
    explanation: Words
    explanation_en: Words
    source: Annotated[str, Field(max_length=200)] = ""
    source_en: Annotated[str, Field(max_length=200)] = ""

    @model_validator(mode="after")
    def _can_be_answered(self) -> "Shipped":
        count = len(self.options) or len(TRUE_FALSE)
        if bool(self.options) == (self.kind is Kind.TRUE_FALSE) or count > MOST_OPTIONS:
            raise ValueError(f"{self.code}: options")
        if any(letter not in LETTERS[:count] for letter in self.right):
            raise ValueError(f"{self.code}: a right answer outside the options")
        if (len(self.right) > 1) != (self.kind is Kind.MULTIPLE):
            raise ValueError(f"{self.code}: the number of right answers")
        if bool(self.source) != bool(self.source_en):
            raise ValueError(f"{self.code}: the source needs both languages")
        return self

    def facts(self) -> dict[str, Any]:
        """Its columns."""
        found = self.model_dump(mode="json")
        found["options"] = [list(pair) for pair in self.options or TRUE_FALSE]
        return {**found, "points": USUAL_POINTS[self.kind]}


class _File(BaseModel):
    model_config = ConfigDict(extra="forbid")

    topics: Mapping[str, tuple[str, str]]
    questions: tuple[Shipped, ...]

    @model_validator(mode="after")
    def _fits(self) -> "_File":
        codes = [one.code for one in self.questions]
        if len(set(codes)) != len(codes):
            raise ValueError("a code stands twice")
        if unknown := {one.topic for one in self.questions} - set(self.topics):
            raise ValueError(f"unknown topics: {unknown}")
        return self


@lru_cache(maxsize=1)
def _file() -> _File:
    return _File.model_validate(tomllib.loads(FILE.read_text(encoding="utf-8")))


def shipped() -> tuple[Shipped, ...]:
    """Every question that is shipped."""
    return _file().questions


def topics() -> Mapping[str, tuple[str, str]]:
    """The shipped topics by code, in Chinese and English; a hall may add names of its own."""
    return _file().topics


def topic_name(topic: str) -> str:
    """A topic in the current language; one of the hall's own is its name."""
    names = topics().get(topic)
    return bilingual(*names) if names else topic


def topic_of(said: str) -> str:
    """The code of a topic that somebody wrote by name; an unknown one becomes the hall's own."""
    for code, names in topics().items():
        if said.casefold() in (code, *(name.casefold() for name in names)):
            return code
    return said


CONTENT: Final = (
    "topic", "kind", "text", "text_en", "options", "right", "explanation", "explanation_en",
    "source", "source_en", "points", "photo_key",
)  # fmt: skip


def digest_of(facts: Mapping[str, Any]) -> str:
    """SHA-256 of what a question says and how it is marked."""
    said = {name: facts.get(name, "") for name in CONTENT}
    canon = json.dumps(said, ensure_ascii=False, sort_keys=True)
    return hashlib.sha256(canon.encode()).hexdigest()


def sync(session: Session, now: datetime) -> int:
    """Bring the shipped questions up to date; how many were new or changed."""
    query = select(Question).where(Question.site_id.is_(None), Question.replaced_at.is_(None))
    have = {one.code: one for one in session.scalars(query)}
    changed = 0
    for one in shipped():
        changed += _publish(session, have.pop(one.code, None), one.facts(), now)
    for gone in have.values():  # no longer shipped; what was drawn stays explained
        gone.replaced_at = now
    session.flush()
    return changed


def _publish(session: Session, old: Question | None, facts: dict[str, Any], now: datetime) -> bool:
    """A new version where the file says something else; one that nobody drew is overwritten."""
    digest = digest_of(facts)
    if old and old.digest == digest:
        return False
    if old and old.used_at is None:
        for name, value in facts.items():
            setattr(old, name, value)
        old.digest = digest
        return True
    if old:
        old.replaced_at = now
        session.flush()
    version = old.version + 1 if old else _next_version(session, facts["code"])
    session.add(Question(version=version, digest=digest, created_at=now, **facts))
    return True


def _next_version(session: Session, code: str) -> int:
    """Its number where it was taken out of the file and has come back."""
    known = select(Question.version).where(Question.site_id.is_(None), Question.code == code)
    return (session.scalar(known.order_by(Question.version.desc()).limit(1)) or 0) + 1
