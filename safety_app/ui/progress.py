"""A bar that moves while something long is done in one transaction."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress

import streamlit as st
from streamlit.runtime.scriptrunner_utils.exceptions import RerunException, StopException


@contextmanager
def progress(label: str) -> Iterator[Callable[[float], None]]:
    """The bar, from 0 to 1; it goes when the block ends.

    A click elsewhere asks the script to begin anew at its next drawing, here in the middle of a
    write, which would be undone without a word: what has begun is finished first.
    """
    bar = st.progress(0.0, text=label)
    shown = [0]

    def move(share: float) -> None:
        percent = int(share * 100)
        if percent > shown[0]:
            shown[0] = percent
            with suppress(RerunException, StopException):
                bar.progress(percent, text=label)

    try:
        yield move
    finally:
        bar.empty()
