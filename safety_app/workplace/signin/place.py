"""Where a sign-in page stands: the hall, the tablet, its windows and the names for it."""

from datetime import datetime

from sqlalchemy.orm import Session

from safety_app.accounts import service as accounts
from safety_app.accounts.service import Tablet
from safety_app.core.clock import local_day
from safety_app.core.i18n import _
from safety_app.workplace import demo, service
from safety_app.workplace.models import Site
from safety_app.workplace.signin.view import DemoAccount, DemoHint, Place

WINDOWS_NAMED = 2


def find(session: Session, device_token: str | None, now: datetime) -> Place:
    """The place of a browser, by its device cookie."""
    tablet = accounts.tablet_of(session, device_token)
    if tablet is None:
        sites = service.list_sites(session)
        site = sites[0] if sites else None
        return Place(site, demo=_demo(site))
    site = service.site(session, tablet.site_id)
    return Place(
        site,
        tablet,
        _windows(session, tablet),
        service.today_name_list(session, tablet, local_day(now, site.timezone)),
        _demo(site),
    )


def _windows(session: Session, tablet: Tablet) -> str:
    if not tablet.window_ids:
        return _("Common areas")
    every = service.window_names(session, tablet.site_id)
    own = [name for window_id, name in every.items() if window_id in tablet.window_ids]
    if len(own) <= WINDOWS_NAMED:
        return _(", ").join(own)
    return _("{first} and others, {n} windows", first=own[0], n=len(own))


def _demo(site: Site | None) -> DemoHint | None:
    """How to get into the demonstration; nothing at all in a real hall."""
    if site is None or not site.is_demo:
        return None
    return DemoHint(
        demo.PASSWORD,
        demo.PIN,
        tuple(DemoAccount(_(role), name, login) for role, login, name in demo.demo_accounts()),
    )
