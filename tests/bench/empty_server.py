"""The floor of a page: Streamlit with nothing on it, behind the same guard, served the same way."""

import gc
import shutil
import sys
import tempfile
from pathlib import Path

import streamlit as st
import uvicorn
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

import safety_app
from safety_app.accounts import gate
from safety_app.features import features
from safety_app.main import Failures
from safety_app.web import middleware

SCRIPT = """
import streamlit as st

st.set_page_config(layout="wide")
st.write("-")
"""


async def _health(_request: Request) -> Response:
    return PlainTextResponse("ok")


def serve(port: int) -> None:
    """Serve until SIGTERM."""
    features()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        # Streamlit reads its settings beside the script.
        shutil.copytree(Path(safety_app.__path__[0]) / ".streamlit", folder / ".streamlit")
        script = folder / "empty.py"
        script.write_text(SCRIPT, "utf-8")
        stack = [*middleware.stack(gate.find_live), Middleware(Failures)]
        app = st.App(script, routes=[Route("/healthz", _health)], middleware=stack)
        gc.collect()
        gc.freeze()
        uvicorn.run(
            app,
            host="127.0.0.1",
            port=port,
            ws="websockets-sansio",
            access_log=False,
            log_level="warning",
        )


if __name__ == "__main__":
    serve(int(sys.argv[1]))
