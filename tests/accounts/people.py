"""People with passwords and codes, and a tablet, for the tests of signing in."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from safety_app.accounts import passwords
from safety_app.accounts.models import User
from safety_app.accounts.service import enrol_device
from tests import cast

PASSWORD = "open-sesame-9"
PIN = "480271"
ADDRESS = "192.0.2.7"
_hashes: dict[str, str] = {}


def give_secrets(session: Session, *logins: str) -> None:
    """The same password and code to some of the cast; hashed once for all tests."""
    for secret in (PASSWORD, PIN):
        if secret not in _hashes:
            _hashes[secret] = passwords.hash_secret(secret)
    for user in session.scalars(select(User).where(User.login.in_(logins))):
        user.password_hash, user.pin_hash = _hashes[PASSWORD], _hashes[PIN]
    session.flush()


def tablet(session: Session, hall: cast.Cast, *windows: int) -> str:
    """The cookie of a newly enrolled tablet of these windows."""
    _device, token = enrol_device(
        session, None, site_id=hall.site_id, name="公用平板 03", window_ids=windows, now=cast.NOW
    )
    return token
