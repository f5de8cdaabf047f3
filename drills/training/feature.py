"""What training gives to the application."""

from pathlib import Path

from drills.training.permissions import GRANTS
from drills.training.service import follow, prepare
from safety_app.core.feature import Feature

FEATURE = Feature(
    name="training",
    folder=Path(__file__).parent,
    models="drills.training.models",
    grants=GRANTS,
    prepare=prepare,
    follow=follow,
)
