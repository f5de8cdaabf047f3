"""Requirements in words, on pages and on papers."""

from collections.abc import Iterator

from drills.training import shipped
from drills.training.models import OCCASION_NAMES, WHO_NAMES, Occasion, Requirement, Who
from safety_app.core.access import ROLE_NAMES, Role
from safety_app.core.i18n import _, bilingual, ngettext
from safety_app.workplace import service as workplace


def who_text(rule: Requirement) -> str:
    """Whom a requirement binds."""
    match rule.who:
        case Who.ROLE:
            return _("Role: {name}", name=_(ROLE_NAMES[Role(rule.who_value)]))
        case Who.POST:
            english = shipped.post_names().get(rule.who_value, "")
            return _("Post: {name}", name=bilingual(rule.who_value, english))
        case Who.APPOINTED:
            names = {str(post): name for post, name in workplace.POST_NAMES.items()}
            return _(names[rule.who_value])
        case _other:
            return _(WHO_NAMES[rule.who])


def asked_text(rule: Requirement) -> str:
    """`全体工作人员 · 每 12 个月一次 · 仅提醒`: all that it asks."""
    return " · ".join(_asked(rule))


def _asked(rule: Requirement) -> Iterator[str]:
    yield who_text(rule)
    if rule.occasion == Occasion.PERIODIC:
        yield _every(rule.interval_months)
        if rule.public_months:
            yield _("{every} where the public gathers", every=_every(rule.public_months))
    else:
        yield _(OCCASION_NAMES[rule.occasion])
    if rule.joined_from is not None:
        yield _("only who came from {day} on", day=rule.joined_from.isoformat())
    if not rule.gates:
        yield _("Reminds only")


def _every(months: int | None) -> str:
    return ngettext("every {n} month", "every {n} months", months or 0)
