"""The plain pages and papers of drills."""

from typing import Final

from drills import clock_page

ROUTES: Final = (*clock_page.ROUTES,)
