"""Commands of the workplace: set up a real hall, enrol a shared tablet."""

from collections.abc import Callable
from typing import Annotated

import typer
from sqlalchemy.orm import Session

from safety_app.accounts import service as accounts
from safety_app.core import clock
from safety_app.core.access import Role
from safety_app.core.db import reading, transaction
from safety_app.core.i18n import _
from safety_app.core.settings import settings
from safety_app.workplace import service
from safety_app.workplace.errors import NoSite, SiteExists
from safety_app.workplace.models import Site

Ready = Callable[[], None]


def set_up(
    session: Session,
    *,
    name: str,
    name_en: str,
    timezone: str,
    login: str,
    person: str,
    password: str,
) -> Site:
    """A real hall with usual opening hours, and its first administrator."""
    if service.list_sites(session):
        raise SiteExists()
    now = clock.now()
    site = service.create_site(session, name=name, name_en=name_en, timezone=timezone, now=now)
    service.set_opening_hours(session, None, site_id=site.id, now=now)
    service.load_calendar(session)
    user = accounts.create_user(
        session, None, site_id=site.id, login=login, name=person, password=password, now=now
    )
    accounts.grant_role(session, None, user.id, Role.ADMINISTRATOR, now=now)
    return site


def register(app: typer.Typer, ready: Ready) -> None:
    """Add the commands; `ready` opens and migrates the database first."""

    @app.command()
    def init(
        name: Annotated[str, typer.Option(prompt="名称 / Name of the hall")],
        login: Annotated[str, typer.Option(prompt="管理员用户名 / Administrator's user name")],
        password: Annotated[
            str,
            typer.Option(
                prompt="密码 / Password",
                confirmation_prompt=True,
                hide_input=True,
                envvar="SAFETY_ADMIN_PASSWORD",
                help="Asked for when not given; better not on the command line.",
            ),
        ],
        name_en: Annotated[str, typer.Option(help="Name of the hall in English.")] = "",
        person: Annotated[str, typer.Option(help="Name of the administrator.")] = "系统管理员",
        timezone: Annotated[str, typer.Option(help="IANA time zone.")] = "Asia/Shanghai",
    ) -> None:
        """Set up a real hall and its first administrator."""
        ready()
        with transaction() as session:
            site = set_up(
                session,
                name=name,
                name_en=name_en,
                timezone=timezone,
                login=login,
                person=person,
                password=password,
            )
        typer.echo(_("{name} is set up. Sign in as “{login}”.", name=site.name, login=login))

    @app.command()
    def enrol(
        name: Annotated[str, typer.Option(help="Name of the tablet, such as 公用平板 03.")],
        windows: Annotated[str, typer.Option(help="Windows it serves: A01,A02.")] = "",
        url: Annotated[str, typer.Option(help="Address that the tablet opens.")] = "",
    ) -> None:
        """Print a one-time link that makes the tablet which opens it a shared one."""
        ready()
        link = enrolment_link(name, windows, url or settings().public_url)
        typer.echo(
            _("Open this link on the tablet within {n} minutes:", n=accounts.ENROLMENT_MINUTES)
        )
        typer.echo(link)


def enrolment_link(name: str, windows: str, url: str) -> str:
    """A one-time link for a tablet that serves the windows named, or else the common areas."""
    with reading() as session:
        sites = service.list_sites(session)
        if not sites:
            raise NoSite()
        site_id = sites[0].id
        codes = [code for code in windows.replace("，", ",").split(",") if code.strip()]
        ids = [service.get_window(session, site_id, code).id for code in codes]
    with transaction() as session:
        code = accounts.open_enrolment(
            session, None, site_id=site_id, name=name, window_ids=ids, now=clock.now()
        )
    return f"{(url or 'http://127.0.0.1:8501').rstrip('/')}/enrol?code={code}"
