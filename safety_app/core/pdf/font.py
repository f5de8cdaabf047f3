"""The font of printed papers: where it is found, how wide it runs, cut down to what is used."""

import logging
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from importlib.resources import files
from pathlib import Path
from typing import Final

import uharfbuzz as hb

from safety_app.core.errors import AppError
from safety_app.core.i18n import N_

log = logging.getLogger(__name__)

REGULAR, BOLD = 400, 700
PROOF: Final = "窗口安全"
STAND_INS: Final = "〓□?"
DROPPED: Final = ("GSUB", "GPOS", "GDEF", "BASE", "STAT", "VORG", "vhea", "vmtx")


@dataclass(frozen=True, slots=True)
class FontFile:
    """One face of a file; `bold` names the file of its bold face, where there is one."""

    path: Path
    index: int = 0
    bold: Path | None = None


NOTO_FOLDERS: Final = (
    "/usr/share/fonts/opentype/noto",
    "/usr/share/fonts/noto-cjk",
    "/usr/share/fonts/google-noto-cjk",
    "/usr/share/fonts/google-noto-sans-cjk-fonts",
)
LINUX: Final = (
    *(
        FontFile(Path(folder, "NotoSansCJK-Regular.ttc"), 2, Path(folder, "NotoSansCJK-Bold.ttc"))
        for folder in NOTO_FOLDERS
    ),
    FontFile(Path("/usr/share/fonts/truetype/wqy/wqy-microhei.ttc")),
    FontFile(Path("/usr/share/fonts/truetype/wqy/wqy-zenhei.ttc")),
)
MAC: Final = (
    FontFile(Path("/System/Library/Fonts/PingFang.ttc"), 2),
    FontFile(Path("/System/Library/Fonts/Hiragino Sans GB.ttc")),
    FontFile(Path("/System/Library/Fonts/STHeiti Light.ttc"), 1),
)
WINDOWS: Final = (
    FontFile(Path("C:/Windows/Fonts/msyh.ttc"), 0, Path("C:/Windows/Fonts/msyhbd.ttc")),
    FontFile(Path("C:/Windows/Fonts/simhei.ttf")),
    FontFile(Path("C:/Windows/Fonts/simsun.ttc")),
)


class FontMissing(AppError):
    """No font with Chinese characters is installed."""

    text = N_(
        "No Chinese font was found, so nothing can be printed. Install the requirements again "
        "or set font_path to a font file. Looked at: {places}"
    )
    status = 500


@dataclass(slots=True)
class Face:
    """One weight of a font; advances are in thousandths of the size."""

    source: hb.Face
    weight: int
    scalable: bool
    covered: frozenset[int]
    advances: dict[str, float] = field(default_factory=dict)

    def advance(self, char: str) -> float:
        """Width of a character at size 1."""
        known = self.advances.get(char)
        if known is None:
            font = hb.Font(self.source)
            if self.scalable:
                font.set_variations({"wght": self.weight})
            glyph = font.get_nominal_glyph(ord(char)) or 0
            known = self.advances[char] = font.get_glyph_h_advance(glyph) / self.source.upem
        return known

    def subset(self, chars: set[str]) -> bytes:
        """A font file with these characters only, its weight pinned."""
        wanted = hb.SubsetInput()
        wanted.unicode_set.update(ord(char) for char in chars)
        for tag in DROPPED:
            wanted.drop_table_tag_set.add(int.from_bytes(tag.encode(), "big"))
        if self.scalable:
            wanted.pin_all_axes_to_default(self.source)
            wanted.pin_axis_location(self.source, "wght", self.weight)
        return bytes(hb.subset(self.source, wanted).blob.data)


@dataclass(frozen=True, slots=True)
class Typeface:
    """The regular and the bold face of a paper."""

    regular: Face
    bold: Face
    path: Path
    stand_in: str
    shown: frozenset[str]
    """Characters that both faces have, and the line break."""

    def face(self, bold: bool) -> Face:
        """One of the two."""
        return self.bold if bold else self.regular

    def width(self, text: str, size: float, *, bold: bool = False) -> float:
        """Width of a line in points."""
        face = self.face(bold)
        try:
            return size * sum(map(face.advances.__getitem__, text))
        except KeyError:
            return size * sum(map(face.advance, text))


def find_typeface(configured: Path | None = None) -> Typeface:
    """The configured font, else the packaged one, else one of the system.

    A font without a bold face, say a 仿宋, takes the bold of the next one: 黑体 headings over a
    仿宋 body are what an office is used to.
    """
    found = _load(configured)
    if configured is not None and found.path != Path(configured):
        log.warning("font_path %s holds no usable Chinese font; using %s", configured, found.path)
    return found


@lru_cache(maxsize=4)
def _load(configured: Path | None) -> Typeface:
    body: tuple[Face, Path] | None = None
    places = []
    for place in _places(configured):
        places.append(str(place.path))
        face = _open(place.path, place.index, REGULAR)
        if face is None:
            continue
        body = body or (face, place.path)
        bold = _open(place.path, place.index, BOLD) if face.scalable else None
        if bold is None and place.bold is not None:
            bold = _open(place.bold, place.index, BOLD)
        if bold is not None:
            return _typeface(body, bold)
    if body is None:
        raise FontMissing(places=", ".join(places))
    return _typeface(body, body[0])


def _typeface(body: tuple[Face, Path], bold: Face) -> Typeface:
    regular, path = body
    both = regular.covered & bold.covered
    shown = frozenset(map(chr, both)) | {"\n"}
    stand_in = next((char for char in STAND_INS if char in shown), " ")
    return Typeface(regular, bold, path, stand_in, shown)


def _places(configured: Path | None) -> Iterator[FontFile]:
    if configured is not None:
        yield FontFile(Path(configured), _simplified(Path(configured)))
    try:
        packaged = Path(str(files("justmytype_intl_cjk"))) / "fonts/ofl/notosanssc"
        yield FontFile(packaged / "NotoSansSC[wght].ttf")
    except ModuleNotFoundError:
        yield FontFile(Path("justmytype_intl_cjk"))
    yield from {"win32": WINDOWS, "darwin": MAC}.get(sys.platform, LINUX)


def _open(path: Path, index: int, weight: int) -> Face | None:
    """The face, or nothing where the file is missing, broken or without Chinese."""
    try:
        source = hb.Face(hb.Blob.from_file_path(str(path)), index)
        covered = frozenset(source.unicodes)
    except (OSError, ValueError, RuntimeError, hb.HarfBuzzError):
        return None
    if not all(ord(char) in covered for char in PROOF):
        return None
    scalable = any(axis.tag == "wght" for axis in source.axis_infos)
    return Face(source, weight, scalable, covered)


def _simplified(path: Path) -> int:
    """Index of the face for simplified Chinese in a collection."""
    if path.suffix.lower() not in (".ttc", ".otc"):
        return 0
    try:
        blob = hb.Blob.from_file_path(str(path))
        faces = [hb.Face(blob, index) for index in range(hb.Face(blob).count)]
        names = [face.get_name(hb.OTNameIdPredefined.FONT_FAMILY) or "" for face in faces]
    except (OSError, ValueError, RuntimeError, hb.HarfBuzzError):
        return 0
    return next((at for at, name in enumerate(names) if " SC" in name), 0)
