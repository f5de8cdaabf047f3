"""What stands before every route, from the outside in."""

from starlette.middleware import Middleware

from safety_app.web.guard import Guard
from safety_app.web.headers import SecurityHeaders
from safety_app.web.identity import Finder
from safety_app.web.limits import Limits
from safety_app.web.log import RequestLog


def stack(find: Finder) -> list[Middleware]:
    """Middleware for `st.App`: log, headers, limits, guard."""
    return [
        Middleware(RequestLog),
        Middleware(SecurityHeaders),
        Middleware(Limits),
        Middleware(Guard, find=find),
    ]
