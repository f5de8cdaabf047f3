"""Published versions never change: the database itself refuses it."""

from typing import Final

from sqlalchemy import text
from sqlalchemy.orm import Session

_REFUSAL: Final = "a published version never changes"
_STANDING: Final = {
    "sqlite": "SELECT name FROM sqlite_master WHERE type = 'trigger'",
    "postgresql": "SELECT tgname FROM pg_trigger WHERE NOT tgisinternal AND tgenabled <> 'D'",
}
_FUNCTION: Final = (
    "CREATE OR REPLACE FUNCTION plan_version_refuse() RETURNS trigger LANGUAGE plpgsql AS"
    f" $$ BEGIN RAISE EXCEPTION '{_REFUSAL}'; END $$"
)
_SQLITE: Final = {
    **{
        f"plan_versions_no_{step.lower()}": f"CREATE TRIGGER plan_versions_no_{step.lower()}"
        f" BEFORE {step} ON plan_versions BEGIN SELECT RAISE(ABORT, '{_REFUSAL}'); END"
        for step in ("UPDATE", "DELETE")
    },
    # INSERT OR REPLACE deletes without telling the trigger of DELETE.
    "plan_versions_no_replace": "CREATE TRIGGER plan_versions_no_replace BEFORE INSERT"
    " ON plan_versions WHEN EXISTS (SELECT 1 FROM plan_versions WHERE id = NEW.id)"
    " BEGIN SELECT RAISE(ABORT, 'a published version never changes'); END",
}
_POSTGRESQL: Final = {
    "plan_versions_no_change": "CREATE TRIGGER plan_versions_no_change BEFORE UPDATE OR DELETE"
    " ON plan_versions FOR EACH ROW EXECUTE FUNCTION plan_version_refuse()",
    "plan_versions_no_truncate": "CREATE TRIGGER plan_versions_no_truncate BEFORE TRUNCATE"
    " ON plan_versions FOR EACH STATEMENT EXECUTE FUNCTION plan_version_refuse()",
}


def guard(session: Session) -> None:
    """Put up the triggers that are missing; a migration that rebuilds the table loses them."""
    dialect = session.get_bind().dialect.name
    wanted = _SQLITE if dialect == "sqlite" else _POSTGRESQL
    standing = set(session.scalars(text(_STANDING[dialect])))
    missing = {name: sql for name, sql in wanted.items() if name not in standing}
    if missing and dialect == "postgresql":
        session.execute(text(_FUNCTION))
    for sql in missing.values():
        session.execute(text(sql))
