"""Plain addresses of training: tables and papers."""

from typing import Final

from drills.training import exporting, papers

ROUTES: Final = (*exporting.ROUTES, *papers.ROUTES)
