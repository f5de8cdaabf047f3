"""What the combined reports give to the application."""

from pathlib import Path

from safety_app.core.feature import Feature

FEATURE = Feature(
    name="reports",
    folder=Path(__file__).parent,
    models="",
)
