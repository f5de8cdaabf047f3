"""What drills give to the application."""

from pathlib import Path

from safety_app.core.feature import Feature

FEATURE = Feature(name="drills", folder=Path(__file__).parent)
