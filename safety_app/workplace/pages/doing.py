"""One action behind one button."""

from collections.abc import Callable

from sqlalchemy.orm import Session

from safety_app import ui


def saved(pressed: bool, action: Callable[[Session], object], done: str) -> bool:
    """Do it if the button was pressed; whether it was done, else the page says why not."""

    def run(session: Session) -> bool:
        action(session)
        return True

    return pressed and bool(ui.act(run, done=done))
