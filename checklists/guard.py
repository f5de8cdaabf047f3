"""Versions of checklists never change: the database itself refuses it."""

from typing import Final

from sqlalchemy import text
from sqlalchemy.orm import Session

TABLES: Final = ("templates", "template_parts", "template_items")
_REFUSAL: Final = "a version of a checklist never changes"
_STANDING: Final = {
    "sqlite": "SELECT name FROM sqlite_master WHERE type = 'trigger'",
    "postgresql": "SELECT tgname FROM pg_trigger WHERE NOT tgisinternal AND tgenabled <> 'D'",
}
_FUNCTION: Final = (
    "CREATE OR REPLACE FUNCTION template_refuse() RETURNS trigger LANGUAGE plpgsql AS"
    f" $$ BEGIN RAISE EXCEPTION '{_REFUSAL}'; END $$"
)


def _triggers(dialect: str) -> dict[str, str]:
    """Every trigger that should stand, by name."""
    if dialect == "sqlite":
        return {
            f"{table}_no_{step.lower()}": f"CREATE TRIGGER {table}_no_{step.lower()}"
            f" BEFORE {step} ON {table} BEGIN SELECT RAISE(ABORT, '{_REFUSAL}'); END"
            for table in TABLES
            for step in ("UPDATE", "DELETE")
        }
    return {
        f"{table}_no_change": f"CREATE TRIGGER {table}_no_change BEFORE UPDATE OR DELETE ON {table}"
        " FOR EACH ROW EXECUTE FUNCTION template_refuse()"
        for table in TABLES
    }


def guard(session: Session) -> None:
    """Put up the triggers that are missing; a migration that rebuilds a table loses them."""
    dialect = session.get_bind().dialect.name
    standing = set(session.scalars(text(_STANDING[dialect])))
    missing = {name: sql for name, sql in _triggers(dialect).items() if name not in standing}
    if missing and dialect == "postgresql":
        session.execute(text(_FUNCTION))
    for sql in missing.values():
        session.execute(text(sql))
