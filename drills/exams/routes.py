"""All plain addresses of exams."""

from typing import Final

from drills.exams import exporting, page

ROUTES: Final = (*page.ROUTES, *exporting.ROUTES)
