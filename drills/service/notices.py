"""The words of a notice about a drill, ready to be read out, sent or hung up."""

from drills.models import FORM_NAMES, Form
from drills.service.detail import DrillDetail
from safety_app.core.i18n import _, day_text


def audience() -> str:
    """Who is told, as it is proposed."""
    return _("Everybody on duty, visitors in the hall, property company and guards")


def words(found: DrillDetail) -> str:
    """The whole notice in the current language."""
    drill = found.drill
    when = day_text(drill.planned_on, year=True)
    if drill.planned_time:
        when = f"{when} {drill.planned_time:%H:%M}"
    facts = {"when": when, "place": found.place, "title": found.title,
             "form": _(FORM_NAMES[drill.form])}  # fmt: skip
    if drill.form == Form.TABLETOP:
        return _(
            "On {when} a drill takes place at {place}: {title} ({form}). It is talked through at a"
            " table; services go on as usual. Whoever is named in the plan takes part.",
            **facts,
        )
    parts = [
        _("On {when} a drill takes place at {place}: {title} ({form}).", **facts),
        _(
            "There will be alarms and announcements: this is a drill, please keep calm and follow"
            " the staff. Services pause meanwhile and go on afterwards; numbers stay valid."
        ),
    ]
    if drill.assembly_point:
        parts.append(_("Assembly point: {place}.", place=drill.assembly_point))
    parts.append(
        _(
            "Do not use lifts, do not run or push. The staff helps whoever finds walking hard. If"
            " there is a real emergency, the announcement says so and the drill ends at once."
        )
    )
    return "\n".join(parts)
