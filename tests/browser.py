"""The tests' browser, with Chinese letters; `python -m tests.browser` installs one if need be."""

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

from tests.live import RESOLVE

if TYPE_CHECKING:
    from playwright.sync_api import Browser

LINUX = sys.platform.startswith("linux")
ARGUMENTS = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
_NAMES = ("chromium", "google-chrome", "google-chrome-stable", "chromium-browser", "chrome")
_MAC = "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome"
_WINDOWS = "Google/Chrome/Application/chrome.exe"


class NoBrowser(Exception):
    """There is no browser and none could be installed."""


def chromium() -> str | None:
    """A Chromium or Chrome that starts: the one in TEST_CHROMIUM, this system's, Playwright's."""
    places = [os.environ.get("TEST_CHROMIUM"), *map(shutil.which, _NAMES), _MAC]
    for folder in ("PROGRAMFILES", "PROGRAMFILES(X86)", "LOCALAPPDATA"):
        places.append(os.path.join(os.environ.get(folder, ""), _WINDOWS))
    for place in places:
        if place and os.path.isfile(place) and _starts(place):
            return place
    return _playwrights_own()


def _starts(place: str) -> bool:
    # Ubuntu's /usr/bin/chromium-browser may be only a note that it comes as a snap.
    if sys.platform == "win32":
        return True  # there Chrome opens a window when asked for its version
    asked = subprocess.run([place, "--version"], capture_output=True, check=False, timeout=60)
    return asked.returncode == 0


def _playwrights_own() -> str | None:
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        place = playwright.chromium.executable_path
    return place if os.path.isfile(place) else None


def install() -> str:
    """Get a browser: from Debian where we may, else from Playwright."""
    if LINUX and os.geteuid() == 0 and "ID=debian" in _release():
        env = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
        subprocess.run(["apt-get", "update", "-q"], env=env, check=False)
        get = ["apt-get", "install", "-y", "-q", "--no-install-recommends", "chromium"]
        subprocess.run(get, env=env, check=False)
    if not chromium():
        get = [sys.executable, "-m", "playwright", "install", "chromium"]
        subprocess.run(get, check=False)
    found = chromium()
    if not found:
        raise NoBrowser(
            "The tests need a browser: install Chromium or Chrome, or name one in TEST_CHROMIUM.\n"
            "测试需要浏览器：请安装 Chromium 或 Chrome，或用 TEST_CHROMIUM 指明其路径。"
        )
    return found


def _release() -> list[str]:
    try:
        return Path("/etc/os-release").read_text("utf-8").split()
    except OSError:
        return []


def environment(folder: Path) -> dict[str, str]:
    """The environment to start the browser in: fontconfig learns of the packaged Chinese font.

    The fontconfig file is written to `folder`; nobody needs to be root.
    """
    env = dict(os.environ)
    spec = find_spec("justmytype_intl_cjk")
    if not LINUX or "FONTCONFIG_FILE" in env or spec is None or spec.origin is None:
        return env
    fonts = Path(spec.origin).parent / "fonts" / "ofl" / "notosanssc"
    file = folder / "fonts.conf"
    file.write_text(
        '<?xml version="1.0"?>\n<!DOCTYPE fontconfig SYSTEM "fonts.dtd">\n<fontconfig>\n'
        '  <include ignore_missing="yes">/etc/fonts/fonts.conf</include>\n'
        f"  <dir>{fonts}</dir>\n"
        '  <cachedir prefix="xdg">fontconfig</cachedir>\n</fontconfig>\n',
        "utf-8",
    )
    return env | {"FONTCONFIG_FILE": str(file)}


@contextmanager
def opened(folder: Path) -> Iterator["Browser"]:
    """The browser, which finds the hall by a name that is not localhost."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        found = playwright.chromium.launch(
            executable_path=chromium(), args=[*ARGUMENTS, RESOLVE], env={**environment(folder)}
        )
        yield found
        found.close()


if __name__ == "__main__":
    try:
        print("Browser of the tests:", chromium() or install())
    except NoBrowser as trouble:
        sys.exit(str(trouble))
