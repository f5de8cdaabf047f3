"""The house's own browser parts: rows of buttons, photo and file inputs, the frame's helper."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from html import escape
from pathlib import Path
from typing import Any, Final, Literal

import streamlit as st

from safety_app.core.i18n import N_, _, html_language
from safety_app.core.settings import settings
from safety_app.ui.session import csrf, current_actor

FileKind = Literal["pdf", "image", "table"]
STATIC: Final = Path(__file__).parent / "static"

# What Streamlit's own parts say to screen readers and in lists of choices, in English only.
BUILT_IN: Final = (
    N_("Open"),
    N_("Close"),
    N_("Clear value"),
    N_("Clear all"),
    N_("Remove"),
    N_("Previous"),
    N_("Next"),
    N_("Increment"),
    N_("Decrement"),
    N_("Show password text"),
    N_("Hide password text"),
    N_("Show password"),
    N_("Hide password"),
    N_("Choose date"),
    N_("Selected values"),
    N_("Skip to main content"),
    N_("Select all"),
    N_("Select {n} matches"),
    N_("No results"),
    N_("Previous month"),
    N_("Next month"),
)


@dataclass(frozen=True, slots=True)
class Row:
    """One line of a list: title, note, a code at the right; `badges` is safe markup."""

    id: str
    title: str
    note: str = ""
    code: str = ""
    badges: str = ""


@cache
def _component(name: str) -> Any:
    script = (STATIC / f"{name}.js").read_text(encoding="utf-8")
    return st.components.v2.component(f"safety_{name}", js=script, isolate_styles=False)


def _row(item: Row) -> str:
    code = f'<span class="code">{escape(item.code)}</span>' if item.code else ""
    note = f'<span class="sub">{escape(item.note)}</span>' if item.note else ""
    return (
        f'<span class="top"><strong>{escape(item.title)}</strong>{code}</span>{note}{item.badges}'
    )


def rows(key: str, items: Iterable[Row], *, label: str, selected: str | None = None) -> str | None:
    """A list to choose from; the id of the row that was just pressed, else `None`."""
    data = {
        "label": label,
        "items": [(item.id, _row(item)) for item in items],
        "selected": selected,
    }
    found = _component("rows")(key=key, data=data, on_chosen_change=_nothing)
    return str(found["chosen"]) if found.get("chosen") else None


def photo_input(key: str, *, max_photos: int = 9, form: str = "") -> list[int]:
    """Camera and file buttons; the upload ids of the photos that have arrived, in order.

    Each photo is sent to `/api/photos` by itself as soon as it is taken. Another `form` (the
    record's id, a counter after saving) begins an empty set.
    """
    slot = f"{key}.{form}" if form else key
    photos = (st.session_state.get(slot) or {}).get("photos") or []
    data = {
        "csrf": csrf(),
        "most": max_photos,
        "photos": photos,
        "words": _photo_words(),
    }
    found = _component("photos")(
        key=slot,
        data=data,
        default={"photos": []},
        on_photos_change=_nothing,
    )
    return [int(one["id"]) for one in found.get("photos") or []]


def _photo_words() -> dict[str, str]:
    return {
        "camera": _("Take a photo"),
        "choose": _("Choose a picture"),
        "photo": _("Photo {n}"),
        "saved": _("Saved"),
        "sending": _("Sending"),
        "again": _("Try again"),
        "remove": _("Remove"),
        "failed": _("This photo was not saved. Please try again."),
        "offline": _("No connection to the server. The photo is still here; try again."),
        "pending": _("Sending {n} photos. Please wait until they are saved."),
        "receipt": _("{n} photos saved"),
    }


def file_input(
    key: str,
    *,
    accept: Sequence[FileKind] = ("pdf", "image"),
    most: int = 1,
    form: str = "",
    is_next: bool = False,
) -> list[int]:
    """Buttons to choose files, with a camera where pictures are accepted; the ids that arrived.

    Each file is sent to `/api/files` by itself as soon as it is chosen. Another `form` (the
    record's id, a counter after saving) begins an empty set. `is_next` fills the button while
    nothing is chosen: it is the one next step.
    """
    slot = f"{key}.{form}" if form else key
    chosen = (st.session_state.get(slot) or {}).get("files") or []
    data = {
        "csrf": csrf(),
        "accept": list(accept),
        "most": most,
        "next": is_next,
        "files": chosen,
        "words": _file_words(accept, most),
    }
    found = _component("files")(
        key=slot, data=data, default={"files": []}, on_files_change=_nothing
    )
    return [int(one["id"]) for one in found.get("files") or []]


def _file_words(accept: Sequence[FileKind], most: int) -> dict[str, str]:
    return {
        "camera": _("Take a photo"),
        "choose": _("Choose a file") if most == 1 else _("Choose files"),
        "hint": _file_hint(accept),
        "saved": _("Saved"),
        "sending": _("Sending"),
        "checking": _("Checking"),
        "again": _("Try again"),
        "remove": _("Remove"),
        "failed": _("This file was not saved. Please try again."),
        "offline": _("No connection to the server. The file is still here; try again."),
        "pending": _("Sending {n} files. Please wait until they are saved."),
        "receipt": _("Files saved: {n}"),
    }


def _file_hint(accept: Sequence[FileKind]) -> str:
    if "table" not in accept:
        return _("PDF or picture, up to 25 MB each")
    if len(accept) == 1:
        return _("Excel (.xlsx) or CSV, up to 10 MB")
    return _("PDF or pictures up to 25 MB each, and a table up to 10 MB")


def copy_button(key: str, text: str, *, label: str) -> None:
    """A button that puts a text on the clipboard, also on plain HTTP, and says so."""
    data = {
        "text": text,
        "label": label,
        "done": _("Copied"),
        "failed": _("Could not be copied. Mark the text and copy it by hand."),
    }
    _component("copy")(key=key, data=data)


def frame_helper(pages: Sequence[str]) -> str | None:
    """The script behind the frame: the page's language, photos that open over the page, links
    between `pages` that do not load everything anew, and the way back to the names of a shared
    tablet nobody touches; a link if one was just pressed.
    """
    on_tablet = current_actor().device_id is not None
    data = {
        "idle_seconds": settings().tablet_idle_minutes * 60 if on_tablet else 0,
        "session_seconds": settings().session_idle_minutes * 60,
        "language": html_language(),
        "pages": list(pages),
        "content": _("Content"),
        "close": _("Close"),
        "labels": {english: _(english) for english in BUILT_IN},
    }
    found = _component("frame")(key="frame_helper", data=data, on_link_change=_nothing)
    return str(found["link"]) if found.get("link") else None


def _nothing() -> None:
    """Streamlit wants a callback before it reports a value."""
