"""What drills give to the application."""

from pathlib import Path

from drills.permissions import GRANTS
from safety_app.core.feature import Feature

FEATURE = Feature(
    name="drills",
    folder=Path(__file__).parent,
    models="drills.models",
    grants=GRANTS,
)
