"""Write the newest revision anew from the models, against PostgreSQL; only before a release.

`python -m tests.make_migration`: what is already released stays, `REVISION` is rewritten.
"""

import re
import subprocess
import sys
from pathlib import Path
from typing import Final

from alembic import command

from safety_app import migrate
from safety_app.core.db import Database
from tests import postgres

REVISION: Final = "0005"
MESSAGE: Final = "Remember what was chosen"
AFTER: Final = """

def downgrade() -> None:
    \"\"\"Nothing goes back: what was recorded since would be lost. Restore the backup.\"\"\"
    raise NotImplementedError
"""
"""What stands after the upgrade."""
_REFERENCE: Final = re.compile(
    r"    op\.create_foreign_key\(op\.f\('(?P<name>\w+)'\), '(?P<table>\w+)', '(?P<other>\w+)',"
    r" \['(?P<column>\w+)'\], \['id'\]\)\n"
)
_UNIQUE: Final = re.compile(
    r"    op\.drop_constraint\((?P<name>.+), '(?P<table>\w+)', type_='unique'\)\n"
)


def main() -> None:
    """Delete the newest revision and write it anew."""
    versions = migrate.FOLDER / "versions"
    for old in versions.glob(f"{REVISION}_*.py"):
        old.unlink()
    migrate.revisions.cache_clear()
    url = postgres.create()
    try:
        database = Database(url)
        migrate.upgrade(database)
        config = migrate.configuration()
        with database.engine.connect() as connection, connection.begin():
            config.attributes["connection"] = connection
            command.revision(config, MESSAGE, autogenerate=True, rev_id=REVISION)
        database.engine.dispose()
    finally:
        postgres.drop(url)
    (written,) = versions.glob(f"{REVISION}_*.py")
    _add_data(written)
    for words in (["format", "--quiet"], ["check", "--fix", "--quiet"]):
        subprocess.run([sys.executable, "-m", "ruff", *words, str(written)], check=True)


def _add_data(written: Path) -> None:
    """SQLite takes a reference only together with its column, without building the table anew.

    A table that gives up a rule is built anew.
    """
    text = written.read_text(encoding="utf-8").partition("\n\ndef downgrade()")[0]
    for found in _REFERENCE.finditer(text):
        column = f"op.add_column('{found['table']}', sa.Column('{found['column']}', sa.Integer(), "
        plain = column + "nullable=True))"
        assert plain in text, plain
        key = f"sa.ForeignKey('{found['other']}.id', name=op.f('{found['name']}'))"
        text = text.replace(
            plain,
            column.replace("sa.Integer(), ", f"sa.Integer(), {key}, ")
            + "nullable=True), inline_references=True)",
        )
    text = _REFERENCE.sub("", text)
    text = _UNIQUE.sub(
        r"    with op.batch_alter_table('\g<table>') as table:\n"
        r"        table.drop_constraint(\g<name>, type_='unique')\n",
        text,
    )
    written.write_text(text.rstrip() + AFTER, encoding="utf-8")


if __name__ == "__main__":
    main()
