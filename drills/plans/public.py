"""Which notices everybody may read without signing in, by the word in their address."""

from collections.abc import Mapping
from typing import Final

from drills.plans.models import Kind

NOTICES: Final[Mapping[str, Kind]] = {
    "visitors": Kind.VISITOR_RULES,
    "third-parties": Kind.THIRD_PARTY_RULES,
}
