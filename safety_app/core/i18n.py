"""Language: English message ids in the code, one `.po` per package, read once at start."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import date, datetime
from pathlib import Path
from typing import Any, Final

from babel.core import negotiate_locale
from babel.messages.pofile import read_po

from safety_app.core.clock import zone

LANGUAGES: Final = ("zh_CN", "en")
DEFAULT: Final = "zh_CN"

_language: ContextVar[str] = ContextVar("language", default=DEFAULT)
_catalogues: dict[str, dict[str, str]] = {language: {} for language in LANGUAGES}


def N_(text: str) -> str:
    """Mark a message id for translation where it is declared."""
    return text


def _(text: str, **places: Any) -> str:
    """The message in the current language, its named places filled."""
    found = _catalogues[_language.get()].get(text, text)
    return found.format(**places) if places else found


def ngettext(one: str, many: str, n: int, **places: Any) -> str:
    """`one` or `many` by the rules of the language; Chinese has one form, kept under `many`."""
    singular = n == 1 and _language.get() == "en"
    text = one if singular else many
    return _(text, n=n, **places)


def language() -> str:
    """The language of the current request, rerun or job."""
    return _language.get()


def set_language(code: str) -> None:
    """Set the language for the rest of this context."""
    _language.set(code if code in LANGUAGES else DEFAULT)


@contextmanager
def use_language(code: str) -> Iterator[None]:
    """Speak another language inside the block."""
    token = _language.set(code if code in LANGUAGES else DEFAULT)
    try:
        yield
    finally:
        _language.reset(token)


def choose_language(preferred: str | None, accept: str | None) -> str:
    """The person's choice, then the browser's `Accept-Language`, then Chinese."""
    if preferred in LANGUAGES:
        return str(preferred)
    weighed = sorted((accept or "").split(","), key=lambda part: -_weight(part))
    wanted = [part.split(";")[0].strip().replace("-", "_") for part in weighed]
    spoken = ["zh_CN" if code.lower().startswith("zh") else code.split("_")[0] for code in wanted]
    return negotiate_locale(spoken, list(LANGUAGES)) or DEFAULT


def _weight(part: str) -> float:
    """The `q` of one entry of `Accept-Language`; 1 where none is stated."""
    _tag, _semicolon, quality = part.partition(";q=")
    try:
        return float(quality or 1)
    except ValueError:
        return 0.0


def html_language() -> str:
    """The current language as an HTML `lang` value."""
    return _language.get().replace("_", "-")


def load(folder: Path) -> None:
    """Read `<language>.po` of one package's `locales` folder into the catalogues."""
    for code in LANGUAGES:
        path = folder / f"{code}.po"
        if path.exists():
            with path.open("rb") as file:
                for message in read_po(file, locale=code):
                    if message.id and message.string and not message.fuzzy:
                        _catalogues[code][str(message.id)] = str(message.string)


def bilingual(chinese: str, english: str) -> str:
    """One of two stored wordings, by the current language; Chinese where English is missing."""
    return english if _language.get() == "en" and english else chinese


WEEKDAYS: Final = {
    "zh_CN": ("周一", "周二", "周三", "周四", "周五", "周六", "周日"),
    "en": ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"),
}
MONTHS: Final = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


def day_text(day: date, *, weekday: bool = True, year: bool = False) -> str:
    """`11月23日 周一` or `Mon 23 Nov`, with the year on request."""
    name = WEEKDAYS[_language.get()][day.weekday()]
    if _language.get() == "en":
        text = f"{day.day} {MONTHS[day.month - 1]}" + (f" {day.year}" if year else "")
        return f"{name} {text}" if weekday else text
    text = (f"{day.year}年" if year else "") + f"{day.month}月{day.day}日"
    return f"{text} {name}" if weekday else text


def moment_text(
    moment: datetime, timezone: str, *, weekday: bool = False, year: bool = False
) -> str:
    """A moment as local day and time, `11月23日 09:04`."""
    local = moment.astimezone(zone(timezone))
    return f"{day_text(local.date(), weekday=weekday, year=year)} {local:%H:%M}"


def month_text(year: int, month: int) -> str:
    """`2026年10月` or `October 2026`."""
    if _language.get() == "en":
        return f"{date(year, month, 1):%B} {year}"
    return f"{year}年{month}月"
