"""What training gives to the application."""

from pathlib import Path

from safety_app.core.feature import Feature

FEATURE = Feature(name="training", folder=Path(__file__).parent)
