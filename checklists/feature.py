"""What checklists give to the application."""

from pathlib import Path

from safety_app.core.feature import Feature

FEATURE = Feature(
    name="checklists",
    folder=Path(__file__).parent,
    models="checklists.models",
)
