"""What exams give to the application."""

from datetime import datetime
from pathlib import Path

from sqlalchemy.orm import Session

from drills.exams import bank, dossier
from drills.exams.permissions import GRANTS, Permission
from drills.exams.service.marking import close_overdue
from drills.exams.service.paper_exams import may_see_scan
from drills.exams.service.pictures import may_see_photo, photos_in_use
from safety_app.core.feature import Dossier, Feature, Job, Page, PaperKind, PhotoShelf, Tile
from safety_app.core.i18n import N_

MENU = "training"
PAGES = (
    Page(
        render="drills.exams.pages.exams:render",
        title=N_("Exams"),
        icon="quiz",
        url_path="exams",
        order=49,
        permission=Permission.SIT,
        hidden=True,
        menu=MENU,
        help=N_(
            "The exams that are offered, and how your own went.\n"
            "What is needed soon stands first. Open it, read the rules and begin: the clock starts"
            " with the first question, and every answer is saved at once.\n"
            "Where hours of training are missing it says how many, and when the next session is.\n"
            "If the tablet fails, go on at any other one. The result with the explanation of every"
            " question follows at once; after a fail it says from when on it can be retaken."
        ),
    ),
    Page(
        render="drills.exams.pages.results:render",
        title=N_("Results of exams"),
        icon="monitoring",
        url_path="exam-results",
        order=49,
        permission=Permission.VIEW,
        hidden=True,
        menu=MENU,
        help=N_(
            "Who sat which exam when, and how it went; failed attempts are kept.\n"
            "Open one to see its paper, what was out of the ordinary, the scans, and to print its"
            " sheet. The safety officer or a manager may allow another attempt or strike a wrong"
            " result, each with a reason.\n"
            "“How questions do” shows which ones few answer rightly: teach these again."
        ),
    ),
    Page(
        render="drills.exams.pages.rules:render",
        title=N_("What exams ask"),
        icon="tune",
        url_path="exam-rules",
        order=49,
        permission=Permission.KEEP,
        hidden=True,
        menu=MENU,
        help=N_(
            "For each course how many questions of which kind are drawn, in what time, and what"
            " passes.\n"
            "The bank must hold enough questions; what is missing is said at once. The pass mark is"
            " at least that of the course.\n"
            "Attempts count for the course, also where it has several exams.\n"
            "A change holds for who begins afterwards; attempts under way keep their rules."
        ),
    ),
    Page(
        render="drills.exams.pages.bank:render",
        title=N_("Question bank"),
        icon="quiz",
        url_path="exam-bank",
        order=49,
        permission=Permission.KEEP,
        hidden=True,
        menu=MENU,
        help=N_(
            "The questions from which papers are drawn: those that are shipped, and the hall's"
            " own.\n"
            "Search, open one to see what is right and why, change it or take it out of use. One"
            " that was drawn before gets a new version, so past results stay explained.\n"
            "Many at once come in by Excel; the bank can be downloaded, changed and imported again."
        ),
    ),
    Page(
        render="drills.exams.pages.importing:render",
        title=N_("Import questions"),
        icon="upload_file",
        url_path="exam-import",
        order=49,
        permission=Permission.KEEP,
        hidden=True,
        menu=MENU,
        help=N_(
            "Bring questions in from Excel or CSV.\n"
            "Faults are named by row and column, all at once: no right answer, one outside the"
            " options, the same question twice. Correct them, or import the good rows alone.\n"
            "Importing the same table again adds nothing twice."
        ),
    ),
    Page(
        render="drills.exams.pages.papers:render",
        title=N_("Exams on paper"),
        icon="description",
        url_path="exam-papers",
        order=49,
        permission=Permission.GRADE,
        hidden=True,
        menu=MENU,
        help=N_(
            "Draw a paper, print it with or without names, and enter the scores afterwards.\n"
            "The paper carries its number and seed, so it can be drawn once more; the key is"
            " printed apart.\n"
            "Scores are entered with the day, the assessor and the scan of the answered papers."
        ),
    ),
    Page(
        render="drills.exams.pages.practical:render",
        title=N_("Practical tests"),
        icon="draw",
        url_path="exam-practical",
        order=49,
        permission=Permission.ASSESS,
        hidden=True,
        menu=MENU,
        help=N_(
            "Let somebody show it: an extinguisher, an AED, guiding people out.\n"
            "Judge each point; what is essential must be shown to pass. Then sign: the assessor is"
            " who is signed in, and never the candidate.\n"
            "The result is recorded with the course."
        ),
    ),
)


def prepare(session: Session, now: datetime) -> None:
    """Bring the shipped questions up to date."""
    bank.sync(session, now)


FEATURE = Feature(
    name="exams",
    folder=Path(__file__).parent,
    models="drills.exams.models",
    grants=GRANTS,
    pages=PAGES,
    tiles=(Tile("drills.exams.pages.tiles:under_way", column=0, order=20),),
    routes="drills.exams.routes:ROUTES",
    api="drills.exams.api:router",
    prepare=prepare,
    photos=PhotoShelf(may_see=may_see_photo, in_use=photos_in_use),
    may_see_file=may_see_scan,
    papers=(
        PaperKind(
            name="exams.results",
            title=N_("Register of exam results"),
            description=N_(
                "Who sat which exam or practical test in a month, how it went, with places to sign."
            ),
            address="/exams/results/{month}",
            permission=Permission.REPORT,
            order=71,
            icon="quiz",
        ),
    ),
    dossier=(Dossier(8, dossier.exams),),
    jobs=(Job("exams.close_overdue", 60, close_overdue, until_done=True),),
    demo="drills.exams.demo:DEMO",
)
