"""What hazards give to the application."""

from pathlib import Path

from hazards import service
from hazards.permissions import GRANTS
from safety_app.core.feature import Feature, Job, PhotoShelf

FEATURE = Feature(
    name="hazards",
    folder=Path(__file__).parent,
    models="hazards.models",
    grants=GRANTS,
    jobs=(Job("hazards.sweep_uploads", 3600, service.sweep_uploads),),
    photos=PhotoShelf(may_see=service.may_see, in_use=service.in_use),
)
