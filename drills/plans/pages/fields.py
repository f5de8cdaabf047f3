"""The forms of the sections: what was typed into one, once its button was pressed.

The wording of the language that is shown is edited; that of the other one on request.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final

import streamlit as st

from drills.plans.content import (
    Annex,
    Annexes,
    AnySection,
    Basics,
    Card,
    Chapter,
    Contact,
    Group,
    Map,
    Maps,
    Measures,
    Organisation,
    Phase,
    Reporting,
    Resource,
    Resources,
    RulesText,
    Words,
)
from drills.plans.models import Section
from drills.plans.service.detail import Draft
from safety_app import ui
from safety_app.accounts import service as accounts
from safety_app.accounts.service import Person
from safety_app.core.access import Actor
from safety_app.core.db import reading
from safety_app.core.i18n import N_, _, language
from safety_app.ui import markup

ONE_A_LINE: Final = N_("One a line; what stands before the first colon is shown in bold.")
TITLE, LINE, BODY, CARD = 100, 200, 6000, 600
SHORT, MIDDLE, TALL = 110, 180, 280
SEEN, COUNT = "seen:", "count:"
CODE: Final = re.compile(r"\s*([A-Za-z0-9-]{2,24})[\s:：,，]*(.*)")


def seen(plan_id: int, section: Section, now: int) -> int:
    """Which version of a section the form on the screen was filled from.

    While the form stays open that is the one it was opened with, whatever has been saved since:
    else what is typed would be taken for an answer to something that nobody has read.
    """
    start = _start(plan_id, section)
    kept = st.session_state.get(f"{SEEN}{start}")
    is_open = any(str(key).startswith(f"{start}{kept}.") for key in st.session_state)
    if kept is None or not is_open:
        st.session_state[f"{SEEN}{start}"] = kept = now
    return int(kept)


def draw(
    actor: Actor, plan_id: int, draft: Draft, section: Section, version: int
) -> AnySection | None:
    """The form of a section; what was typed where its button was pressed, else `None`."""
    both = st.toggle(_("Show the wording of the other language too"), key="plans.both")
    return _FORMS[section](_Form(actor, draft, f"{_start(plan_id, section)}{version}", both))


def forget(plan_id: int, section: Section) -> None:
    """The form begins anew with what is stored."""
    start = _start(plan_id, section)
    for key in [one for one in st.session_state if start in str(one)]:
        del st.session_state[key]


def _start(plan_id: int, section: Section) -> str:
    return f"plans.{plan_id}.{section}."


class _Form:
    """Widgets of one section, keyed by the version that was read."""

    def __init__(self, actor: Actor, draft: Draft, base: str, both: bool) -> None:
        self.actor, self.draft, self.base, self.both = actor, draft, base, both

    def key(self, name: str) -> str:
        """The key of a widget."""
        return f"{self.base}.{name}"

    def words(
        self, name: str, label: str, words: Words, *, limit: int, height: int = 0, help: str = ""
    ) -> Words:
        """A text in the language that is shown, on request in both."""
        here = "en" if language() == "en" else "zh"
        other = "zh" if here == "en" else "en"
        typed = {
            here: self._text(f"{name}.{here}", label, getattr(words, here), limit, height, help)
        }
        if self.both:
            second = _("{label} (Chinese)", label=label) if other == "zh" else _(
                "{label} (English)", label=label
            )  # fmt: skip
            typed[other] = self._text(
                f"{name}.{other}", second, getattr(words, other), limit, height, ""
            )
        return words.model_copy(update=typed)

    def _text(self, name: str, label: str, value: str, limit: int, height: int, help: str) -> str:
        if height:
            return str(
                st.text_area(
                    label, value, key=self.key(name), max_chars=limit, height=height,
                    help=help or None,
                )
            )  # fmt: skip
        return str(
            st.text_input(label, value, key=self.key(name), max_chars=limit, help=help or None)
        )

    def more(self, name: str, label: str, there: int) -> int:
        """How many entries are shown; a button outside the form adds one."""
        key = f"{COUNT}{self.key(name)}"
        if st.button(label, key=self.key(f"{name}.more"), icon=":material/add:"):
            st.session_state[key] = int(st.session_state.get(key, there)) + 1
        return max(int(st.session_state.get(key, there)), there)


def _submit(form: _Form) -> bool:
    return bool(
        st.form_submit_button(
            _("Save this section"), type="primary", icon=":material/save:", width="stretch"
        )
    )


def _basics(form: _Form) -> Basics | None:
    basics = form.draft.content.basics
    with st.form(form.key("form"), border=False):
        title = form.words("title", _("Title (required)"), basics.title, limit=TITLE)
        scope = form.words("scope", _("Scope"), basics.scope, limit=BODY, height=SHORT)
        risk = form.words(
            "risk", _("What may happen (required)"), basics.risk, limit=BODY, height=MIDDLE,
            help=_(ONE_A_LINE),
        )  # fmt: skip
        own = form.words(
            "own", _("Further basis: local rules, decisions"), basics.own_basis, limit=BODY,
            height=SHORT,
        )  # fmt: skip
        if not _submit(form):
            return None
    return basics.model_copy(
        update={"title": title, "scope": scope, "risk": risk, "own_basis": own}
    )


def _organisation(form: _Form) -> Organisation | None:
    groups = form.draft.content.organisation.groups
    people = _people(form)
    count = form.more("groups", _("Add a group"), len(groups))
    ui.html(
        f'<p class="muted">{_("The first group commands. Empty a name to remove its group.")}</p>'
    )
    typed = []
    with st.form(form.key("form"), border=False):
        for n in range(count):
            group = groups[n] if n < len(groups) else Group()
            with st.container(key=f"group_{n}", border=True):
                typed.append(_group(form, n, group, people))
        if not _submit(form):
            return None
    return Organisation(groups=tuple(one for one in typed if one.name))


def _group(form: _Form, n: int, group: Group, people: Mapping[int, str]) -> Group:
    name = form.words(f"{n}.name", _("Name of the group"), group.name, limit=TITLE)
    left, right = st.columns(2)
    lead = _person(left, form.key(f"{n}.lead"), _("Leader (required)"), group.lead_id, people)
    deputy = _person(right, form.key(f"{n}.deputy"), _("Deputy leader"), group.deputy_id, people)
    members = st.multiselect(
        _("Members"), list(people), [one for one in group.member_ids if one in people],
        key=form.key(f"{n}.members"), format_func=people.__getitem__,
        placeholder=_("Choose people"),
    )  # fmt: skip
    duties = form.words(
        f"{n}.duties", _("Duties, one a line (required)"), group.duties, limit=BODY, height=SHORT
    )
    return Group(
        name=name, lead_id=lead, deputy_id=deputy, member_ids=tuple(members), duties=duties
    )


def _person(
    column: Any, key: str, label: str, value: int | None, people: Mapping[int, str]
) -> int | None:
    options = list(people)
    index = options.index(value) if value is not None and value in people else None
    chosen = column.selectbox(
        label, options, index=index, key=key,
        format_func=people.__getitem__, placeholder=_("Choose a person"),
    )  # fmt: skip
    return int(chosen) if chosen is not None else None


def _people(form: _Form) -> dict[int, str]:
    """Everybody who is there by name and post; who has left, but is named, says so."""
    with reading() as session:
        there = accounts.list_people(session, form.actor.site_id)
    found = {one.id: _called(one) for one in there}
    for id_, one in form.draft.names.people.items():
        if id_ not in found:
            found[id_] = _("{name} (has left)", name=one.display_name)
    return found


def _called(person: Person) -> str:
    return f"{person.display_name} {person.display_post}".strip()


def _measures(form: _Form) -> Measures | None:
    measures = form.draft.content.measures
    phases = measures.phases
    count = form.more("phases", _("Add a heading with steps"), max(len(phases), 1))
    typed = []
    with st.form(form.key("form"), border=False):
        for n in range(count):
            phase = phases[n] if n < len(phases) else Phase()
            title = form.words(f"{n}.title", _("Heading"), phase.title, limit=TITLE)
            steps = form.words(
                f"{n}.steps", _("Steps, one a line"), phase.steps, limit=BODY, height=MIDDLE,
                help=_(ONE_A_LINE),
            )  # fmt: skip
            typed.append(Phase(title=title, steps=steps))
        notes = form.words("notes", _("What to mind"), measures.notes, limit=BODY, height=MIDDLE)
        if not _submit(form):
            return None
    return Measures(phases=tuple(one for one in typed if one.title or one.steps), notes=notes)


def _reporting(form: _Form) -> Reporting | None:
    reporting = form.draft.content.reporting
    contacts = reporting.contacts
    count = form.more("contacts", _("Add a number"), max(len(contacts), 1))
    typed = []
    with st.form(form.key("form"), border=False):
        chain = form.words(
            "chain", _("Who tells whom, one a line (required)"), reporting.chain, limit=BODY,
            height=MIDDLE, help=_(ONE_A_LINE),
        )  # fmt: skip
        say = form.words("say", _("What to say"), reporting.say, limit=BODY, height=SHORT)
        for n in range(count):
            contact = contacts[n] if n < len(contacts) else Contact()
            left, right = st.columns((2, 1))
            with left:
                name = form.words(f"{n}.name", _("Who is called"), contact.name, limit=TITLE)
            phone = right.text_input(
                _("Phone"), contact.phone, key=form.key(f"{n}.phone"), max_chars=32
            )
            typed.append(Contact(name=name, phone=phone))
        if not _submit(form):
            return None
    kept = tuple(one for one in typed if one.name or one.phone.strip())
    return Reporting(chain=chain, say=say, contacts=kept)


def _resources(form: _Form) -> Resources | None:
    resources = form.draft.content.resources
    listed = "\n".join(f"{one.code} {one.use.text}".strip() for one in resources.items)
    with st.form(form.key("form"), border=False):
        codes = st.text_area(
            _("Things on the register, one a line: code, then what it is for"), listed,
            key=form.key("codes"), max_chars=BODY, height=MIDDLE,
            placeholder=_("MHQ-0001 first choice at the entrance"),
        )  # fmt: skip
        others = form.words(
            "others", _("Other resources, one a line"), resources.others, limit=BODY,
            height=MIDDLE,
        )  # fmt: skip
        pressed = _submit(form)
    ui.html(_looked_up(form.draft))
    if not pressed:
        return None
    known = {one.code: one for one in resources.items}
    return Resources(items=tuple(_items(codes, known)), others=others)


def _items(text: str, known: Mapping[str, Resource]) -> list[Resource]:
    """Lines of a code and its use; what is said in the other language is kept."""
    here = "en" if language() == "en" else "zh"
    found = []
    for line in text.splitlines():
        match = CODE.match(line)
        if match is None:
            if line.strip():
                found.append(Resource(code=line.strip()[:24]))
            continue
        code, use = match[1].upper(), match[2].strip()
        old = known.get(code, Resource(code=code)).use
        words = old if use == old.text else old.model_copy(update={here: use})
        found.append(Resource(code=code, use=words))
    return found


def _looked_up(draft: Draft) -> str:
    """What stands behind the codes that are saved."""
    if not draft.names.things:
        return ""
    rows = []
    for code, thing in draft.names.things.items():
        state = ui.badge(_("on the register"), "green", "verified")
        if not thing.is_known:
            state = ui.badge(_("not on the register"), "red", "report")
        elif thing.is_gone:
            state = ui.badge(_("scrapped or lost"), "red", "report")
        rows.append((code, thing.display_name, thing.display_place, markup.Safe(state)))
    heads = (_("Code"), _("Name of the thing"), _("Place"), _("State"))
    return markup.table(_("What the codes stand for"), heads, rows)


def _card(form: _Form) -> Card | None:
    with st.form(form.key("form"), border=False):
        lines = form.words(
            "lines", _("Lines of the card, at most eight (required)"),
            form.draft.content.card.lines, limit=CARD, height=TALL, help=_(ONE_A_LINE),
        )  # fmt: skip
        return Card(lines=lines) if _submit(form) else None


def _maps(form: _Form) -> Maps | None:
    there = form.draft.content.maps.maps
    fresh = ui.file_input("plans.maps", accept=("image",), most=5, form=form.base)
    typed: list[Map] = []
    with st.form(form.key("form"), border=False):
        for n, one in enumerate((*there, *(Map(file_id=id_) for id_ in fresh))):
            ui.html(
                f'<div class="plan-maps small"><figure><img src="/files/{one.file_id}" alt="">'
                "</figure></div>"
            )
            caption = form.words(f"{n}.caption", _("Caption, such as the floor"), one.caption,
                                 limit=LINE)  # fmt: skip
            if not st.checkbox(_("Remove this map"), key=form.key(f"{n}.remove")):
                typed.append(Map(file_id=one.file_id, caption=caption))
        return Maps(maps=tuple(typed)) if _submit(form) else None


def _annexes(form: _Form) -> Annexes | None:
    there = form.draft.content.annexes.files
    fresh = ui.file_input("plans.annexes", accept=("pdf", "image"), most=5, form=form.base)
    typed: list[Annex] = []
    with st.form(form.key("form"), border=False):
        for n, one in enumerate((*there, *(Annex(file_id=id_) for id_ in fresh))):
            paper = form.draft.names.papers.get(one.file_id)
            title = st.text_input(
                _("Title of the annex"), one.title or (paper.name if paper else ""),
                key=form.key(f"{n}.title"), max_chars=TITLE,
            )  # fmt: skip
            if not st.checkbox(_("Remove this annex"), key=form.key(f"{n}.remove")):
                typed.append(Annex(file_id=one.file_id, title=title))
        return Annexes(files=tuple(typed)) if _submit(form) else None


def _rules(form: _Form) -> RulesText | None:
    rules = form.draft.content.rules
    chapters: Sequence[Chapter] = rules.chapters
    count = form.more("chapters", _("Add a chapter"), max(len(chapters), 1))
    typed = []
    with st.form(form.key("form"), border=False):
        title = form.words("title", _("Title (required)"), rules.title, limit=TITLE)
        for n in range(count):
            chapter = chapters[n] if n < len(chapters) else Chapter()
            head = form.words(f"{n}.title", _("Heading"), chapter.title, limit=TITLE)
            body = form.words(
                f"{n}.body", _("Clauses, one a line"), chapter.body, limit=BODY, height=MIDDLE
            )
            typed.append(Chapter(title=head, body=body))
        interpreter = form.words(
            "interpreter", _("Who interprets it (required)"), rules.interpreter, limit=LINE
        )
        if not _submit(form):
            return None
    kept = tuple(one for one in typed if one.title or one.body)
    return rules.model_copy(update={"title": title, "chapters": kept, "interpreter": interpreter})


_FORMS: Final[Mapping[Section, Callable[[_Form], AnySection | None]]] = {
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
