"""Free text from outside: stripped, without control characters, within its limit."""

from safety_app.core.errors import TextMissing, TextTooLong
from safety_app.core.text import plain


def clean(text: str, *, field: str, limit: int, required: bool = False, lines: bool = False) -> str:
    """The text as it may be stored; `lines` keeps line breaks.

    Raises `TextMissing` and `TextTooLong`, naming the field.
    """
    found = plain(text, lines=lines)
    if required and not found:
        raise TextMissing(field=field)
    if len(found) > limit:
        raise TextTooLong(field=field, limit=limit)
    return found
