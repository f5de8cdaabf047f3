"""Commands of accounts: the way back in when nobody can print a slip any more."""

from collections.abc import Callable
from typing import Annotated

import typer

from safety_app.accounts import passwords, service
from safety_app.core import clock
from safety_app.core.db import transaction
from safety_app.core.errors import NotFound
from safety_app.core.i18n import _

Ready = Callable[[], None]


def register(app: typer.Typer, ready: Ready) -> None:
    """Add the command; `ready` opens and migrates the database first."""

    @app.command()
    def slip(
        login: Annotated[str, typer.Argument(help="User name of the person.")],
    ) -> None:
        """Print a one-time code for somebody who has lost the password, as the only administrator.

        The old password and six-digit code end at once.
        """
        ready()
        name, code = issue(login)
        typer.echo(_("Code of {name} for the page /first, good for one sign-in:", name=name))
        typer.echo(code)


def issue(login: str) -> tuple[str, str]:
    """The name of the person and a fresh code."""
    with transaction() as session:
        user_id = service.find_login(session, passwords.clean_login(login))
        if user_id is None:
            raise NotFound()
        made = service.issue_first_code(session, None, user_id, now=clock.now())
    return made.name, made.code
