"""Pages opened as a person sees them, without a browser: the whole script, and its words."""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path
from typing import Any, Final

from streamlit.testing.v1 import AppTest
from streamlit.util import calc_hash

from safety_app.accounts import service as accounts
from safety_app.core.access import Actor
from safety_app.core.db import reading
from safety_app.core.i18n import use_language
from safety_app.ui import session as ui_session

SCRIPT: Final = Path(__file__).parents[1] / "safety_app" / "app.py"
SHOWN: Final = frozenset({"label", "body", "placeholder", "options", "help", "content", "text"})
SPOKEN: Final = frozenset({"aria-label", "alt", "title", "placeholder"})
SYMBOL: Final = re.compile(r":material/\w+:")


def open_page(
    actor: Actor | None, url_path: str = "", *, language: str = "zh_CN", **query: str
) -> AppTest:
    """The page after its first run, opened by this person in this language."""
    visit = ui_session.Visit(_speaking(actor, language), "csrf") if actor else None
    ui_session.use_finder(lambda _token, _now: visit)
    page = AppTest.from_file(str(SCRIPT), default_timeout=30)
    page._page_hash = calc_hash(url_path)
    for name, value in query.items():
        page.query_params[name] = value
    return page.run()


def _speaking(actor: Actor, language: str) -> Actor:
    """The actor as a session finds who has chosen this language."""
    with use_language(language), reading() as session:
        name = accounts.names(session, [actor.user_id])[actor.user_id]
    return replace(actor, name=name, language=language)


class _Words(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_starttag(self, _tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Attributes that a screen reader says."""
        self.found.extend(value for name, value in attrs if name in SPOKEN and value)

    def handle_data(self, data: str) -> None:
        """Text between the tags."""
        if data.strip():
            self.found.append(data.strip())


def words_of(markup: str) -> list[str]:
    """What is read or spoken of a piece of HTML."""
    parser = _Words()
    parser.feed(SYMBOL.sub("", markup))
    return parser.found


def _strings(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        for inner in value.values():
            yield from _strings(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _strings(inner)


def _shown(message: Any) -> Iterator[str]:
    for field, value in message.ListFields():
        items = value if field.is_repeated else [value]
        for item in items:
            if isinstance(item, str):
                if field.name in SHOWN:
                    yield item
            elif hasattr(item, "ListFields"):
                yield from _shown(item)


def _component_words(message: Any) -> Iterator[str]:
    data = json.loads(message.json) if message.json else {}
    for name in ("label", "items", "words"):
        yield from _strings(data.get(name))


def _elements(block: Any) -> Iterator[Any]:
    for child in block.children.values():
        yield child
        if hasattr(child, "children"):
            yield from _elements(child)


def text_of(page: AppTest) -> list[str]:
    """Every piece of text on the page, in order: shown, or said by a screen reader."""
    found: list[str] = []
    for element in _elements(page._tree):
        message = getattr(element, "proto", None)
        if message is None or not hasattr(message, "ListFields"):
            continue
        is_component = element.type == "bidi_component"
        for text in _component_words(message) if is_component else _shown(message):
            found.extend(words_of(text))
    return [text for text in found if not text.startswith("@import")]
