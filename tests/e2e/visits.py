"""Browsers that visit the hall; whatever goes wrong in them is noted down."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Final
from urllib.parse import urlsplit

from playwright.sync_api import (
    Browser,
    BrowserContext,
    ConsoleMessage,
    Page,
    Request,
    Response,
    expect,
)

from safety_app.accounts.service import DEVICE_COOKIE, LANG_COOKIE, SESSION_COOKIE
from safety_app.core.access import Actor
from safety_app.core.i18n import _, use_language
from tests.e2e.hall import PASSWORD, PIN, Hall

LOCALES: Final = {"zh_CN": "zh-CN", "en": "en-GB"}
TABLET: Final[dict[str, Any]] = {"viewport": {"width": 1024, "height": 768}, "has_touch": True}
DESKTOP: Final[dict[str, Any]] = {"viewport": {"width": 1440, "height": 900}}
PHONE: Final[dict[str, Any]] = {
    "viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True,
}  # fmt: skip
# What a browser says of a server that is away; only expected while it is.
AWAY: Final = ("ERR_CONNECTION", "ERR_EMPTY_RESPONSE", "ERR_SOCKET_NOT_CONNECTED")
# Opened at a page's own address, Streamlit first looks for itself beneath it.
PROBE: Final = re.compile(r"/[\w-]+/_stcore/(health|host-config)$")


class Visit:
    """One person's browser: pages in one language, with a list of what went wrong."""

    def __init__(self, context: BrowserContext, hall: Hall, language: str) -> None:
        self.context = context
        self.hall = hall
        self.language = language
        self.trouble: list[str] = []
        self.may_be_away = False
        context.on("weberror", lambda found: self.trouble.append(str(found.error)))
        context.on("console", self._said)
        context.on("requestfailed", self._failed)
        context.on("response", self._answered)
        self.page: Page = context.new_page()

    def say(self, text: str, **places: object) -> str:
        """A message as this person reads it."""
        with use_language(self.language):
            return _(text, **places)

    def open(self, path: str, wait_for: str = "h1") -> Page:
        """Open an address of the hall and wait until the page is drawn."""
        self.page.goto(self.hall.house.url + path)
        self.page.locator(wait_for).first.wait_for()
        return self.page

    def settle(self) -> None:
        """Wait until Streamlit, if it is its page, has drawn everything."""
        if self.page.locator(".stApp").count():
            self.page.locator(".stApp[data-test-script-state='notRunning']").wait_for()
            expect(self.page.locator("[data-testid='stSkeleton']")).to_have_count(0, timeout=30_000)

    def press(self, text: str, **places: object) -> None:
        """Press the button with these words."""
        self.page.get_by_role("button", name=self.say(text, **places)).first.click()

    def be(self, actor: Actor, *, shared: bool = False) -> None:
        """Come in as somebody without walking through the sign-in page."""
        token = self.hall.session_token(actor, shared=shared)
        self.cookie(SESSION_COOKIE, token)
        if shared:
            self.cookie(DEVICE_COOKIE, self.hall.tablet_token)

    def cookie(self, name: str, value: str) -> None:
        """Put a cookie of the hall into the browser."""
        self.context.add_cookies([{"name": name, "value": value, "url": self.hall.house.url}])

    def sign_in_by_password(self, login: str) -> None:
        """Type user name and password."""
        self.open("/sign-in?mode=password", "#login")
        self.page.fill("#login", login)
        self.page.fill("#password", PASSWORD)
        self.page.click("#account [type=submit]")
        self.page.locator(".topbar").wait_for()

    def sign_in_by_pin(self, name: str) -> int:
        """On a shared tablet: tap the name and six digits; how many taps that took."""
        self.open("/", "#tablet")
        self.page.tap(f".person:has-text('{name}')")
        for digit in PIN:
            self.page.tap(f"#keys [data-digit='{digit}']")
        self.page.locator(".topbar").wait_for()
        return 1 + len(PIN)

    def _said(self, message: ConsoleMessage) -> None:
        where = message.location.get("url", "")
        if message.type == "error" and not (self._is_away(message.text) or PROBE.search(where)):
            self.trouble.append(f"{message.text} {where}")

    def _failed(self, request: Request) -> None:
        why = request.failure or ""
        # The browser itself gives up what a page asked for when the page is left.
        if "ERR_ABORTED" not in why and not self._is_away(why):
            self.trouble.append(f"{why} {request.method} {request.url}")

    def _answered(self, response: Response) -> None:
        if response.status >= 400 and not PROBE.search(response.url):
            self.trouble.append(f"{response.status} {urlsplit(response.url).path}")

    def _is_away(self, text: str) -> bool:
        return self.may_be_away and any(word in text for word in AWAY)


@contextmanager
def visit(
    chromium: Browser, hall: Hall, language: str, *, tablet: bool = False, **options: Any
) -> Iterator[Visit]:
    """A fresh browser; on the shared tablet with its cookie."""
    device = TABLET if tablet else DESKTOP
    context = chromium.new_context(locale=LOCALES[language], **{**device, **options})
    context.set_default_timeout(30_000)
    opened = Visit(context, hall, language)
    # The browser of tests names its language to pages, but not to their sockets.
    opened.cookie(LANG_COOKIE, language)
    if tablet:
        opened.cookie(DEVICE_COOKIE, hall.tablet_token)
    try:
        yield opened
    except BaseException:
        opened.page.screenshot(path=hall.house.folder / "failed.png")
        print(f"{hall.house.folder / 'failed.png'} {opened.page.url} {opened.trouble}")
        raise
    finally:
        context.close()
