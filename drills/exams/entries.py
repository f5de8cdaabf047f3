"""What a tablet sends for one question: its shape and its limits."""

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from checklists.service import ClientMoment
from drills.exams.scoring import MOST_OPTIONS

MOST_SEQ = 5_000


class Entry(BaseModel):
    """The whole state of one question as the tablet knows it.

    `place` counts from 0, `choice` is the sum of the chosen options as shown (1, 2, 4 …); with
    `marked` the candidate wants to look at it once more.
    """

    model_config = ConfigDict(extra="ignore", frozen=True)

    seq: Annotated[int, Field(ge=1, le=MOST_SEQ)]
    place: Annotated[int, Field(ge=0, le=199)]
    choice: Annotated[int, Field(ge=0, lt=1 << MOST_OPTIONS)]
    marked: bool = False
    client_at: ClientMoment = None
