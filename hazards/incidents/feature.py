"""What incidents give to the application."""

from pathlib import Path

from hazards.incidents.hooks import bars_closing, rule_behind, source_page
from hazards.incidents.permissions import GRANTS
from hazards.incidents.service.evidence import may_see_file, may_see_photo, photos_in_use
from hazards.incidents.service.figures import end_periods
from hazards.incidents.service.investigating import hand_over, held
from hazards.incidents.service.moving import move_all
from hazards.incidents.service.reporting import sweep_drafts
from safety_app.core.feature import Charge, Feature, Job, PhotoShelf
from safety_app.core.i18n import N_

FEATURE = Feature(
    name="incidents",
    folder=Path(__file__).parent,
    models="hazards.incidents.models",
    grants=GRANTS,
    jobs=(
        Job("incidents.end_periods", 3600, end_periods),
        Job("incidents.sweep_drafts", 3600, sweep_drafts),
    ),
    photos=PhotoShelf(may_see=may_see_photo, in_use=photos_in_use),
    may_see_file=may_see_file,
    charges=(Charge(N_("Investigations of incidents"), held, hand_over),),
    merge=move_all,
    bars_closing=bars_closing,
    source_page=source_page,
    rule_behind=rule_behind,
)
"""Incidents and near misses: reported, investigated, closed."""
