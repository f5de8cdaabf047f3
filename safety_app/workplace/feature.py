"""What the workplace gives to the application."""

from pathlib import Path

from safety_app.core.feature import Feature

FEATURE = Feature(
    name="workplace",
    folder=Path(__file__).parent,
    models="safety_app.workplace.models",
)
