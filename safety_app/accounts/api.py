"""Routes of accounts under `/api`: unlock a shared tablet in place, keep a session alive."""

from typing import Annotated

from fastapi import APIRouter, Request, Response
from pydantic import BaseModel, ConfigDict, Field

from safety_app.accounts import cookies, signin
from safety_app.accounts.service import DEVICE_COOKIE, SESSION_COOKIE
from safety_app.core import clock
from safety_app.core.settings import settings
from safety_app.web.identity import actor_of, address_of, csrf_of

router = APIRouter()


class PinBody(BaseModel):
    """A person of the tablet's list and their six digits."""

    model_config = ConfigDict(extra="forbid")

    user_id: Annotated[int, Field(gt=0, lt=2**31)]
    pin: Annotated[str, Field(min_length=1, max_length=32)]


class Person(BaseModel):
    """Who is signed in now."""

    id: int
    name: str


class Unlocked(BaseModel):
    """The new session's token for forms, and whose it is."""

    csrf: str
    actor: Person


class Alive(BaseModel):
    """A live session and after how many idle seconds the screen locks itself."""

    csrf: str
    actor: Person
    idle_seconds: int


@router.post("/session/pin")
def unlock(body: PinBody, request: Request, response: Response) -> Unlocked:
    """Sign in with a code on a shared tablet, without leaving the page that is open."""
    signed = signin.with_pin(
        user_id=body.user_id,
        pin=body.pin,
        address=address_of(request.scope),
        device_token=request.cookies.get(DEVICE_COOKIE),
        old=request.cookies.get(SESSION_COOKIE),
        agent=request.headers.get("user-agent", ""),
        now=clock.now(),
    )
    cookies.put_session(response, request, signed.token)
    actor = signed.actor
    return Unlocked(csrf=signed.csrf, actor=Person(id=actor.user_id, name=actor.name))


@router.post("/session/alive")
def alive(request: Request) -> Alive:
    """Say that somebody is still at the page; the guard has noted it on the way in."""
    actor = actor_of(request)
    return Alive(
        csrf=csrf_of(request),
        actor=Person(id=actor.user_id, name=actor.name),
        idle_seconds=settings().tablet_idle_minutes * 60,
    )
