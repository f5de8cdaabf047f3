"""Start the web server, and say where it listens only once it does."""

import asyncio
import socket
from typing import Final

import structlog
import uvicorn

from safety_app.core.i18n import _
from safety_app.core.settings import settings

log = structlog.get_logger("serve")
GRACE_SECONDS: Final = 5


def lan_address() -> str | None:
    """This machine's address in its network; no packet is sent to find it."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            probe.connect(("192.0.2.1", 9))
            found = str(probe.getsockname()[0])
        except OSError:
            return None
    return None if found.startswith("127.") else found


def addresses(host: str, port: int, *, lan: bool) -> tuple[str, str | None]:
    """Where to open the page on this machine, and on a tablet; `public_url` wins."""
    public = settings().public_url.rstrip("/")
    here = "127.0.0.1" if host in ("0.0.0.0", "::", "") else host  # noqa: S104
    local = f"http://[{here}]:{port}" if ":" in here else f"http://{here}:{port}"
    if not lan:
        return public or local, None
    found = lan_address()
    return local, public or (f"http://{found}:{port}" if found else None)


def announcement(host: str, port: int, *, lan: bool) -> str:
    """What the terminal shows when the page can be opened."""
    local, tablet = addresses(host, port, lan=lan)
    lines = ["", _("Ready: {url}", url=local)]
    if lan and tablet:
        lines += [_("On a tablet in this network: {url}", url=tablet), "", _code(tablet)]
    elif lan:
        lines.append(_("This machine is in no network: tablets cannot reach it."))
    return "\n".join(lines)


def first_step(base: str) -> str:
    """Where a hall is set up, as long as there is none."""
    from safety_app.workplace.signin import first_hall

    if not first_hall.is_wanted():
        return ""
    return "\n" + _(
        "There is no hall yet. Set it up in the browser: {url}", url=first_hall.link(base)
    )


def _code(url: str) -> str:
    import io

    import segno

    drawn = io.StringIO()
    segno.make(url, error="m").terminal(out=drawn, compact=True)
    return drawn.getvalue()


class Announcing(uvicorn.Server):
    """A server that speaks up once it listens."""

    def __init__(self, config: uvicorn.Config, words: str, base: str) -> None:
        super().__init__(config)
        self.words = words
        self.base = base

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Listen, then say so."""
        await super().startup(sockets)
        if self.started:
            words = self.words + await asyncio.to_thread(first_step, self.base)
            print(words, flush=True)  # noqa: T201 - the terminal is where the operator looks
            log.info("listening", host=self.config.host, port=self.config.port)


def serve(host: str = "127.0.0.1", port: int = 8501, lan: bool = False) -> None:
    """Serve until SIGINT or SIGTERM; exits with 1 if the start failed."""
    bind = "0.0.0.0" if lan and host == "127.0.0.1" else host  # noqa: S104 - asked for by --lan
    config = uvicorn.Config(
        "safety_app.main:app",
        host=bind,
        port=port,
        lifespan="on",
        ws="websockets-sansio",
        ws_ping_interval=30,
        ws_ping_timeout=30,
        ws_max_size=32 * 1024 * 1024,
        access_log=False,
        log_level="warning",
        use_colors=False,
        server_header=False,
        proxy_headers=settings().trusted_proxy,
        timeout_graceful_shutdown=GRACE_SECONDS,
        timeout_keep_alive=30,
    )
    local, tablet = addresses(bind, port, lan=lan)
    server = Announcing(config, announcement(bind, port, lan=lan), tablet or local)
    server.run()
    if not server.started:
        raise SystemExit(1)
