"""Rewrite the initial revision from the models, against PostgreSQL; only before a release."""

import subprocess
import sys

from alembic import command

from safety_app import migrate
from safety_app.core.db import Database
from tests import postgres


def main() -> None:
    """Delete the initial revision and write it anew."""
    for old in (migrate.FOLDER / "versions").glob("*.py"):
        old.unlink()
    url = postgres.create()
    try:
        database = Database(url)
        config = migrate.configuration()
        with database.engine.connect() as connection, connection.begin():
            config.attributes["connection"] = connection
            command.revision(config, "Create every table", autogenerate=True, rev_id="0001")
        database.engine.dispose()
    finally:
        postgres.drop(url)
    written = str(migrate.FOLDER / "versions")
    for words in (["format", "--quiet"], ["check", "--fix", "--quiet"]):
        subprocess.run([sys.executable, "-m", "ruff", *words, written], check=True)


if __name__ == "__main__":
    main()
