"""What the overview gives to the application."""

from pathlib import Path

from safety_app.core.feature import Feature

FEATURE = Feature(
    name="overview",
    folder=Path(__file__).parent,
    models="",
)
