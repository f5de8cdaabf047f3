#!/usr/bin/env python3
"""Set the application up, run it, test it: `python3 manage.py run`.

Standard library only, and readable by Python 3.8, so that it can say which Python is missing.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import locale
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import time
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from types import FrameType
    from typing import NoReturn

ROOT = Path(__file__).resolve().parent
VENV = ROOT / ".venv"
STAMP = VENV / "installed.json"
WINDOWS = os.name == "nt"
LINUX = sys.platform.startswith("linux")
OLDEST = (3, 11)
PORT = 8501
GRACE_SECONDS = 10.0
RUNTIME, DEVELOPMENT, INSTALLER = (
    "requirements.txt",
    "requirements-dev.txt",
    "requirements-install.txt",
)
LOCKS = {RUNTIME: [], DEVELOPMENT: ["--group", "dev"], INSTALLER: ["--group", "install"]}
HELP = """\
python3 manage.py COMMAND

  run [--empty] [--lan] [--port N]   start the application, with a demonstration hall if it is new
  test [pytest arguments]            install what the tests need and run them
  check                              linters, types, imports, translations, migrations, triggers
  bench [--json FILE]                the benchmark
  screenshots                        take the pictures in docs/screenshots anew
  lock [--upgrade]                   write requirements*.txt anew from pyproject.toml
  WORD ...                           anything else is a command of the application: init, demo,
                                     report, worker, doctor; WORD --help explains it

SAFETY_DATA_DIR is the folder of database and photos (default: data, beside this file).
"""


class Trouble(Exception):
    """Something the person at the keyboard can mend; its text says how."""


def say(english: str, chinese: str) -> str:
    """The sentence in the language of this terminal."""
    chosen = os.environ.get("LC_ALL") or os.environ.get("LC_MESSAGES") or os.environ.get("LANG")
    if not chosen:
        chosen = locale.getlocale()[0] or ""
    return chinese if chosen.lower().startswith(("zh", "chinese")) else english


# Python itself


def python_advice() -> str:
    """How to get a Python that is new enough, on this system."""
    wanted = ".".join(map(str, OLDEST))
    if WINDOWS:
        how = "winget install Python.Python.3.12\n  py -3.12 manage.py run"
    elif sys.platform == "darwin":
        how = "brew install python@3.12\n  python3.12 manage.py run"
    elif shutil.which("dnf"):
        how = "sudo dnf install python3.12\n  python3.12 manage.py run"
    else:
        name = f"python{wanted}"
        how = f"sudo apt-get install {name} {name}-venv\n  {name} manage.py run"
    newer = newer_python()
    if newer:
        how = newer + " manage.py " + " ".join(sys.argv[1:] or ["run"])
    return say(
        "This needs Python {0} or newer; you started it with Python {1}.\n\n  {2}\n\n"
        "Installers for every system are on python.org.",
        "需要 Python {0} 或更高版本，当前是 Python {1}。\n\n  {2}\n\n各系统的安装包见 python.org。",
    ).format(wanted, ".".join(map(str, sys.version_info[:3])), how)


def newer_python() -> str | None:
    """A Python on the PATH that is new enough and starts."""
    for minor in range(14, OLDEST[1] - 1, -1):
        name = f"python3.{minor}"
        if shutil.which(name) and succeeds([name, "-c", ""]):
            return name
    return None


def succeeds(command: Sequence[str]) -> bool:
    """Whether a short command ends well."""
    try:
        done = subprocess.run(
            command, timeout=60, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=False
        )
    except (OSError, subprocess.TimeoutExpired):
        return False
    return done.returncode == 0


# The virtual environment


def venv_python() -> Path:
    """The interpreter inside .venv."""
    return VENV / ("Scripts/python.exe" if WINDOWS else "bin/python")


def fingerprint(lock: str) -> str:
    """What an installation from this lock file with this Python is known by."""
    text = (ROOT / lock).read_bytes()
    return "{}.{}:{}".format(*sys.version_info[:2], hashlib.sha256(text).hexdigest())


def installed(lock: str) -> bool:
    """Whether .venv already holds what the lock file says."""
    try:
        stamp: dict[str, str] = json.loads(STAMP.read_text("utf-8"))
    except (OSError, ValueError):
        return False
    return venv_python().exists() and stamp.get(lock) == fingerprint(lock)


def install(lock: str) -> None:
    """Bring .venv to what the lock file says; nothing to do when the stamp still fits."""
    if installed(lock):
        return
    print(
        say(
            "Installing the packages, a few hundred megabytes; only the first time …",
            "正在安装依赖包（几百兆，仅首次需要）……",
        ),
        flush=True,
    )
    if STAMP.exists():
        STAMP.unlink()  # an installation cut short must not look finished
    make_venv()
    if not (install_with_uv(lock) or install_with_pip(lock)):
        raise Trouble(
            say(
                "The packages could not be installed; the reason stands above. Ready-made packages "
                "exist for Python 3.11 to 3.14 on Linux, macOS and Windows. In a network with its "
                "own package mirror, set PIP_INDEX_URL and try again.",
                "依赖包安装失败，原因见上。Linux、macOS、Windows 上的 Python 3.11 至 3.14 有现成的"
                "安装包。如需使用镜像源，请设置 PIP_INDEX_URL 后重试。",
            )
        )
    locks = [RUNTIME, DEVELOPMENT] if lock == DEVELOPMENT else [lock]
    STAMP.write_text(json.dumps({name: fingerprint(name) for name in locks}), "utf-8")


def make_venv() -> None:
    """Create .venv, or create it anew when it belongs to another Python."""
    if find_spec("venv") is None or find_spec("ensurepip") is None:
        package = "python{}.{}-venv".format(*sys.version_info[:2])
        raise Trouble(
            say(
                "Python's venv module is missing here. On Debian and Ubuntu:\n\n"
                "  sudo apt-get install python3-venv     (or: {})",
                "此处缺少 Python 的 venv 模块。Debian、Ubuntu 请执行：\n\n"
                "  sudo apt-get install python3-venv     （或 {}）",
            ).format(package)
        )
    if venv_fits() and succeeds([str(venv_python()), "-m", "pip", "--version"]):
        return
    run_checked([sys.executable, "-m", "venv", "--clear", str(VENV)])


def venv_fits() -> bool:
    """Whether .venv was made by the Python that runs now."""
    try:
        config = (VENV / "pyvenv.cfg").read_text("utf-8")
    except OSError:
        return False
    found = re.search(r"^version\s*=\s*(\d+)\.(\d+)", config, re.MULTILINE)
    return bool(found) and (int(found[1]), int(found[2])) == sys.version_info[:2]  # type: ignore[index]


def install_with_uv(lock: str) -> bool:
    """The fast way: seconds instead of a minute."""
    pip = [str(venv_python()), "-m", "pip", "--disable-pip-version-check"]
    get = [*pip, "install", "--quiet", "--require-hashes", "-r", INSTALLER]
    if run(get) != 0:
        return False
    uv = [str(venv_python()), "-m", "uv", "pip", "install", "--require-hashes", "-r", lock]
    return run([*uv, "--python", str(venv_python())], uv_environment(pip)) == 0


def uv_environment(pip: Sequence[str]) -> dict[str, str]:
    """This environment, with pip's mirror named for uv, which does not read pip's settings."""
    env = {**os.environ, "UV_PYTHON_DOWNLOADS": "never", "UV_NO_PROGRESS": "1"}
    listed = subprocess.run(
        [*pip, "config", "list"], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, check=False
    )
    for line in listed.stdout.decode("utf-8", "replace").splitlines():
        key, _, value = line.partition("=")
        if key.endswith(".index-url"):
            env.setdefault("UV_DEFAULT_INDEX", value.strip("'\""))
    return env


def install_with_pip(lock: str) -> bool:
    """The slow way, where uv cannot be had."""
    pip = [str(venv_python()), "-m", "pip", "--disable-pip-version-check", "install"]
    return run([*pip, "--require-hashes", "--no-compile", "-r", lock]) == 0


# Processes


def environment() -> dict[str, str]:
    """What the application's processes are started with."""
    env = dict(os.environ)
    env["PYTHONPATH"] = os.pathsep.join(filter(None, [str(ROOT), env.get("PYTHONPATH")]))
    env.setdefault("PYTHONUTF8", "1")
    env.pop("PYTHONDONTWRITEBYTECODE", None)  # it would make every start as slow as the first
    if env.get("SAFETY_DATA_DIR"):
        env["SAFETY_DATA_DIR"] = os.path.abspath(os.path.expanduser(env["SAFETY_DATA_DIR"]))
    return env


def application(*words: str) -> list[str]:
    """The command line of the application."""
    return [str(venv_python()), "-m", "safety_app", *words]


def run(command: Sequence[str], env: Mapping[str, str] | None = None) -> int:
    """Run a command in the project's folder and wait for it."""
    return subprocess.run(command, cwd=str(ROOT), env=env, check=False).returncode


def run_checked(command: Sequence[str]) -> None:
    """Run a command that has to end well."""
    if run(command) != 0:
        raise Trouble(say("This failed: {}", "执行失败：{}").format(" ".join(command)))


def hand_over(command: Sequence[str], env: Mapping[str, str], folder: Path) -> NoReturn:
    """Let a command take this one's place: its terminal, its signals, its exit code."""
    sys.stdout.flush()
    os.chdir(str(folder))
    if not WINDOWS:
        os.execve(command[0], list(command), dict(env))
    with subprocess.Popen(command, env=env) as child:
        while True:
            try:
                sys.exit(child.wait())
            except KeyboardInterrupt:
                continue  # the child got it too and ends in its own way


class Children:
    """Processes that live and die together."""

    def __init__(self) -> None:
        self.running: dict[str, subprocess.Popen[bytes]] = {}
        self.asked_to_stop = 0
        for name in ("SIGINT", "SIGTERM", "SIGHUP", "SIGBREAK"):
            if hasattr(signal, name):
                signal.signal(getattr(signal, name), self._asked)

    def _asked(self, number: int, frame: FrameType | None) -> None:
        self.asked_to_stop += 1

    def start(self, name: str, command: Sequence[str]) -> None:
        """Start a process that a Ctrl-C in the terminal does not reach by itself."""
        how: dict[str, Any] = {"start_new_session": True}
        if WINDOWS:
            how = {"creationflags": getattr(subprocess, "CREATE_NEW_PROCESS_GROUP", 0)}
        elif LINUX:
            how["preexec_fn"] = end_with_parent()
        child = subprocess.Popen(command, cwd=str(ROOT), env=environment(), **how)
        self.running[name] = child

    def wait(self) -> tuple[str, int] | None:
        """The first to end and its exit code, or None when asked to stop."""
        while not self.asked_to_stop:
            for name, child in self.running.items():
                code = child.poll()
                if code is not None:
                    del self.running[name]
                    return name, code
            time.sleep(0.1)
        return None

    def stop(self) -> None:
        """End all that still run: politely, and by force after a while or at the second Ctrl-C."""
        for child in self.running.values():
            if child.poll() is None:
                child.send_signal(signal.CTRL_BREAK_EVENT if WINDOWS else signal.SIGTERM)  # type: ignore[attr-defined,unused-ignore]
        until, asked = time.monotonic() + GRACE_SECONDS, max(self.asked_to_stop, 1)
        while None in [child.poll() for child in self.running.values()]:
            if time.monotonic() > until or self.asked_to_stop > asked:
                for child in self.running.values():
                    kill(child)
            time.sleep(0.05)
        self.running.clear()


def kill(child: subprocess.Popen[bytes]) -> None:
    """End a process, and on POSIX what it started itself."""
    if child.poll() is not None:
        return
    if WINDOWS:
        child.kill()
    else:
        os.killpg(child.pid, signal.SIGKILL)


def end_with_parent() -> Callable[[], None]:
    """For Linux: a child is asked to end even when this process is killed outright."""
    import ctypes

    libc, parent_death_signal = ctypes.CDLL(None), 1

    def in_child() -> None:
        libc.prctl(parent_death_signal, signal.SIGTERM)

    return in_child


# Commands


def command_run(words: Sequence[str]) -> int:
    """Start web application and worker; stop both on Ctrl-C or when one of them ends."""
    options = run_options(words)
    host = "0.0.0.0" if options.lan else "127.0.0.1"  # noqa: S104 - asked for by --lan
    require_free(host, options.port)
    install(RUNTIME)
    serve = application("serve", "--host", host, "--port", str(options.port))
    serve += ["--lan"] if options.lan else []
    prepare = application("prepare") + (["--empty"] if options.empty else [])
    ended = together(prepare, serve, application("worker"), at_once=hall_exists())
    if ended is None:
        return 0
    print(
        say("{0} ended (exit code {1}); all stopped.", "{0} 已退出（代码 {1}），全部停止。").format(
            *ended
        )
    )
    return ended[1] if 0 < ended[1] < 256 else 1


def together(
    prepare: Sequence[str], serve: Sequence[str], worker: Sequence[str], *, at_once: bool
) -> tuple[str, int] | None:
    """Run until asked to stop (None) or until one ends that should not: its name and exit code.

    What already has a database is served while it is still being prepared, which saves a second;
    the worker always waits.
    """
    children = Children()
    try:
        children.start("prepare", prepare)
        if at_once:
            children.start("serve", serve)
        ended = children.wait()
        if ended == ("prepare", 0):
            if not at_once:
                children.start("serve", serve)
            children.start("worker", worker)
            ended = children.wait()
        return ended
    finally:
        children.stop()


def hall_exists() -> bool:
    """Whether the data folder has a database; one on a server is not looked for."""
    return Path(environment().get("SAFETY_DATA_DIR") or ROOT / "data", "safety.db").exists()


def run_options(words: Sequence[str]) -> argparse.Namespace:
    """The options of `run`."""
    parser = argparse.ArgumentParser(prog="manage.py run")
    parser.add_argument("--empty", action="store_true", help="without the demonstration hall")
    parser.add_argument("--lan", action="store_true", help="let tablets in this network connect")
    parser.add_argument("--port", type=port_number, default=PORT, help="default %(default)s")
    return parser.parse_args(words)


def port_number(text: str) -> int:
    """A port an ordinary program can be asked to listen on."""
    if not (text.isdigit() and 1 <= int(text) <= 65535):
        raise argparse.ArgumentTypeError(
            say("a port is a number from 1 to 65535", "端口应为 1 至 65535 的整数")
        )
    return int(text)


def require_free(host: str, port: int) -> None:
    """Refuse early when the port cannot be listened on."""
    with socket.socket() as probe:
        if not WINDOWS:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            raise Trouble(
                say(
                    "Port {0} cannot be used ({1}). Is the application running already? "
                    "If not, choose another: --port {2}",
                    "端口 {0} 无法使用（{1}）。程序是否已在运行？如否，请换一个端口：--port {2}",
                ).format(port, error.strerror, port + 1 if port < 65535 else PORT)
            ) from None


def command_test(words: Sequence[str]) -> NoReturn:
    """Install what the tests need and run pytest: all of them two at a time, in files' order."""
    install(DEVELOPMENT)
    python = str(venv_python())
    if run([python, "-m", "tests.browser"], environment()) != 0:
        sys.exit(1)
    chosen = words or ["--numprocesses=2", "--dist=loadfile", "--no-loadscope-reorder"]
    hand_over([python, "-m", "pytest", *chosen], environment(), ROOT)


def command_bench(words: Sequence[str]) -> NoReturn:
    """Run the benchmark."""
    install(DEVELOPMENT)
    hand_over([str(venv_python()), "-m", "tests.bench", *words], environment(), Path.cwd())


def command_screenshots(words: Sequence[str]) -> NoReturn:
    """Take the documentation's pictures of the demonstration hall."""
    install(DEVELOPMENT)
    python = str(venv_python())
    if run([python, "-m", "tests.browser"], environment()) != 0:
        sys.exit(1)
    hand_over([python, "-m", "tests.e2e.screenshots", *words], environment(), ROOT)


def command_check(words: Sequence[str]) -> int:
    """Run every check, show every failure."""
    if words:
        raise Trouble(say("check takes no arguments.", "check 不带参数。"))
    install(DEVELOPMENT)
    python = str(venv_python())
    checks = {
        "ruff check": [python, "-m", "ruff", "check", "."],
        "ruff format": [python, "-m", "ruff", "format", "--check", "."],
        "mypy": [python, "-m", "mypy"],
        "import-linter": [
            python,
            "-c",
            "from importlinter.cli import lint_imports_command as main; main()",
        ],
        "translations, migrations, triggers": application("check"),
    }
    failed = []
    for name, command in checks.items():
        print("\n=== " + name, flush=True)
        if run(command, environment()) != 0:
            failed.append(name)
    print(
        "\n"
        + (
            say("Failed: ", "未通过：") + ", ".join(failed)
            if failed
            else say("All clean.", "全部通过。")
        )
    )
    return 1 if failed else 0


def command_lock(words: Sequence[str]) -> int:
    """Compile the lock files; the tests' one keeps the versions of the application's."""
    install(DEVELOPMENT)
    compile_ = [str(venv_python()), "-m", "uv", "pip", "compile", "--quiet", "--universal"]
    compile_ += ["--python-version", ".".join(map(str, OLDEST)), "--generate-hashes"]
    compile_ += ["--no-emit-index-url", "--custom-compile-command", "python3 manage.py lock"]
    for lock, groups in LOCKS.items():
        source = groups if lock == INSTALLER else ["pyproject.toml", *groups]
        same = ["-c", RUNTIME] if lock == DEVELOPMENT else []
        run_checked([*compile_, *source, *same, *words, "-o", lock])
    return 0


COMMANDS: dict[str, Callable[[Sequence[str]], int]] = {
    "run": command_run,
    "test": command_test,
    "check": command_check,
    "bench": command_bench,
    "screenshots": command_screenshots,
    "lock": command_lock,
}


def main(words: Sequence[str]) -> int:
    """Do what the first word says."""
    if sys.version_info < OLDEST:
        raise Trouble(python_advice())
    if not words or words[0] in ("-h", "--help", "help"):
        print(HELP, end="")
        return 0
    if words[0] in COMMANDS:
        return COMMANDS[words[0]](words[1:])
    install(RUNTIME)
    hand_over(application(*words), environment(), Path.cwd())


if __name__ == "__main__":
    try:
        sys.exit(main(sys.argv[1:]))
    except Trouble as trouble:
        print(trouble, file=sys.stderr)
        sys.exit(1)
    except KeyboardInterrupt:
        sys.exit(130)
