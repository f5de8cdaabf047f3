"""What a plan says, as markup: for the page, whichever version or draft it is."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from html import escape
from typing import Final

from drills.plans.content import Basis, Content, Group, Line, Words
from drills.plans.models import SECTION_NAMES, Section
from drills.plans.numerals import chapter_title
from drills.plans.service.naming import Named, Names
from safety_app import ui
from safety_app.core.i18n import N_, _
from safety_app.ui import markup

UNSURE: Final = ("K", "K?", "D")
DEFAULT: Final = N_("may be changed by the hall")


def body(content: Content, names: Names, sections: Iterable[Section]) -> str:
    """All sections that say something, in order."""
    return "".join(_section(one, content, names) for one in sections)


def _section(section: Section, content: Content, names: Names) -> str:
    drawn = _DRAWN[section](content, names)
    if not drawn:
        return ""
    title = "" if section is Section.RULES else f"<h2>{escape(_(SECTION_NAMES[section]))}</h2>"
    return f'<section class="plan-part" id="{section}">{title}{drawn}</section>'


def _basics(content: Content, _names: Names) -> str:
    basics = content.basics
    return "".join((
        _titled(_("Scope"), basics.scope),
        _titled(_("What may happen"), basics.risk, listed=True),
    ))  # fmt: skip


def _organisation(content: Content, names: Names) -> str:
    groups = "".join(_group(group, names) for group in content.organisation.groups)
    return f'<div class="plan-groups">{groups}</div>' if groups else ""


def _group(group: Group, names: Names) -> str:
    lead, deputy = names.person(group.lead_id), names.person(group.deputy_id)
    rows = [(_("Leader"), [lead]), (_("Deputy leader"), [deputy])]
    rows.append((_("Members"), [names.person(one) for one in group.member_ids]))
    people = "".join(
        f"<div><dt>{escape(label)}</dt><dd>{_people(some)}</dd></div>"
        for label, some in rows
        if any(some)
    )
    duties = "".join(f"<li>{_line(line)}</li>" for line in group.duties.lines)
    return (
        f'<div class="plan-group"><h3>{escape(group.name.text)}</h3>'
        f"<dl>{people}</dl><ul>{duties}</ul></div>"
    )


def _people(people: Iterable[Named | None]) -> str:
    return escape(_(", ")).join(person(one) for one in people if one)


def person(named: Named) -> str:
    """A name; one who has left is struck out and said."""
    name = escape(named.display_name)
    if named.is_active:
        post = escape(named.display_post)
        return f'{name}<span class="sub"> {post}</span>' if post else name
    gone = ui.badge(_("has left"), "red", "person_off")
    return f"<s>{name}</s> {gone}"


def as_now(named: Named, now: Named | None) -> Named:
    """A frozen name, with whether its bearer is still there."""
    return replace(named, is_active=now is not None and now.is_active)


def _measures(content: Content, _names: Names) -> str:
    phases = "".join(
        f"<h3>{escape(phase.title.text)}</h3>{steps(phase.steps)}"
        for phase in content.measures.phases
    )
    return phases + _titled(_("What to mind"), content.measures.notes, listed=True)


def steps(words: Words) -> str:
    """Numbered steps."""
    drawn = "".join(f"<li>{_line(line)}</li>" for line in words.lines)
    return f'<ol class="plan-steps">{drawn}</ol>' if drawn else ""


def _line(line: Line) -> str:
    head = f"<strong>{escape(line.head)}</strong>" if line.head else ""
    return f"{head}<span>{escape(line.text)}</span>"


def _reporting(content: Content, _names: Names) -> str:
    reporting = content.reporting
    numbers = "".join(
        f'<li><a href="tel:{escape(_dialled(one.phone), quote=True)}">'
        f"{markup.icon('call')}<strong>{escape(one.phone)}</strong>"
        f"<span>{escape(one.name.text)}</span></a></li>"
        for one in reporting.contacts
    )
    listed = f'<h3>{escape(_("Numbers"))}</h3><ul class="plan-numbers">{numbers}</ul>'
    chain = f"<h3>{escape(_('Who tells whom'))}</h3>{steps(reporting.chain)}"
    return "".join((
        chain if reporting.chain else "",
        _titled(_("What to say"), reporting.say, listed=True),
        listed if numbers else "",
    ))  # fmt: skip


def _dialled(phone: str) -> str:
    return "".join(char for char in phone if char.isdigit() or char == "+")


def _resources(content: Content, names: Names) -> str:
    rows: list[Sequence[str | markup.Safe]] = []
    for one in content.resources.items:
        thing = names.things.get(one.code)
        link = markup.Safe(
            f'<a href="/equipment?item={escape(one.code, quote=True)}">{escape(one.code)}</a>'
        )
        if thing is None or not thing.is_known:
            rows.append((one.code, "–", markup.Safe(_mark(_("not on the register"))), one.use.text))
            continue
        place = markup.Safe(escape(thing.display_place) + (
            f" {_mark(_('scrapped or lost'))}" if thing.is_gone else ""
        ))  # fmt: skip
        rows.append((link, thing.display_name, place, one.use.text))
    heads = (_("Code"), _("Name of the thing"), _("Place"), _("What it is for"))
    table = markup.table(_("Resources"), heads, rows) if rows else ""
    return table + _titled(_("Other resources"), content.resources.others, listed=True)


def _mark(words: str) -> str:
    return ui.badge(words, "red", "report")


def _card(content: Content, _names: Names) -> str:
    return steps(content.card.lines).replace("plan-steps", "plan-steps plan-card")


def _maps(content: Content, names: Names) -> str:
    figures = []
    for one in content.maps.maps:
        paper = names.papers.get(one.file_id)
        caption = one.caption.text or (paper.name if paper else "")
        source, alt = f"/files/{one.file_id}", escape(caption, quote=True)
        figures.append(
            f'<figure><a href="{source}" target="_blank"><img src="{source}" alt="{alt}"'
            f' loading="lazy"></a>'
            f"<figcaption>{escape(caption)}</figcaption></figure>"
        )
    return f'<div class="plan-maps">{"".join(figures)}</div>' if figures else ""


def _annexes(content: Content, names: Names) -> str:
    links = []
    for one in content.annexes.files:
        paper = names.papers.get(one.file_id)
        title = one.title or (paper.name if paper else "")
        links.append(markup.anchor(title, f"/files/{one.file_id}", "attach_file", new_tab=True))
    return f'<div class="ways">{"".join(links)}</div>' if links else ""


def _rules(content: Content, _names: Names) -> str:
    chapters = "".join(
        f'<div class="plan-chapter"><h2>{escape(chapter_title(number, chapter))}</h2>'
        + "".join(f"<p>{_line(line)}</p>" for line in chapter.body.lines)
        + "</div>"
        for number, chapter in enumerate(content.rules.chapters, 1)
    )
    interpreter = content.rules.interpreter.text
    under = f'<p class="muted">{escape(interpreter)}</p>' if interpreter else ""
    return chapters + under


def _titled(title: str, words: Words, *, listed: bool = False) -> str:
    if not words:
        return ""
    if not listed:
        text = "".join(f"<p>{_line(line)}</p>" for line in words.lines)
        return f"<h3>{escape(title)}</h3>{text}"
    items = "".join(f"<li>{_line(line)}</li>" for line in words.lines)
    return f"<h3>{escape(title)}</h3><ul>{items}</ul>"


def basis(rules: Iterable[Basis], own: Words) -> str:
    """On what it rests, folded away: each rule with its source and how sure that is."""
    rows = "".join(
        f"<li>{escape(one.rule.text)}<span>{escape(one.source.text)}"
        f"{_default(one.mark)}</span></li>"
        for one in rules
    )
    rows += "".join(f"<li>{_line(line)}</li>" for line in own.lines)
    if not rows:
        return ""
    head = f"{markup.icon('gavel')}<span>{escape(_('On what it rests'))}</span>"
    return f'<details class="help plan-basis"><summary>{head}</summary><ul>{rows}</ul></details>'


def _default(mark: str) -> str:
    return f" · {escape(_(DEFAULT))}" if mark in UNSURE else ""


_DRAWN: Final = {
    Section.BASICS: _basics,
    Section.ORGANISATION: _organisation,
    Section.MEASURES: _measures,
    Section.REPORTING: _reporting,
    Section.RESOURCES: _resources,
    Section.CARD: _card,
    Section.MAPS: _maps,
    Section.ANNEXES: _annexes,
    Section.RULES: _rules,
}
