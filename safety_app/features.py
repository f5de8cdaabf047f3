"""The application's features by name, in menu order: the one place that loads by name."""

from functools import lru_cache
from importlib import import_module
from pathlib import Path
from typing import Final

from safety_app.core import access, files, i18n, lease  # noqa: F401 - the tables of both
from safety_app.core.feature import Door, Feature

NAMES: Final = (
    "safety_app.accounts",
    "safety_app.workplace",
    "safety_app.overview",
    "hazards",
    "hazards.incidents",
    "checklists",
    "equipment",
    "drills.plans",
    "drills.training",
    "drills.exams",
    "drills",
    "safety_app.reports",
    "safety_app.papers",
)
GROUND: Final = (".", "core", "web", "ui")


@lru_cache(maxsize=1)
def features() -> tuple[Feature, ...]:
    """Every feature, its models imported, its grants and words known."""
    for name in GROUND:
        i18n.load(Path(__file__).parent / name / "locales")
    loaded = []
    for name in NAMES:
        feature: Feature = import_module(f"{name}.feature").FEATURE
        if feature.models:
            import_module(feature.models)
        access.grant(feature.grants)
        i18n.load(feature.folder / "locales")
        loaded.append(feature)
    return tuple(loaded)


@lru_cache(maxsize=1)
def door() -> Door | None:
    """The page that is one tap away from everywhere, if a feature has one."""
    return next((feature.door for feature in features() if feature.door), None)
