"""The JSON interface under `/api`: every feature's router, and errors as sentences."""

import tomllib
from typing import cast

import structlog
from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.responses import Response

from safety_app.core.errors import AppError
from safety_app.core.failures import explain
from safety_app.core.feature import load
from safety_app.core.i18n import N_
from safety_app.core.settings import ROOT
from safety_app.features import features
from safety_app.web import files
from safety_app.web.refusals import Broken, refusal

log = structlog.get_logger("safety_app.api")


class InvalidRequest(AppError):
    """The request does not have the shape that the interface asks for."""

    text = N_("This request cannot be read. Please check: {problems}.")
    status = 422


class NoSuchAddress(AppError):
    """Nothing lives at this path."""

    text = N_("There is nothing at this address. Go back to the start page.")
    status = 404


class TurnedDown(AppError):
    """The request was turned down before it reached a rule."""

    text = N_("This request was turned down (code {number}). Please try again.")


async def _failed(request: Request, error: Exception) -> Response:
    """The log gets the cause of what is no broken rule; a bug is logged with the request."""
    known = explain(error)
    cause = error if known is not error else error.__cause__
    if known is not None and cause is not None and known.status >= 500:
        log.error("failure", code=known.code, cause=repr(cause))
    number = request.scope.get("state", {}).get("request_id", "–")
    return refusal(request.scope, known or Broken(request_id=number))


async def _invalid(request: Request, error: Exception) -> Response:
    problems = cast(RequestValidationError, error).errors()
    places = {".".join(str(part) for part in one["loc"][1:]) for one in problems}
    return refusal(request.scope, InvalidRequest(problems=", ".join(sorted(places))))


async def _turned_down(request: Request, error: Exception) -> Response:
    status = cast(HTTPException, error).status_code
    answer = refusal(request.scope, NoSuchAddress() if status == 404 else TurnedDown(number=status))
    answer.status_code = status
    return answer


def version() -> str:
    """The version of this program."""
    declared = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    return str(declared["project"]["version"])


def build() -> FastAPI:
    """The application to mount at `/api`."""
    made = FastAPI(
        title="Safety patrols",
        version=version(),
        docs_url=None,
        redoc_url=None,
        exception_handlers={
            AppError: _failed,
            RequestValidationError: _invalid,
            HTTPException: _turned_down,
            Exception: _failed,
        },
    )
    made.include_router(files.router)
    for feature in features():
        if feature.api:
            made.include_router(load(feature.api))
    return made
