"""What safety facilities give to the application."""

from pathlib import Path

from equipment.permissions import GRANTS
from safety_app.core.feature import Feature

FEATURE = Feature(
    name="equipment",
    folder=Path(__file__).parent,
    models="equipment.models",
    grants=GRANTS,
)
