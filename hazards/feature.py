"""What hazards give to the application."""

from pathlib import Path

from hazards import sections, service
from hazards.permissions import GRANTS
from safety_app.core.feature import Feature, Job, PhotoShelf, Section

FEATURE = Feature(
    name="hazards",
    folder=Path(__file__).parent,
    models="hazards.models",
    grants=GRANTS,
    api="hazards.api:router",
    sections=(Section("hazards", 20, sections.build),),
    jobs=(Job("hazards.sweep_uploads", 3600, service.sweep_uploads),),
    photos=PhotoShelf(may_see=service.may_see, in_use=service.in_use),
)
