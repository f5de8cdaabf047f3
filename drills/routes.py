"""The plain pages and papers of drills."""

from typing import Final

from drills import clock_page, evaluation_paper

ROUTES: Final = (*clock_page.ROUTES, *evaluation_paper.ROUTES)
