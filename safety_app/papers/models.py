"""Tables of papers."""

from datetime import date, datetime

from sqlalchemy import ForeignKey, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from safety_app.core.db import Base, Record


class Paper(Record):
    """One paper as a scan. `is_history`: from before the hall kept records here."""

    __tablename__ = "papers"

    category: Mapped[str] = mapped_column(String(24), index=True)
    title: Mapped[str] = mapped_column(String(128))
    number: Mapped[str] = mapped_column(String(64), default="")
    dated_on: Mapped[date]
    valid_until: Mapped[date | None]
    note: Mapped[str] = mapped_column(Text, default="")
    is_history: Mapped[bool] = mapped_column(default=False)
    filed_by: Mapped[int] = mapped_column(ForeignKey("users.id"))
    filed_at: Mapped[datetime]
    withdrawn_by: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    withdrawn_at: Mapped[datetime | None]
    withdrawn_because: Mapped[str] = mapped_column(String(200), default="")


class PaperFile(Base):
    """A scan of a paper, in its order."""

    __tablename__ = "paper_files"
    __table_args__ = (UniqueConstraint("paper_id", "position"),)

    paper_id: Mapped[int] = mapped_column(ForeignKey("papers.id"), primary_key=True)
    file_id: Mapped[int] = mapped_column(ForeignKey("files.id"), primary_key=True)
    position: Mapped[int]
