"""What training gives to the application."""

from collections.abc import Collection
from datetime import datetime
from pathlib import Path
from typing import Final

from sqlalchemy.orm import Session

from drills.training import comparison, dossier, sections
from drills.training.jobs import follow_all
from drills.training.permissions import GRANTS, Permission
from drills.training.service import (
    elsewhere,
    follow,
    follow_people,
    gate,
    may_see_file,
    merge_windows,
)
from safety_app.core.feature import (
    Comparison,
    Dossier,
    Feature,
    Job,
    Page,
    PaperKind,
    Section,
    Tile,
)
from safety_app.core.i18n import N_

PAGES: Final = (
    Page(
        render="drills.training.pages.training:render",
        title=N_("Training, exams"),
        icon="school",
        url_path="training",
        order=48,
        permission=Permission.OPEN,
        help=N_(
            "Who lacks a training or will within 30 days, the next sessions, and for staff their"
            " own record.\n"
            "Choose a person to see what they need, by which rule, and every result with its"
            " proof. Plan a session for those who lack something; they are proposed for it.\n"
            "Once the manager has set the day of the gate, nobody is on duty without what their"
            " post asks for; everybody is warned 30, 14 and 3 days before."
        ),
    ),
    Page(
        render="drills.training.pages.matrix:render",
        title=N_("Who is covered"),
        icon="grid_on",
        url_path="training-matrix",
        menu="training",
        order=49,
        permission=Permission.VIEW,
        hidden=True,
        help=N_(
            "People by courses with their lights, words and dates: green is covered, yellow ends"
            " within 30 days, red is missing or expired.\n"
            "Choose any day gone by to see how it stood then, from what was recorded. Above stand"
            " how many are covered, of how many who need it."
        ),
    ),
    Page(
        render="drills.training.pages.person:render",
        title=N_("Training of a person"),
        icon="badge",
        url_path="training-person",
        menu="training",
        order=49,
        permission=Permission.OPEN,
        hidden=True,
        help=N_(
            "What this person needs, with the rule behind, and every result with its proof.\n"
            "File a certificate from outside here. A result that was recorded wrongly is put right"
            " by a new one; the wrong one stays to be seen.\n"
            "Nobody keeps the own record: the manager or another safety officer does."
        ),
    ),
    Page(
        render="drills.training.pages.sessions:render",
        title=N_("Training sessions"),
        icon="groups",
        url_path="training-sessions",
        menu="training",
        order=49,
        permission=Permission.OPEN,
        hidden=True,
        help=N_(
            "Sessions to be held, held and cancelled.\n"
            "On the day itself people sign in on this device, from an hour before; or print the"
            " sign-in sheet, tick who signed it and add its photo. Then close the session: a"
            " course without an exam is passed by whoever has its hours, others go on to the exam."
            "\n"
            "A session is closed once it is over. One that ended earlier is given its real time by"
            " “Put off”."
        ),
    ),
    Page(
        render="drills.training.pages.courses:render",
        title=N_("Courses and requirements"),
        icon="gavel",
        url_path="training-courses",
        order=85,
        permission=Permission.COURSES,
        hidden=True,
        setting=True,
        help=N_(
            "Every course with its hours, exam and validity, and who needs it: before the post,"
            " after a transfer, after a year off post, or again and again.\n"
            "Each rests on a rule that is shown. Change the figures where a local rule is"
            " stricter; the hall's own outlast updates, and days gone by are judged by what held"
            " then.\n"
            "Where the gate is on, what keeps more people off duty holds after 30 days at the"
            " earliest: they are warned before. The form names the day and how many lack it."
        ),
    ),
    Page(
        render="drills.training.pages.importing:render",
        title=N_("Import training records"),
        icon="upload_file",
        url_path="training-import",
        menu="training",
        order=87,
        permission=Permission.IMPORT,
        hidden=True,
        setting=True,
        help=N_(
            "Bring in last year's records first, as Excel or CSV with the scans behind them: the"
            " gate and the matrix rest on them.\n"
            "Take the list that the hall has: headings and words are understood as offices write"
            " them. Nothing is saved before you have seen what it makes.\n"
            "Faults are named by row and column, all at once. Correct them, or import the good rows"
            " alone and the corrected rest later: nothing is recorded twice."
        ),
    ),
    Page(
        render="drills.training.pages.gate:render",
        title=N_("Gate before duty"),
        icon="front_hand",
        url_path="training-gate",
        order=86,
        permission=Permission.REPORT,
        hidden=True,
        setting=True,
        help=N_(
            "From the day that the manager sets, the roster, the sheets of patrols and inspections"
            " and the handing out of tasks refuse who lacks a training, with what is missing and"
            " the next session.\n"
            "Whoever works here on the day it is set is only warned for the first 90 days;"
            " newcomers are refused at once. Ended and set again it warns nobody anew.\n"
            "In an emergency the manager lets a person serve for a few days, with a reason. It"
            " stands in the report."
        ),
    ),
)


PAPERS: Final = (
    PaperKind(
        name="training.ledger",
        title=N_("Training ledger"),
        description=N_("The sessions of a year, who attended, every result, and the coverage."),
        address="/training/ledger/{year}",
        permission=Permission.REPORT,
        period="year",
        order=70,
        icon="school",
    ),
    PaperKind(
        name="training.matrix",
        title=N_("Who is covered by training"),
        description=N_("Today's coverage, of how many who need it, and person by person."),
        address="/training/matrix",
        permission=Permission.REPORT,
        period="none",
        order=71,
        icon="grid_on",
    ),
    PaperKind(
        name="training.matrix.window",
        title=N_("Who of a window is covered by training"),
        description=N_("The same of the people of a window."),
        address="/training/matrix/{window}",
        permission=Permission.REPORT,
        period="none",
        order=72,
        icon="grid_on",
    ),
)


def people_changed(
    session: Session, site_id: int, user_ids: Collection[int] | None, now: datetime
) -> None:
    """Who comes to another post trains for it before the next duty, not some minutes later."""
    follow_people(session, site_id, now, user_ids)


def prepare(session: Session, now: datetime) -> None:
    """Every hall has the shipped courses, and knows who is what."""
    follow_all(session, now)


FEATURE = Feature(
    name="training",
    folder=Path(__file__).parent,
    models="drills.training.models",
    grants=GRANTS,
    pages=PAGES,
    routes="drills.training.routes:ROUTES",
    tiles=(
        Tile("drills.training.pages.tiles:own", column=1, order=35),
        Tile("drills.training.pages.tiles:others", column=1, order=36),
    ),
    sections=(Section("training", 45, sections.build, blocks_order=75),),
    comparisons=(Comparison("training", 40, comparison.build),),
    dossier=(Dossier(8, dossier.training), Dossier(11, dossier.certificates)),
    stands_for=dossier.stands_for,
    papers=PAPERS,
    jobs=(Job("training.follow_all", 600, follow_all),),
    elsewhere=elsewhere,
    gate=gate,
    may_see_file=may_see_file,
    prepare=prepare,
    follow=follow,
    people_changed=people_changed,
    merge=merge_windows,
    demo="drills.training.demo:DEMO",
)
