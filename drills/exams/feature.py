"""What exams give to the application."""

from pathlib import Path

from safety_app.core.feature import Feature

FEATURE = Feature(name="exams", folder=Path(__file__).parent)
