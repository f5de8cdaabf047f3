"""What emergency plans and rules give to the application."""

from pathlib import Path

from safety_app.core.feature import Feature

FEATURE = Feature(name="plans", folder=Path(__file__).parent)
