"""What is kept of a signature, and whose name it may bear."""

import json

import pytest
from sqlalchemy.orm import Session

from safety_app.accounts import service
from safety_app.accounts.errors import SignatureInvalid, SignatureNotOwnName
from safety_app.accounts.service import Drawn, Typed
from tests.cast import Cast

STROKES: list[list[list[float]]] = [[[10, 10], [80.4, 60.6], [160, 20]], [[20, 90], [150, 140]]]


def test_strokes_are_kept_as_whole_points_within_the_box(session: Session, hall: Cast) -> None:
    kept = service.keep_signature(session, hall.staff.user_id, Drawn(STROKES, 300, 120))
    assert json.loads(kept) == {
        "strokes": [[[10, 10], [80, 61], [160, 20]], [[20, 90], [150, 120]]], "w": 300, "h": 120
    }  # fmt: skip
    with pytest.raises(SignatureInvalid):
        service.keep_signature(session, hall.staff.user_id, Drawn([[[5, 5], [9, 9]]], 300, 120))


@pytest.mark.parametrize("name", ["王 晓燕", "WANG xiaoyan"])
def test_the_own_name_may_be_typed_in_either_language(
    session: Session, hall: Cast, name: str
) -> None:
    kept = service.keep_signature(session, hall.staff.user_id, Typed(name))
    assert json.loads(kept) == {"typed": name}
    with pytest.raises(SignatureNotOwnName, match="周航"):
        service.keep_signature(session, hall.second_staff.user_id, Typed(name))
