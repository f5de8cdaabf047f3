"""What accounts give to the application."""

from pathlib import Path

from safety_app.accounts.jobs import sweep
from safety_app.accounts.permissions import GRANTS
from safety_app.core.feature import Feature, Job

FEATURE = Feature(
    name="accounts",
    folder=Path(__file__).parent,
    models="safety_app.accounts.models",
    grants=GRANTS,
    api="safety_app.accounts.api:router",
    jobs=(Job("accounts.sweep", 3600, sweep),),
)
