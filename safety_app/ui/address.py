"""The address under which others reach this installation."""

from urllib.parse import urlsplit

import streamlit as st

from safety_app.core.settings import settings


def base_address() -> str:
    """The set address, else where this browser found us."""
    if settings().public_url:
        return settings().public_url.rstrip("/")
    host = st.context.headers.get("Host", "localhost")
    secure = (st.context.url or "").startswith("https")
    return f"{'https' if secure else 'http'}://{host}"


def is_own(address: str) -> bool:
    """Whether an address leads nowhere from another device."""
    return urlsplit(address).hostname in ("localhost", "127.0.0.1", "::1")
