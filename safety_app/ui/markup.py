"""Pieces of HTML without domain: every text that comes in is escaped here."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from html import escape
from typing import Final, Literal

from safety_app.core.i18n import _

Tone = Literal["red", "orange", "yellow", "blue", "green", "grey", "petrol"]

TONE_ICONS: Final[dict[str, str]] = {
    "red": "report",
    "orange": "warning",
    "yellow": "error",
    "blue": "info",
    "green": "check_circle",
    "grey": "info",
    "petrol": "info",
}


@dataclass(frozen=True, slots=True)
class Fact:
    """A name and its value; `markup` (already safe) wins over `value`."""

    name: str
    value: str = ""
    markup: str = ""


@dataclass(frozen=True, slots=True)
class Safe:
    """Markup that may stand in a cell as it is."""

    markup: str


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of a timeline, newest first; `ahead` marks the step expected next."""

    title: str
    note: str = ""
    icon: str = "check_circle"
    tone: Tone = "grey"
    ahead: bool = False
    markup: str = ""


@dataclass(frozen=True, slots=True)
class Picture:
    """A photo of the store, by key; `alt` says what it shows, `caption` when and by whom."""

    key: str
    alt: str
    caption: str = ""


def icon(name: str) -> str:
    """A symbol, hidden from screen readers; its name is no text of the page."""
    return f'<i class="ic" data-i="{escape(name, quote=True)}" aria-hidden="true"></i>'


def badge(text: str, tone: Tone = "grey", symbol: str = "", *, solid: bool = False) -> str:
    """Colour, symbol and word together."""
    look = f"bd bd-{tone}" + (" bd-solid" if solid else "")
    return f'<span class="{look}">{icon(symbol or TONE_ICONS[tone])}{escape(text)}</span>'


def outline_badge(text: str, symbol: str) -> str:
    """A status that is under way."""
    return f'<span class="bd bd-outline">{icon(symbol)}{escape(text)}</span>'


def badges(*parts: str) -> str:
    """Badges side by side; empty ones fall out."""
    return f'<span class="bds">{"".join(part for part in parts if part)}</span>'


def title(text: str, subtitle: str = "", *, aside: str = "") -> str:
    """The head of a page; `aside` is safe markup at the right edge."""
    under = f'<p class="subtitle">{escape(subtitle)}</p>' if subtitle else ""
    right = f'<div class="aside">{aside}</div>' if aside else ""
    return f'<div class="head"><div><h1>{escape(text)}</h1>{under}</div>{right}</div>'


def section(text: str, aside: str = "") -> str:
    """The head of a group; `aside` is safe markup behind it."""
    return f'<div class="section"><h2>{escape(text)}</h2>{aside}</div>'


def anchor(
    label: str, href: str, symbol: str = "", *, look: str = "secondary", new_tab: bool = False
) -> str:
    """A link that looks like a button: `primary`, `secondary`, each also with `big`."""
    mark = icon(symbol) if symbol else ""
    target = "_blank" if new_tab else "_self"
    return (
        f'<a class="btn {escape(look, quote=True)}" href="{escape(href, quote=True)}"'
        f' target="{target}">{mark}<span>{escape(label)}</span></a>'
    )


def notice(tone: Tone, text: str, *, extra: str = "", heading: str = "") -> str:
    """A sentence that must not be overlooked; red and orange ones are announced at once."""
    role = "alert" if tone in ("red", "orange") else "status"
    head = f"<strong>{escape(heading)}</strong>" if heading else ""
    return (
        f'<div class="note note-{tone}" role="{role}">{icon(TONE_ICONS[tone])}'
        f"<div>{head}<p>{escape(text)}</p>{extra}</div></div>"
    )


def empty(heading: str, text: str = "", *, symbol: str = "task_alt", extra: str = "") -> str:
    """What is true, and the first step."""
    under = f"<p>{escape(text)}</p>" if text else ""
    return f'<div class="empty">{icon(symbol)}<h2>{escape(heading)}</h2>{under}{extra}</div>'


def facts(pairs: Iterable[Fact | tuple[str, str]]) -> str:
    """Names and values in a grid."""
    cells = []
    for pair in pairs:
        fact = pair if isinstance(pair, Fact) else Fact(*pair)
        value = fact.markup or escape(fact.value) or "–"
        cells.append(f"<div><dt>{escape(fact.name)}</dt><dd>{value}</dd></div>")
    return f'<dl class="facts">{"".join(cells)}</dl>'


def kpi(label: str, figure: str, *, unit: str = "", under: str = "") -> str:
    """A figure with its name; `under` is numerator over denominator in words."""
    small = f'<span class="unit">{escape(unit)}</span>' if unit else ""
    below = f'<span class="under">{escape(under)}</span>' if under else ""
    return (
        f'<div class="kpi"><span class="label">{escape(label)}</span>'
        f"<strong>{escape(figure)}{small}</strong>{below}</div>"
    )


def table(label: str, heads: Sequence[str], rows: Iterable[Sequence[str | Safe]]) -> str:
    """A table that turns into cards on phones; `label` says what it holds."""
    head = "".join(f'<th scope="col">{escape(name)}</th>' for name in heads)
    lines = "".join("<tr>" + "".join(map(_cell, heads, row)) + "</tr>" for row in rows)
    return (
        f'<div class="scroll" role="region" aria-label="{escape(label, quote=True)}" tabindex="0">'
        f'<table class="list"><thead><tr>{head}</tr></thead><tbody>{lines}</tbody></table></div>'
    )


def _cell(head: str, cell: str | Safe) -> str:
    inside = cell.markup if isinstance(cell, Safe) else escape(cell) or "–"
    return f'<td data-label="{escape(head, quote=True)}">{inside}</td>'


def timeline(entries: Sequence[Entry]) -> str:
    """What happened, newest first."""
    lines = []
    for entry in entries:
        look = "ahead" if entry.ahead else f"dot-{entry.tone}"
        under = f"<span>{escape(entry.note)}</span>" if entry.note else ""
        lines.append(
            f'<li class="{look}">{icon(entry.icon)}<div><strong>{escape(entry.title)}</strong>'
            f"{under}{entry.markup}</div></li>"
        )
    return f'<ol class="timeline">{"".join(lines)}</ol>'


def photo(picture: Picture) -> str:
    """A thumbnail that opens the whole picture."""
    key, alt = escape(picture.key, quote=True), escape(picture.alt, quote=True)
    label = escape(_("Enlarge the photo: {alt}", alt=picture.alt), quote=True)
    caption = f"<figcaption>{escape(picture.caption)}</figcaption>" if picture.caption else ""
    return (
        f'<figure><a class="photo" href="/photos/{key}" target="_blank" aria-label="{label}">'
        f'<img src="/photos/{key}?thumb=1" alt="{alt}" loading="lazy"></a>{caption}</figure>'
    )


def photo_grid(pictures: Sequence[Picture]) -> str:
    """Thumbnails side by side."""
    return f'<div class="photos">{"".join(photo(one) for one in pictures)}</div>'


def photo_pair(before: Sequence[Picture], after: Sequence[Picture]) -> str:
    """Before and after beside each other, the first of each large."""
    sides = ((_("Before the fix"), before), (_("After the fix"), after))
    parts = []
    for name, pictures in sides:
        if pictures:
            inside = photo(pictures[0]) + (photo_grid(pictures[1:]) if pictures[1:] else "")
        else:
            none = escape(_("No photo yet"))
            inside = f'<div class="nophoto">{icon("photo_camera")}{none}</div>'
        parts.append(f"<div><h3>{escape(name)}</h3>{inside}</div>")
    return f'<div class="pair">{"".join(parts)}</div>'


def page_help(text: str) -> str:
    """What the page is for, folded away; nothing for a page without help."""
    if not text:
        return ""
    said = "".join(f"<p>{escape(one)}</p>" for one in text.split("\n"))
    about = _("About this page")
    head = f"{icon('help')}<span>{escape(about)}</span>"
    return f'<details class="help"><summary>{head}</summary>{said}</details>'
