"""Breaking lines as Chinese printing does: no line begins with a closing mark (避头尾)."""

import re
import unicodedata
from typing import Final

from safety_app.core.pdf.blocks import Language
from safety_app.core.pdf.font import Typeface

CLOSERS: Final = "，。、；：！？）》」』】〉〕］｝”’"
NO_START: Final = frozenset(CLOSERS + ",.;:!?)]}%‰℃°…—·～々〗％\u00a0")
NO_END: Final = frozenset("（《「『【〈〔［｛“‘([{〖¥￥$§№\u00a0")
# What stays together: Latin words with numbers and codes, dashes, dots; spaces; single characters.
WORD: Final = r"[!-~¡-¶¸-ɏͰ-ӿ]+"
WORDS: Final = re.compile(WORD)
PIECES: Final = re.compile(rf"(?P<word>{WORD})|[…⋯]+|[—―]+|(?P<space>[ \t ]+)|.", re.DOTALL)
SEAMS: Final = re.compile(r"[^-_/.,:;]+[-_/.,:;]*|[-_/.,:;]+")
LATIN_APOSTROPHE: Final = re.compile(r"(?<=[A-Za-z])’(?=[A-Za-z])")
STRAIGHT: Final = str.maketrans(
    {"“": '"', "”": '"', "‘": "'", "’": "'", "…": "...", "（": "(", "）": ")"}
)
INVISIBLE: Final = frozenset(("Cc", "Cf", "Mn", "Me", "Cs", "Co", "Cn"))


def clean(text: str, typeface: Typeface, language: Language) -> str:
    """What can be printed of a text; what the font lacks is plainer, or shows as a stand-in.

    The font's curly quotes are as wide as a Chinese character, so Latin text takes straight ones.
    """
    text = unicodedata.normalize("NFC", text).replace("\r\n", "\n").replace("\t", " ")
    text = text.translate(STRAIGHT) if language == "en" else LATIN_APOSTROPHE.sub("'", text)
    if typeface.shown.issuperset(text):
        return text
    return "".join(_printable(char, typeface) for char in text)


def _printable(char: str, typeface: Typeface) -> str:
    if char in typeface.shown:
        return char
    if unicodedata.category(char) in INVISIBLE:
        return ""
    plain = unicodedata.normalize("NFKC", char)  # CO₂ as CO2
    if plain != char and typeface.shown.issuperset(plain):
        return plain
    return " " if char.isspace() else typeface.stand_in


def wrap(
    text: str, width: float, size: float, typeface: Typeface,
    *, bold: bool = False, indent: float = 0,
) -> list[str]:  # fmt: skip
    """Lines no wider than `width` points; a closing mark may lean half out, where it is blank."""
    lines: list[str] = []
    for paragraph in text.split("\n"):
        lines += _Filler(width, size, typeface, bold, indent).fill(paragraph)
        indent = 0
    return lines


def visible_width(line: str, size: float, typeface: Typeface, *, bold: bool = False) -> float:
    """Width of the ink: the blank half of a closing mark at the end does not count."""
    return typeface.width(line, size, bold=bold) - overhang(line, size, typeface)


def overhang(line: str, size: float, typeface: Typeface) -> float:
    """The blank right half of a full-width closing mark at the end of a line."""
    if not line or line[-1] not in CLOSERS or typeface.width(line[-1], 1) < 1:
        return 0
    return size / 2


def clusters(text: str) -> list[str]:
    """Pieces between which a line may break; a space is a piece of its own."""
    found: list[str] = []
    stuck = False
    for match in PIECES.finditer(text):
        piece = match.group()
        space = match["space"] is not None
        joins = stuck or (piece[0] in NO_START and not match["word"])
        if found and not space and joins and not found[-1].isspace():
            found[-1] += piece
        else:
            found.append(piece)
        stuck = not space and piece[-1] in NO_END
    return found


def longest_word(text: str, size: float, typeface: Typeface, *, bold: bool = False) -> float:
    """Width below which a word or number of this text would be torn."""
    widths = (typeface.width(word, size, bold=bold) for word in WORDS.findall(text))
    return max(widths, default=size)


class _Filler:
    """Fills lines one piece at a time."""

    def __init__(
        self, width: float, size: float, typeface: Typeface, bold: bool, indent: float
    ) -> None:
        self.width, self.size, self.typeface, self.bold = width, size, typeface, bold
        self.lines: list[str] = []
        self.line, self.used = "", indent

    def fill(self, paragraph: str) -> list[str]:
        if self._fits(paragraph):
            return [paragraph.strip()]
        for piece in clusters(paragraph):
            self._add(piece)
        self._end()
        return self.lines

    def _add(self, piece: str) -> None:
        if piece.isspace():
            if self.line:
                self._take(piece)
            return
        if self._fits(piece):
            self._take(piece)
            return
        if self.line.strip():
            self._end()
        if self._fits(piece):
            self._take(piece)
        else:
            self._tear(piece)

    def _tear(self, piece: str) -> None:
        """A word wider than the line breaks after its own marks, else anywhere."""
        for part in SEAMS.findall(piece):
            if self._fits(part):
                self._take(part)
                continue
            if self.line and self._fits(part, 0):
                self._end()
                self._take(part)
                continue
            for char in part:
                if not self._fits(char) and self.line:
                    self._end()
                self._take(char)

    def _fits(self, piece: str, used: float | None = None) -> bool:
        wide = visible_width(piece, self.size, self.typeface, bold=self.bold)
        return (self.used if used is None else used) + wide <= self.width + 0.01

    def _take(self, piece: str) -> None:
        self.line += piece
        self.used += self.typeface.width(piece, self.size, bold=self.bold)

    def _end(self) -> None:
        self.lines.append(self.line.rstrip())
        self.line, self.used = "", 0.0
