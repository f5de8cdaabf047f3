"""Every screen, opened by whoever uses it, is looked over for faults by WCAG 2.2 AA (axe-core)."""

from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from typing import Any, Final, Literal

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page
from playwright.sync_api import Error as PlaywrightError

from tests.e2e.hall import Hall
from tests.e2e.screens import SCREENS, Screen, Stage
from tests.e2e.visits import PHONE, Visit, visit

Theme = Literal["light", "dark"]
TAGS: Final = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
COLOURS: Final = ["color-contrast", "link-in-text-block"]
"""The rules whose answer the theme can change."""
SERIOUS: Final = ("serious", "critical")
TO_THE_END: Final = """() => {
  const parts = [document.scrollingElement, ...document.querySelectorAll('[data-testid=stMain]')]
  for (const part of parts) part?.scrollTo(0, part.scrollHeight)
}"""
# Colours that are just changing would be measured half-way; what never ends is not waited for.
AT_REST: Final = """() => Promise.race([
  new Promise((enough) => setTimeout(enough, 2000)),
  Promise.all(document.getAnimations()
    .filter((one) => one.effect.getComputedTiming().endTime < Infinity)
    .map((one) => one.finished.catch(() => null))),
]).then(() => null)"""
# Streamlit changes its colours a moment after ours.
IN_THEME: Final = """(theme) => {
  const app = document.querySelector('.stApp')
  if (!app) return true
  const [red, green, blue] = getComputedStyle(app).backgroundColor.match(/\\d+/g).map(Number)
  return (red + green + blue < 384) === (theme === 'dark')
}"""
WIDTHS: Final = (320, 390)
# Lists that are meant to be moved sideways, such as the views of the board, keep it to themselves.
TOO_WIDE: Final = """() => {
  const parts = [document.scrollingElement, ...document.querySelectorAll(
    '[data-testid=stMain], [data-testid=stMainBlockContainer], dialog[open]')]
  return parts.filter((one) => one && one.scrollWidth > one.clientWidth + 1)
    .map((one) => `${one.tagName} ${one.scrollWidth} > ${one.clientWidth}`)
}"""


@contextmanager
def opened(
    hall: Hall, chromium: Browser, language: str, size: dict[str, Any]
) -> Iterator[dict[str, Visit]]:
    """A browser for each person; the first is a shared tablet at its names."""
    people = hall.people
    actors = {
        "nobody": None, "staff": people.staff, "lead": people.lead, "officer": people.officer,
        "manager": people.manager, "administrator": people.administrator,
    }  # fmt: skip
    with ExitStack() as stack:
        visits = {
            who: stack.enter_context(visit(chromium, hall, language, tablet=not actor, **size))
            for who, actor in actors.items()
        }
        for who, actor in actors.items():
            if actor:
                visits[who].be(actor)
        yield visits


def look_over(visits: Mapping[str, Visit], stage: Stage) -> str:
    """The faults of all screens, a line each."""
    faults: list[str] = []
    in_dark: set[str] = set()
    for screen in SCREENS:
        here = visits[screen.who]
        try:
            screen.show(here, stage)
        except PlaywrightError as error:
            faults.append(f"{screen.name} could not be opened: {error}")
            continue
        here.settle()
        here.page.evaluate(TO_THE_END)
        for theme in themes(here, screen, in_dark):
            here.page.emulate_media(color_scheme=theme)
            here.page.wait_for_function(IN_THEME, arg=theme)
            faults += [f"{screen.name}, {theme}: {one}" for one in examine(here.page, theme)]
        here.page.emulate_media(color_scheme="light")
        if here.page.viewport_size == PHONE["viewport"]:
            faults += [f"{screen.name}, {fault}" for fault in too_wide(here.page)]
            here.page.set_viewport_size(PHONE["viewport"])
    return "\n".join(faults)


def themes(here: Visit, screen: Screen, in_dark: set[str]) -> tuple[Theme, ...]:
    """Both on a tablet; on a phone, whose colours are the same, dark is seen once a person."""
    viewport = here.page.viewport_size
    if viewport == PHONE["viewport"] and screen.who in in_dark:
        return ("light",)
    in_dark.add(screen.who)
    return ("light", "dark")


def too_wide(page: Page) -> list[str]:
    """What moves sideways, at which width."""
    found = []
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 844})
        found += [f"{width}: {part}" for part in page.evaluate(TOO_WIDE)]
    return found


def examine(page: Page, theme: Theme = "light") -> list[str]:
    """What axe finds that matters, each with where it is and what it says.

    In the dark only the colours can be at fault where the light one is in order.
    """
    page.evaluate(AT_REST)
    asked = {"runOnly": TAGS if theme == "light" else COLOURS, "resultTypes": ["violations"]}
    found = Axe().run(page, options=asked).response["violations"]
    return [
        f"{one['id']} {node['target'][0]} {node['html'][:160]} {node['failureSummary'][:300]}"
        for one in found
        if one["impact"] in SERIOUS
        for node in one["nodes"]
    ]
