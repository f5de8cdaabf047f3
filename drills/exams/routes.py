"""All plain addresses of exams."""

from typing import Final

from drills.exams import exporting, page, papers

ROUTES: Final = (*page.ROUTES, *exporting.ROUTES, *papers.ROUTES)
