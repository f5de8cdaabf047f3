"""Where somebody serves on a day beside the windows of their roles, as other packages know it."""

from dataclasses import replace
from datetime import date

from sqlalchemy.orm import Session

from safety_app.core.access import Actor, Role
from safety_app.features import features


def with_duty(session: Session, actor: Actor, today: date) -> Actor:
    """The actor as one of the staff of the windows at which the roster needs them today."""
    own = actor.served | actor.led
    more = {
        window_id
        for feature in features()
        if feature.serves
        for window_id in feature.serves(session, actor.user_id, today)
        if window_id not in own
    }
    if not more:
        return actor
    return replace(actor, roles=actor.roles | {Role.STAFF}, served=actor.served | more)
