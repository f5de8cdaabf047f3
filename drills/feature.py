"""What drills give to the application."""

from pathlib import Path

from drills.closing import rule_behind, source_page
from drills.permissions import GRANTS
from drills.service import attending, clock, proofs
from drills.subjects import SUBJECTS
from safety_app.core.feature import Feature, PhotoShelf

FEATURE = Feature(
    name="drills",
    folder=Path(__file__).parent,
    models="drills.models",
    grants=GRANTS,
    routes="drills.routes:ROUTES",
    api="drills.api:router",
    photos=PhotoShelf(may_see=proofs.may_see_photo, in_use=proofs.photos_in_use),
    may_see_file=proofs.may_see_file,
    elsewhere=attending.at_drill,
    forget_device=clock.forget_device,
    subjects=SUBJECTS,
    rule_behind=rule_behind,
    source_page=source_page,
)
