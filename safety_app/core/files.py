"""Papers that people hand in: scans, tables, photos of forms; one file in one place."""

from datetime import datetime

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from safety_app.core.db import Record


class File(Record):
    """A file that was handed in; its bytes are in the store under `key` (their SHA-256)."""

    __tablename__ = "files"

    key: Mapped[str] = mapped_column(String(64), index=True)
    name: Mapped[str] = mapped_column(String(200))
    media_type: Mapped[str] = mapped_column(String(100))
    size: Mapped[int]
    pages: Mapped[int | None]
    client_key: Mapped[str] = mapped_column(String(64), default="")
    by: Mapped[int] = mapped_column(ForeignKey("users.id"))
    at: Mapped[datetime]
