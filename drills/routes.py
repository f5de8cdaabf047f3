"""The plain pages and papers of drills."""

from typing import Final

from drills import clock_page, evaluation_paper, papers

ROUTES: Final = (*clock_page.ROUTES, *evaluation_paper.ROUTES, *papers.ROUTES)
