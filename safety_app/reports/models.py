"""Tables of reports: what people wrote into them."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from safety_app.core.db import Record


class ReportText(Record):
    """A paragraph of a report as somebody wrote it; the newest counts, the others stay.

    `window_id` is null for the whole hall. `slot` is the paragraph's place in the report.
    """

    __tablename__ = "report_texts"
    __table_args__ = (Index("ix_report_texts_report", "site_id", "window_id", "year", "month"),)

    window_id: Mapped[int | None] = mapped_column(ForeignKey("windows.id"))
    year: Mapped[int]
    month: Mapped[int]
    language: Mapped[str] = mapped_column(String(8))
    slot: Mapped[str] = mapped_column(String(16))
    text: Mapped[str] = mapped_column(Text)
    by: Mapped[int] = mapped_column(ForeignKey("users.id"))
    at: Mapped[datetime]
