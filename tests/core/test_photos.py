"""Pictures from outside: what is kept of them, what is refused, and how they are stored."""

import errno
import io
import os
import struct
import zlib
from collections.abc import Callable, Sequence
from datetime import datetime
from pathlib import Path

import pytest
from PIL import Image, ImageDraw
from PIL.PngImagePlugin import PngInfo

from safety_app.core import photos
from safety_app.core.photos import PhotoStore, ingest, similar

RED, GREEN = (220, 30, 30), (30, 200, 60)
DAY = 86_400


@pytest.fixture
def store(tmp_path: Path) -> PhotoStore:
    return PhotoStore(tmp_path / "photos")


def scene(size: tuple[int, int] = (640, 480), seed: int = 1) -> Image.Image:
    """Blocks of different grey, alike for the same seed."""
    picture = Image.new("RGB", size)
    draw = ImageDraw.Draw(picture)
    across, down = size[0] / 9, size[1] / 8
    for place in range(72):
        shade = zlib.crc32(bytes([seed, place])) % 256
        x, y = place % 9 * across, place // 9 * down
        draw.rectangle((x, y, x + across, y + down), fill=(shade, shade, 255 - shade))
    return picture


def encoded(picture: Image.Image, kind: str = "JPEG", **how: object) -> bytes:
    out = io.BytesIO()
    picture.save(out, kind, **how)
    return out.getvalue()


def marked(size: tuple[int, int] = (400, 300)) -> Image.Image:
    """Red, with the upper left corner green."""
    picture = Image.new("RGB", size, RED)
    picture.paste(GREEN, (0, 0, size[0] // 4, size[1] // 4))
    return picture


def stored(store: PhotoStore, photo: photos.Photo, *, thumb: bool = False) -> Image.Image:
    return Image.open(io.BytesIO(store.read(photo.key, thumb=thumb)))


def near(pixel: object, colour: tuple[int, int, int]) -> bool:
    assert isinstance(pixel, tuple)
    return all(abs(a - b) < 30 for a, b in zip(pixel, colour, strict=True))


def png_header(width: int, height: int) -> bytes:
    """A PNG that claims a size and holds next to nothing."""

    def chunk(kind: bytes, body: bytes) -> bytes:
        return (
            struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))
        )

    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    rows = zlib.compress(b"\0" * 100_000)
    return (
        b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", rows) + chunk(b"IEND", b"")
    )


def test_a_large_picture_is_shrunk_and_gets_a_thumbnail(store: PhotoStore) -> None:
    photo = ingest(store, encoded(scene((4000, 3000))))
    assert (photo.width, photo.height) == (1600, 1200)
    assert stored(store, photo).size == (1600, 1200)
    assert stored(store, photo, thumb=True).size == (320, 240)
    assert photo.size == len(store.read(photo.key))


def test_a_small_picture_keeps_its_size_but_is_written_anew(store: PhotoStore) -> None:
    sent = encoded(scene((800, 600)))
    photo = ingest(store, sent)
    assert (photo.width, photo.height) == (800, 600)
    assert photo.key != photo.upload_sha


def test_nothing_of_the_metadata_survives(store: PhotoStore) -> None:
    exif = Image.Exif()
    exif[0x010F] = "SecretMaker"
    exif.get_ifd(0x8825)[2] = (31.0, 13.0, 49.0)
    sent = encoded(
        scene(), exif=exif, comment=b"SecretComment", xmp=b"<x>SecretXmp</x>",
        icc_profile=b"SecretProfile" * 20,
    )  # fmt: skip
    photo = ingest(store, sent)
    for thumb in (False, True):
        kept = store.read(photo.key, thumb=thumb)
        assert b"Secret" in sent and b"Secret" not in kept
        assert not Image.open(io.BytesIO(kept)).getexif()
        assert b"Exif" not in kept


def test_the_capture_time_is_the_cameras(store: PhotoStore) -> None:
    exif = Image.Exif()
    exif[0x0132] = "2026:10:09 09:00:00"
    exif.get_ifd(0x8769)[0x9003] = "2026:10:08 07:06:05"
    assert ingest(store, encoded(scene(), exif=exif)).taken_at == datetime(2026, 10, 8, 7, 6, 5)


@pytest.mark.parametrize("stated", ["0000:00:00 00:00:00", "2026:13:40 99:00:00", "soon", ""])
def test_an_impossible_capture_time_is_no_capture_time(store: PhotoStore, stated: str) -> None:
    exif = Image.Exif()
    exif[0x0132] = stated
    assert ingest(store, encoded(scene(), exif=exif)).taken_at is None


@pytest.mark.parametrize(
    ("orientation", "corner"),
    [(1, "top left"), (2, "top right"), (3, "bottom right"), (4, "bottom left"),
     (5, "top left"), (6, "top right"), (7, "bottom right"), (8, "bottom left")],
)  # fmt: skip
def test_every_picture_comes_out_upright(store: PhotoStore, orientation: int, corner: str) -> None:
    exif = Image.Exif()
    exif[0x0112] = orientation
    photo = ingest(store, encoded(marked(), exif=exif))
    assert (photo.width, photo.height) == ((400, 300) if orientation < 5 else (300, 400))
    picture = stored(store, photo)
    places = {
        "top left": (5, 5),
        "top right": (photo.width - 6, 5),
        "bottom left": (5, photo.height - 6),
        "bottom right": (photo.width - 6, photo.height - 6),
    }
    green = [name for name, place in places.items() if near(picture.getpixel(place), GREEN)]
    assert green == [corner]


def see_through(mode: str) -> bytes:
    picture = Image.new("RGBA", (100, 100), (0, 0, 0, 0))
    picture.paste((*RED, 255), (0, 0, 50, 100))
    if mode == "P":
        return encoded(picture.quantize(8), "PNG")
    return encoded(picture.convert(mode), "PNG")


@pytest.mark.parametrize("mode", ["RGBA", "P", "LA"])
def test_what_is_transparent_becomes_white(store: PhotoStore, mode: str) -> None:
    picture = stored(store, ingest(store, see_through(mode)))
    assert near(picture.getpixel((90, 50)), (255, 255, 255))
    assert not near(picture.getpixel((10, 50)), (255, 255, 255))


def test_a_sixteen_bit_picture_keeps_its_brightness(store: PhotoStore) -> None:
    deep = Image.new("I;16", (64, 64), 0x8000)
    picture = stored(store, ingest(store, encoded(deep, "PNG")))
    assert near(picture.getpixel((30, 30)), (128, 128, 128))


def moving(first: str, second: str) -> bytes:
    frames = [Image.new("RGB", (64, 64), colour) for colour in (first, second)]
    return encoded(frames[0], "GIF", save_all=True, append_images=frames[1:])


def test_the_first_frame_of_a_moving_picture_counts(store: PhotoStore) -> None:
    picture = stored(store, ingest(store, moving("red", "blue")))
    assert near(picture.getpixel((30, 30)), (255, 0, 0))


@pytest.mark.parametrize(
    ("kind", "mode"), [("JPEG", "CMYK"), ("JPEG", "L"), ("PNG", "1"), ("WEBP", "RGB")]
)
def test_other_kinds_and_colour_spaces_are_read(store: PhotoStore, kind: str, mode: str) -> None:
    picture = stored(store, ingest(store, encoded(scene().convert(mode), kind)))
    assert (picture.mode, picture.size) == ("RGB", (640, 480))


def test_a_picture_with_a_second_one_inside_is_read(store: PhotoStore) -> None:
    pair = encoded(marked((2000, 1500)), "MPO", save_all=True, append_images=[scene()])
    photo = ingest(store, pair)
    assert near(stored(store, photo).getpixel((10, 10)), GREEN)
    assert (photo.width, photo.height) == (1600, 1200)


def test_heic_from_a_phone_is_read(store: PhotoStore) -> None:
    photo = ingest(store, encoded(marked(), "HEIF", quality=80))
    assert near(stored(store, photo).getpixel((10, 10)), GREEN)


def hostile() -> dict[str, tuple[bytes, type[photos.PhotoError]]]:
    good = encoded(scene())
    svg = b"<svg xmlns='http://www.w3.org/2000/svg' width='9' height='9'/>"
    return {
        "empty": (b"", photos.PhotoEmpty),
        "text named as a picture": (b"hello, I am a photo " * 50, photos.PhotoUnreadable),
        "svg": (svg, photos.PhotoUnreadable),
        "tiff": (encoded(scene(), "TIFF"), photos.PhotoUnreadable),
        "cut off": (good[: len(good) // 2], photos.PhotoUnreadable),
        "only a header": (good[:30], photos.PhotoUnreadable),
        "hollow png": (png_header(1000, 1000), photos.PhotoUnreadable),
        "png bomb": (png_header(60_000, 60_000), photos.PhotoTooManyPixels),
        "half a bomb": (png_header(10_000, 9_500), photos.PhotoTooManyPixels),
        "just too many": (png_header(8_000, 6_300), photos.PhotoTooManyPixels),
        "strip": (encoded(Image.new("L", (1, 20_000)), "PNG"), photos.PhotoTooNarrow),
        "long": (encoded(Image.new("L", (410, 20))), photos.PhotoTooNarrow),
        "tiny": (encoded(Image.new("L", (15, 15))), photos.PhotoTooSmall),
        "heavy": (good + b"\0" * 25_000_000, photos.PhotoTooBig),
    }  # fmt: skip


@pytest.mark.parametrize("name", hostile())
def test_a_bad_picture_is_refused_by_its_own_rule(store: PhotoStore, name: str) -> None:
    data, expected = hostile()[name]
    with pytest.raises(photos.PhotoError) as caught:
        ingest(store, data)
    assert type(caught.value) is expected
    assert caught.value.message()
    assert not store.root.exists()


def test_pictures_cut_anywhere_never_escape_as_a_bug(store: PhotoStore) -> None:
    whole = [encoded(scene((64, 48)), kind) for kind in ("JPEG", "PNG", "WEBP", "GIF", "HEIF")]
    for data in whole:
        for end in range(1, len(data), max(1, len(data) // 25)):
            damaged = data[:end] + b"\xff" * 8 + data[end + 8 :]
            for bad in (data[:end], damaged):
                try:
                    ingest(store, bad)
                except photos.PhotoError:
                    continue


def test_the_same_picture_is_stored_once(store: PhotoStore) -> None:
    first = ingest(store, encoded(scene()))
    second = ingest(store, encoded(scene()))
    assert first == second
    assert len([path for path in store.root.rglob("*") if path.is_file()]) == 2
    assert store.path(first.key).relative_to(store.root).as_posix() == (
        f"{first.key[:2]}/{first.key[2:4]}/{first.key}.jpg"
    )


@pytest.mark.parametrize("key", ["../../etc/passwd", "", "A" * 64, "a" * 63, "a" * 64 + "\n"])
def test_only_a_key_names_a_file(store: PhotoStore, key: str) -> None:
    with pytest.raises(photos.PhotoMissing):
        store.path(key)


def test_a_missing_picture_is_said_to_be_missing(store: PhotoStore) -> None:
    with pytest.raises(photos.PhotoMissing):
        store.read("a" * 64)


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        (errno.ENOSPC, photos.PhotoStoreFull),
        (errno.EDQUOT, photos.PhotoStoreFull),
        (errno.EROFS, photos.PhotoNotStored),
    ],
)
@pytest.mark.parametrize("fails_at", [1, 2])
def test_a_full_disk_leaves_nothing_half_written(
    store: PhotoStore, monkeypatch: pytest.MonkeyPatch, code: int,
    expected: type[photos.PhotoError], fails_at: int,
) -> None:  # fmt: skip
    replaced: list[object] = []
    real = os.replace

    def replace(source: str, target: Path) -> None:
        replaced.append(target)
        if len(replaced) == fails_at:
            raise OSError(code, os.strerror(code))
        real(source, target)

    monkeypatch.setattr("safety_app.core.photo_store.os.replace", replace)
    with pytest.raises(expected):
        ingest(store, encoded(scene()))
    assert [path for path in store.root.rglob("*") if path.is_file()] == []


def test_a_picture_is_synced_before_its_key_is_given_out(
    store: PhotoStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    steps: list[str] = []
    real_sync, real_replace = os.fsync, os.replace

    def sync(handle: int) -> None:
        steps.append("folder" if os.path.isdir(f"/proc/self/fd/{handle}") else "file")
        real_sync(handle)

    def replace(source: str, target: Path) -> None:
        steps.append("replace")
        real_replace(source, target)

    store.put(b"first", b"makes the folders")
    monkeypatch.setattr("safety_app.core.photo_store.os.fsync", sync)
    monkeypatch.setattr("safety_app.core.photo_store.os.replace", replace)
    store.put(b"jpeg", b"thumb")
    assert steps[-5:] == ["file", "replace", "file", "replace", "folder"]


def aged(store: PhotoStore, name: bytes, age: float, now: float) -> str:
    key = store.put(name, b"thumb")
    for thumb in (False, True):
        os.utime(store.path(key, thumb=thumb), (now - age, now - age))
    return key


def keeping(*keys: str) -> Callable[[Sequence[str]], set[str]]:
    return lambda asked: set(asked) & set(keys)


def test_the_sweep_removes_old_orphans_only(store: PhotoStore) -> None:
    now = 1_800_000_000.0
    orphan = aged(store, b"orphan", 2 * DAY, now)
    young = aged(store, b"young", DAY / 2, now)
    used = aged(store, b"used", 9 * DAY, now)
    assert store.sweep(keeping(used), DAY, now) == 1
    assert [store.exists(key) for key in (orphan, young, used)] == [False, True, True]
    assert store.sweep(keeping(used), DAY, now) == 0


def test_a_picture_sent_again_is_safe_from_the_sweep(store: PhotoStore) -> None:
    now = os.stat(store.root.parent).st_mtime
    key = aged(store, b"again", 2 * DAY, now)
    store.put(b"again", b"thumb")
    assert store.sweep(keeping(), DAY, now) == 0
    assert store.exists(key)


def test_a_picture_sent_while_the_sweep_asks_is_spared(store: PhotoStore) -> None:
    now = os.stat(store.root.parent).st_mtime
    key = aged(store, b"race", 2 * DAY, now)

    def keep(asked: Sequence[str]) -> set[str]:
        store.put(b"race", b"thumb")
        return set()

    assert store.sweep(keep, DAY, now) == 0
    assert store.exists(key)


def test_the_sweep_clears_what_a_crash_left(store: PhotoStore) -> None:
    now = 1_800_000_000.0
    folder = store.path(aged(store, b"used", 2 * DAY, now)).parent
    left = [folder / "tmp123.part", folder / f"{'a' * 64}.thumb.jpg"]
    for path in left:
        path.write_bytes(b"half")
        os.utime(path, (now - 2 * DAY, now - 2 * DAY))
    store.sweep(lambda asked: set(asked), DAY, now)
    assert not any(path.exists() for path in left)


def test_the_same_view_shrunk_and_pressed_is_alike(store: PhotoStore) -> None:
    one = ingest(store, encoded(scene((1200, 900)), quality=95))
    two = ingest(store, encoded(scene((1200, 900)).resize((600, 450)), quality=60))
    other = ingest(store, encoded(scene((1200, 900), seed=2)))
    assert one.key != two.key
    assert similar(one.dhash, two.dhash)
    assert not similar(one.dhash, other.dhash)


def test_plain_walls_are_never_alike(store: PhotoStore) -> None:
    white = ingest(store, encoded(Image.new("RGB", (640, 480), "white")))
    grey = ingest(store, encoded(Image.new("RGB", (640, 480), (180, 180, 181))))
    assert not similar(white.dhash, grey.dhash)


def test_the_hash_fits_a_signed_column(store: PhotoStore) -> None:
    hashes = [ingest(store, encoded(scene(seed=seed))).dhash for seed in range(8)]
    assert all(-(2**63) <= value < 2**63 for value in hashes)
    assert any(value < 0 for value in hashes)


@pytest.mark.filterwarnings("ignore:Corrupt EXIF")
def test_broken_metadata_is_no_reason_to_refuse(store: PhotoStore) -> None:
    sent = encoded(scene(), exif=b"Exif\0\0MM\0*\0\0\0\x08\xff\xff" + b"\xff" * 40)
    assert ingest(store, sent).width == 640


def test_png_text_does_not_survive(store: PhotoStore) -> None:
    words = PngInfo()
    words.add_text("Author", "SecretName")
    photo = ingest(store, encoded(scene(), "PNG", pnginfo=words))
    assert b"Secret" not in store.read(photo.key)
