"""What accounts give to the application."""

from pathlib import Path

from safety_app.accounts import dossier
from safety_app.accounts.jobs import sweep
from safety_app.accounts.permissions import GRANTS
from safety_app.accounts.service import charge
from safety_app.core.feature import Charge, Dossier, Feature, Job
from safety_app.core.i18n import N_

FEATURE = Feature(
    name="accounts",
    folder=Path(__file__).parent,
    models="safety_app.accounts.models",
    grants=GRANTS,
    api="safety_app.accounts.api:router",
    dossier=(Dossier(8, dossier.training),),
    charges=(Charge(N_("Windows, deputies and roles"), charge.held, charge.hand_over),),
    commands="safety_app.accounts.commands:register",
    jobs=(Job("accounts.sweep", 3600, sweep),),
)
