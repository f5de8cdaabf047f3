"""What hazards give to the application."""

from pathlib import Path

from safety_app.core.feature import Feature

FEATURE = Feature(
    name="hazards",
    folder=Path(__file__).parent,
    models="hazards.models",
)
