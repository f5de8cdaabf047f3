"""Alembic's entry: the connection is handed in by `safety_app.migrate`."""

from typing import Any, Literal

from alembic import context
from alembic.autogenerate.api import AutogenContext

from safety_app.core.db import Base, UtcDateTime
from safety_app.features import features

features()


def render_item(kind: str, item: Any, autogen: AutogenContext) -> str | Literal[False]:
    """Write own column types by their importable name."""
    if kind == "type" and isinstance(item, UtcDateTime):
        autogen.imports.add("from safety_app.core.db import UtcDateTime")
        return "UtcDateTime()"
    return False


def include_name(name: str | None, kind: str, parents: Any) -> bool:
    """Every table of ours, nothing of an extension."""
    return kind != "table" or name in Base.metadata.tables


connection = context.config.attributes["connection"]
context.configure(
    connection=connection,
    target_metadata=Base.metadata,
    render_item=render_item,
    include_name=include_name,
    compare_type=True,
    render_as_batch=connection.dialect.name == "sqlite",
    transaction_per_migration=False,
)
context.run_migrations()
