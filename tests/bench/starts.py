"""How long people wait: for the start, and for the demonstration hall."""

import compileall
import statistics
import subprocess
import sys
import time
from pathlib import Path

from tests.bench import processes
from tests.bench.hall import Hall
from tests.bench.table import Line

START_LIMIT = 3.0
HALL_LIMIT = 30.0


def start(hall: Hall, rounds: int) -> Line:
    """From the process's birth to the first healthy answer, once installed and started before."""
    for package in ("safety_app", "hazards", "checklists", "equipment", "drills"):
        compileall.compile_dir(str(processes.ROOT / package), quiet=2)
    seconds = []
    for _ in range(rounds + 1):
        with processes.application(hall.data) as server:
            seconds.append(server.seconds)
    return Line("From start to healthy", statistics.median(seconds[1:]), None, START_LIMIT, "s")


def demonstration(data: Path) -> Line:
    """Three months of patrols and hazards, made by the services themselves."""
    env = processes.environment(SAFETY_DATA_DIR=str(data))
    began = time.perf_counter()
    subprocess.run(
        [sys.executable, "-m", "safety_app", "demo"],
        cwd=processes.ROOT,
        env=env,
        check=True,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    return Line("The demonstration hall", time.perf_counter() - began, None, HALL_LIMIT, "s")
