"""Plain addresses of training: tables and papers."""

from typing import Final

from drills.training import exporting

ROUTES: Final = (*exporting.ROUTES,)
