"""What incidents give to the application."""

from pathlib import Path

from safety_app.core.feature import Feature

FEATURE = Feature(name="incidents", folder=Path(__file__).parent)
