"""A studio for pictures: the running program, a browser before it, and where pictures go."""

import base64
import io
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Final

import pypdfium2
from PIL import Image
from playwright.sync_api import Browser, Page, expect
from sqlalchemy import select

from safety_app.accounts import service as accounts
from safety_app.accounts.models import User
from safety_app.accounts.service.sessions import open_session
from safety_app.core import db
from safety_app.workplace import demo as demo_hall
from safety_app.workplace import service as workplace
from tests.cast import NOW
from tests.e2e.visits import LOCALES, TABLET
from tests.live import ROOT, House

FOLDER: Final = ROOT / "docs" / "screenshots"
LIMIT: Final = 200 * 1024
LANGUAGES: Final = (("zh_CN", "zh"), ("en", "en"))
FETCH: Final = """async (address) => {
  const bytes = new Uint8Array(await (await fetch(address)).arrayBuffer())
  return btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join(""))
}"""


@dataclass(frozen=True)
class Studio:
    """The demonstration with its server, and the browser before it."""

    house: House
    chromium: Browser

    @contextmanager
    def as_(
        self, login: str, language: str, device: dict[str, Any], *, theme: Any = "light"
    ) -> Iterator[Page]:
        """A page of somebody; without a login the shared tablet at its names."""
        tablet = device is TABLET
        context = self.chromium.new_context(
            locale=LOCALES[language], color_scheme=theme, device_scale_factor=1, **device
        )
        context.set_default_timeout(90_000)
        # The browser of tests names its language to pages, but not to their sockets.
        cookies = {accounts.LANG_COOKIE: language, **self._cookies(login, tablet=tablet)}
        for name, value in cookies.items():
            context.add_cookies([{"name": name, "value": value, "url": self.house.url}])
        try:
            yield context.new_page()
        finally:
            context.close()

    def _cookies(self, login: str, *, tablet: bool) -> dict[str, str]:
        found = {}
        with db.transaction() as session:
            site = workplace.list_sites(session)[0]
            device = None
            if tablet:
                windows = workplace.list_windows(session, site.id)[: demo_hall.TABLET_WINDOWS]
                device, token = accounts.enrol_device(
                    session, None, site_id=site.id, name=demo_hall.TABLET,
                    window_ids=[window.id for window in windows], now=NOW,
                )  # fmt: skip
                found[accounts.DEVICE_COOKIE] = token
            if login:
                user = session.scalars(select(User).where(User.login == login)).one()
                device_id = device.id if device else None
                # Last seen later than any picture is taken, so that nobody has been idle.
                seen = NOW + timedelta(hours=1)
                opened = open_session(session, user, device_id=device_id, now=seen)
                found[accounts.SESSION_COOKIE] = opened.token
        return found

    def show(self, page: Page, path: str, wait_for: str) -> None:
        """Open a page and wait until everything on it is drawn."""
        page.goto(self.house.url + path)
        page.locator(wait_for).first.wait_for()
        settle(page)


def settle(page: Page) -> None:
    """Wait until everything on a page is drawn."""
    if page.locator(".stApp").count():
        page.locator(".stApp[data-test-script-state='notRunning']").wait_for()
        expect(page.locator("[data-testid='stSkeleton']")).to_have_count(0, timeout=90_000)
    page.wait_for_load_state("networkidle")


def shoot(page: Page, name: str) -> None:
    """The screen as it is."""
    page.evaluate("document.activeElement?.blur()")
    keep(Image.open(io.BytesIO(page.screenshot())), name)


def keep(picture: Image.Image, name: str) -> None:
    """Write a PNG of at most 200 kB."""
    for colours in (256, 128, 64):
        small = picture.convert("RGB").quantize(colours, dither=Image.Dither.NONE)
        written = io.BytesIO()
        small.save(written, "PNG", optimize=True)
        if written.tell() <= LIMIT:
            break
    (FOLDER / f"{name}.png").write_bytes(written.getvalue())
    print(f"{name}.png {written.tell() // 1024} kB", flush=True)


def pages_of(page: Page, address: str) -> list[Image.Image]:
    """Every page of a paper that this person may print."""
    return printed(page.evaluate(FETCH, address))


def printed(encoded: str) -> list[Image.Image]:
    """The pages of a PDF as pictures."""
    document = pypdfium2.PdfDocument(base64.b64decode(encoded))
    return [document[number].render(scale=1.4).to_pil() for number in range(len(document))]
