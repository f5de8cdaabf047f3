"""What a line of the patrol record says: what was found and done, or why nobody walked."""

from typing import Final

from checklists.documents.paper import NOTHING
from checklists.models import MISSED_REASON_NAMES
from checklists.record import Line, OnPaper, failed, in_order
from checklists.recurrence import STATE_NAMES, State
from checklists.service.reading import Told
from safety_app.core.i18n import _, ngettext

UNDER_WAY: Final = frozenset({State.OPEN, State.LATE})


def state_text(line: Line) -> str:
    """How a line stands that nobody walked."""
    return _("not finished yet") if line.state in UNDER_WAY else _(STATE_NAMES[line.state])


def unwalked_text(line: Line) -> str:
    """Why nobody walked."""
    if line.state is State.MISSED:
        name = _(MISSED_REASON_NAMES.get(line.missed_reason, line.missed_reason))
        if not name:
            return _("no reason given")
        return (
            _("{reason}: {note}", reason=name, note=line.missed_note) if line.missed_note else name
        )
    if line.state is State.EXCUSED:
        return _("trial or pause: nobody owed it")
    return NOTHING


def found_text(line: Line) -> str:
    """Everything in order, or each problem with what was done about it."""
    problems = [_problem(one) for one in failed(line)]
    passed = in_order(line)
    if passed:
        said = [*problems, _others(passed) if problems else _all_in_order(passed)]
    else:
        said = problems
    not_there = [_not_there(one) for one in line.told if not one.is_failed]
    if not_there:
        said.append(_("Not applicable: {points}.", points=_("; ").join(not_there)))
    if line.beside:
        said.append(
            ngettext(
                "{n} later entry is kept beside the sheet.",
                "{n} later entries are kept beside the sheet.",
                line.beside,
            )
        )
    if line.second and line.second.remark:
        said.append(_("Supervisor's remark: {words}", words=line.second.remark))
    return "\n".join(said)


def _all_in_order(n: int) -> str:
    return ngettext("All in order ({n} point).", "All in order ({n} points).", n)


def _others(n: int) -> str:
    return ngettext("The other {n} point is in order.", "The other {n} points are in order.", n)


def _not_there(one: Told) -> str:
    point = f"{one.code} {one.text}".strip()
    return _("{point} ({reason})", point=point, reason=one.reason) if one.reason else point


def _problem(one: Told) -> str:
    facts = [one.disposal, one.note]
    if one.hazard:
        facts.append(one.hazard.number)
    done = _("; ").join(fact for fact in facts if fact)
    what = f"{one.code} {one.problem}".strip()
    return _("{what} – {done}", what=what, done=done) if done else what


def scans_text(paper: OnPaper) -> str:
    """The scans of a paper form, as the list of scans and the store name them."""
    return _(", ").join(
        _("{name} (file {number})", name=scan.name, number=scan.id) for scan in paper.scans
    )
