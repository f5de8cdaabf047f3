"""The floor: a bare Starlette program that does the same durable writes on SQLite.

No accounts, no guard, no rules, no languages: one row update an answer, shrunk photos on disk,
one transaction for the signature, one for the hazard's owner, one query for the list.
"""

import hashlib
import io
import json
import os
import sys
from pathlib import Path
from typing import Any

import uvicorn
from PIL import Image
from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import Route

try:
    from pysqlite3 import dbapi2 as sqlite
except ImportError:
    import sqlite3 as sqlite

OPEN = ("registered", "assigned", "fixed")
TABLES = """
CREATE TABLE runs (id INTEGER PRIMARY KEY, answers TEXT, seq INTEGER, at TEXT, submitted_at TEXT);
CREATE TABLE findings (id INTEGER PRIMARY KEY, run_id INTEGER, item INTEGER, note TEXT,
    UNIQUE (run_id, item));
CREATE TABLE photos (id INTEGER PRIMARY KEY, run_id INTEGER, key TEXT, width INTEGER,
    height INTEGER, sha TEXT);
CREATE TABLE hazards (id INTEGER PRIMARY KEY, number TEXT, what TEXT, level TEXT, status TEXT,
    window_id INTEGER, owner_id INTEGER, fix_by TEXT, measures TEXT);
CREATE INDEX hazards_open ON hazards (fix_by) WHERE status IN ('registered', 'assigned', 'fixed');
"""


def connect(folder: Path) -> Any:
    """The database with the same durability as ours."""
    found = sqlite.connect(folder / "floor.db", isolation_level=None, check_same_thread=False)
    for pragma in ("journal_mode=WAL", "synchronous=FULL", "cache_size=-65536"):
        found.execute(f"PRAGMA {pragma}")
    return found


def fill(folder: Path, *, runs: int, items: int, hazards: int, every: int) -> None:
    """Empty runs, and a list of hazards of which every so many is open."""
    base = connect(folder)
    base.executescript(TABLES)
    base.execute("BEGIN")
    base.executemany(
        "INSERT INTO runs (id, answers, seq) VALUES (?, ?, 0)",
        [(number + 1, "." * items) for number in range(runs)],
    )
    base.executemany(
        "INSERT INTO hazards (number, what, level, status, window_id, owner_id, fix_by, measures)"
        " VALUES (?, ?, 'moderate', ?, ?, 1, ?, '')",
        [
            (
                f"HZ-2026-{at:05}",
                "插排破损",
                OPEN[at % 3] if at % every == 0 else "closed",
                at % 24,
                f"2026-{at % 12 + 1:02}-{at % 28 + 1:02}",
            )
            for at in range(hazards)
        ],
    )
    base.execute("COMMIT")
    base.close()


class Floor:
    """The handlers, with their one connection."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.base = connect(folder)

    async def health(self, request: Request) -> Response:
        """Ready."""
        return PlainTextResponse("ok")

    async def answer(self, request: Request) -> Response:
        """One answer: one row, one commit."""
        run_id = request.path_params["run_id"]
        sent = json.loads(await request.body())
        self.base.execute("BEGIN IMMEDIATE")
        (answers,) = self.base.execute(
            "SELECT answers FROM runs WHERE id = ?", (run_id,)
        ).fetchone()
        at = sent["position"]
        answers = answers[:at] + sent["value"] + answers[at + 1 :]
        self.base.execute(
            "UPDATE runs SET answers = ?, seq = ?, at = ? WHERE id = ?",
            (answers, sent["seq"], sent["client_at"], run_id),
        )
        if sent.get("note"):
            self.base.execute(
                "INSERT OR REPLACE INTO findings (run_id, item, note) VALUES (?, ?, ?)",
                (run_id, at, sent["note"]),
            )
        self.base.execute("COMMIT")
        saved = len(answers) - answers.count(".")
        return JSONResponse({"seq": sent["seq"], "saved": saved, "total": len(answers)})

    async def photo(self, request: Request) -> Response:
        """One picture: shrunk, with a thumbnail, on disk before its row."""
        data = await request.body()
        key, width, height = await run_in_threadpool(self._keep, data)
        self.base.execute(
            "INSERT INTO photos (run_id, key, width, height, sha) VALUES (?, ?, ?, ?, ?)",
            (
                request.path_params["run_id"],
                key,
                width,
                height,
                hashlib.sha256(data).hexdigest(),
            ),
        )
        return JSONResponse({"key": key})

    def _keep(self, data: bytes) -> tuple[str, int, int]:
        with Image.open(io.BytesIO(data)) as source:
            source.draft("RGB", (1600, 1600))
            source.thumbnail((1600, 1600), Image.Resampling.BICUBIC)
            picture = source.convert("RGB")
        thumb = picture.copy()
        thumb.thumbnail((320, 320), Image.Resampling.BICUBIC)
        jpeg, small = _jpeg(picture, 82), _jpeg(thumb, 78)
        key = hashlib.sha256(jpeg).hexdigest()
        self._write(key + ".thumb.jpg", small)
        self._write(key + ".jpg", jpeg)
        handle = os.open(self.folder, os.O_RDONLY)
        os.fsync(handle)
        os.close(handle)
        return key, *picture.size

    def _write(self, name: str, content: bytes) -> None:
        part = self.folder / (name + ".part")
        with part.open("wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        part.replace(self.folder / name)

    async def submit(self, request: Request) -> Response:
        """The signature, and the hazard of the failed item, in one commit."""
        run_id = request.path_params["run_id"]
        sent = json.loads(await request.body())
        self.base.execute("BEGIN IMMEDIATE")
        self.base.execute(
            "UPDATE runs SET submitted_at = ? WHERE id = ?", (sent["client_at"], run_id)
        )
        made = self.base.execute(
            "INSERT INTO hazards (number, what, level, status, window_id, fix_by)"
            " VALUES (?, '插排破损', 'moderate', 'registered', 1, '2026-12-01')",
            (f"HZ-R-{run_id}",),
        )
        self.base.execute("COMMIT")
        return JSONResponse({"hazard": made.lastrowid})

    async def assign(self, request: Request) -> Response:
        """Owner and deadline."""
        sent = json.loads(await request.body())
        self.base.execute(
            "UPDATE hazards SET status = 'assigned', owner_id = ?, fix_by = ?, measures = ?"
            " WHERE number = ?",
            (
                sent["owner_id"],
                sent["fix_by"],
                sent["measures"],
                request.path_params["number"],
            ),
        )
        return JSONResponse({"status": "assigned"})

    async def hazards(self, request: Request) -> Response:
        """A page of the open ones, the most urgent first."""
        found = self.base.execute(
            "SELECT id, number, what, level, status, window_id, owner_id, fix_by FROM hazards"
            " WHERE status IN ('registered', 'assigned', 'fixed')"
            " ORDER BY level != 'urgent', fix_by, id LIMIT 30"
        ).fetchall()
        names = ("id", "number", "what", "level", "status", "window_id", "owner_id", "fix_by")
        return JSONResponse({"hazards": [dict(zip(names, row, strict=True)) for row in found]})


def _jpeg(picture: Image.Image, quality: int) -> bytes:
    out = io.BytesIO()
    picture.save(out, "JPEG", quality=quality)
    return out.getvalue()


def build(folder: Path) -> Starlette:
    """The program."""
    floor = Floor(folder)
    return Starlette(
        routes=[
            Route("/healthz", floor.health),
            Route("/runs/{run_id:int}/answers", floor.answer, methods=["POST"]),
            Route("/runs/{run_id:int}/photos", floor.photo, methods=["POST"]),
            Route("/runs/{run_id:int}/submit", floor.submit, methods=["POST"]),
            Route("/hazards/{number}/assign", floor.assign, methods=["POST"]),
            Route("/hazards", floor.hazards),
        ]
    )


if __name__ == "__main__":
    uvicorn.run(
        build(Path(sys.argv[1])),
        host="127.0.0.1",
        port=int(sys.argv[2]),
        access_log=False,
        log_level="warning",
    )
