"""Courses and who needs them: the list with its rules, and the forms to change it."""

from collections.abc import Mapping
from datetime import date
from html import escape
from typing import Final

import streamlit as st
from sqlalchemy.orm import Session

from drills.training.models import (
    COURSE_KIND_NAMES,
    OCCASION_NAMES,
    WHO_NAMES,
    Course,
    CourseKind,
    Occasion,
    Requirement,
    Who,
)
from drills.training.pages.words import back_link, hours_text, long_day, name_of, number, short
from drills.training.service.course_keeping import (
    CourseFacts,
    Outlook,
    RequirementFacts,
    add_course,
    add_requirement,
    change_course,
    change_requirement,
    end_requirement,
    offer_course,
    outlook,
)
from drills.training.service.courses import list_courses, requirements_of
from drills.training.service.rules import Gathering, Intervals, gathering, intervals
from drills.training.wording import who_text
from safety_app import ui
from safety_app.core.access import ROLE_NAMES, Actor, Role
from safety_app.core.db import reading
from safety_app.core.i18n import N_, _, bilingual, ngettext
from safety_app.ui import markup
from safety_app.workplace import service as workplace

BASE: Final = "/training-courses"
ROLES: Final = (Role.STAFF, Role.LEAD, Role.OFFICER, Role.MANAGER)
MARKS: Final = {
    "T": N_("from the text of the law"),
    "V": N_("from a source that quotes it"),
    "D": N_("proposed by this program"),
}


def render() -> None:
    """All courses, or the form that the address asks for."""
    actor = ui.current_actor()
    today = ui.local_now().date()
    with reading() as session:
        courses = list_courses(session, actor.site_id, active=False)
        rules = requirements_of(session, actor.site_id, today, ahead=True)
        gathers = gathering(session, actor.site_id)
    query = st.query_params
    chosen = next((one for one in courses if one.id == number(query.get("id", ""))), None)
    wish = query.get("do", "")
    if wish == "new":
        _edit(actor, None)
    elif chosen is not None and wish == "change":
        _edit(actor, chosen)
    elif chosen is not None and wish == "need":
        mine = [rule for rule in rules.get(chosen.id, []) if rule.last is None]
        _need(actor, chosen, next((r for r in mine if r.id == number(query.get("need", ""))), None))
    elif chosen is not None and wish == "stop":
        _stop(actor, chosen, rules.get(chosen.id, []))
    else:
        _list(courses, rules, gathers)


def _list(
    courses: list[Course], rules: Mapping[int, list[Requirement]], gathers: Gathering
) -> None:
    add = markup.anchor(_("Add a course"), f"{BASE}?do=new", "add", look="primary")
    ui.title(
        _("Courses and requirements"),
        _("Who needs which course, when, and by which rule"),
        aside=add + back_link(),
    )
    for course in courses:
        with ui.card(f"course_{course.id}"):
            ui.html(_course(course, rules.get(course.id, []), gathers))


def _course(course: Course, rules: list[Requirement], gathers: Gathering) -> str:
    badges = [ui.badge(_(COURSE_KIND_NAMES[course.kind]), "petrol", "school")]
    if course.is_own:
        badges.append(ui.badge(_("The hall's own"), "blue", "edit"))
    elif course.changed:
        badges.append(ui.badge(_("Changed by the hall"), "blue", "edit"))
    if not course.is_active:
        badges.append(ui.badge(_("Not offered"), "grey", "block"))
    facts = [_(", ").join(_figures(course))]
    source = bilingual(course.rule, course.rule_en)
    why = f'<span class="sub">{markup.icon("gavel")} {escape(source)}</span>' if source else ""
    needs = "".join(_rule(rule, course, gathers) for rule in rules)
    if not rules:
        needs = f'<p class="muted">{escape(_("Nobody is required to have it."))}</p>'
    base = f"{BASE}?id={course.id}&do="
    links = [markup.anchor(_("Change"), f"{base}change", "tune")]
    if course.is_active:
        links.append(markup.anchor(_("Add a requirement"), f"{base}need", "add"))
    stop = _("Offer no more") if course.is_active else _("Offer again")
    links.append(markup.anchor(stop, f"{base}stop", "block" if course.is_active else "undo"))
    return (
        markup.section(name_of(course))
        + ui.badges(*badges)
        + f"<p>{escape(' · '.join(facts))}</p>{why}"
        + f'<div class="dates">{needs}</div><div class="ways">{"".join(links)}</div>'
    )


def _figures(course: Course) -> list[str]:
    found = [hours_text(course.hours)] if course.hours else []
    if course.needs_exam:
        found.append(_("exam, pass mark {n}%", n=course.pass_mark))
    if course.needs_practical:
        found.append(_("practical test"))
    if course.validity_months:
        found.append(ngettext("valid for {n} month", "valid for {n} months",
                              course.validity_months))  # fmt: skip
    return found or [_("shown by a certificate")]


def _rule(rule: Requirement, course: Course, gathers: Gathering) -> str:
    today = ui.local_now().date()
    when = _(OCCASION_NAMES[rule.occasion])
    if rule.occasion == Occasion.PERIODIC:
        when = _intervals(rule, intervals(rule, gathers), today)
    source = bilingual(rule.rule, rule.rule_en)
    mark = MARKS.get(rule.mark, "")
    said = " · ".join(filter(None, (source, _(mark) if mark else "")))
    why = f'<span class="sub">{markup.icon("gavel")} {escape(said)}</span>' if said else ""
    gates = (
        ui.badge(_("Keeps off duty"), "orange", "front_hand")
        if rule.gates
        else markup.outline_badge(_("Reminds only"), "notifications")
    )
    if rule.first is not None and rule.first > today:
        gates += ui.badge(_("Holds from {day}", day=short(rule.first)), "blue", "event")
    if rule.last is None:
        link = f"{BASE}?id={course.id}&do=need&need={rule.id}"
        change = f'<a href="{link}" target="_self">{escape(_("Change"))}</a>'
    else:
        change = markup.outline_badge(_("Up to {day}", day=short(rule.last)), "event")
    return (
        f'<div class="when"><div><strong>{escape(who_text(rule))} · {escape(when)}</strong>{why}'
        f"</div><div>{gates}{change}</div></div>"
    )


def _intervals(rule: Requirement, found: Intervals, today: date) -> str:
    """`每 12 个月一次；2026-12-30 起每 6 个月一次`."""
    first = max(today, rule.first or today)
    words = ""
    for day, months in found:
        if rule.last is not None and day > rule.last:
            break
        said = ngettext("every {n} month", "every {n} months", months or 0)
        if day <= first:
            words = said
        else:
            words = _("{now}; from {day} {then}", now=words, day=short(day), then=said)
    return words


def _edit(actor: Actor, course: Course | None) -> None:
    back = markup.anchor(_("Back"), BASE, "arrow_back")
    title = _("Change the course") if course else _("Add a course")
    ui.title(title, name_of(course) if course else "", aside=back)
    with ui.card("course_edit"):
        code = ""
        if course is None:
            code = st.text_input(
                _("Code (required)"), key="course.code", max_chars=32, placeholder="AED-01"
            )
        facts = _facts(course)
        if not st.button(_("Save"), type="primary", key="course.save"):
            return
        if course is None:
            made = ui.act(
                lambda session: add_course(session, actor, code, facts, now=ui.now()),
                done=_("The course is added. Now say who needs it."),
            )
        else:
            made = ui.act(
                lambda session: change_course(session, actor, course.id, facts, now=ui.now()),
                done=_("The course is changed."),
            )
    if made is not None:
        st.query_params.clear()
        st.rerun()


def _facts(course: Course | None) -> CourseFacts:
    key = f"course.{course.id if course else 0}"
    left, right = st.columns(2)
    name = left.text_input(
        _("Name of the course (required)"),
        course.name if course else "",
        key=f"{key}.name",
        max_chars=64,
    )
    name_en = right.text_input(
        _("English name"), course.name_en if course else "", key=f"{key}.name_en", max_chars=96
    )
    kinds = {str(kind): _(word) for kind, word in COURSE_KIND_NAMES.items()}
    left, middle, right = st.columns(3)
    kind = left.selectbox(
        _("Kind"), list(kinds), format_func=kinds.__getitem__, key=f"{key}.kind",
        index=list(kinds).index(course.kind) if course else len(kinds) - 2,
    )  # fmt: skip
    hours = middle.number_input(
        _("Hours (0: none)"), 0.0, 500.0, float(course.hours) if course else 2.0, step=0.5,
        key=f"{key}.hours",
    )  # fmt: skip
    validity = right.number_input(
        _("Valid for months (0: for ever)"), 0, 120,
        (course.validity_months or 0) if course else 0, key=f"{key}.validity",
    )  # fmt: skip
    left, middle, right = st.columns(3)
    needs_exam = left.checkbox(
        _("Ends with an exam"), course.needs_exam if course else False, key=f"{key}.exam"
    )
    needs_practical = middle.checkbox(
        _("Ends with a practical test"), course.needs_practical if course else False,
        key=f"{key}.practical",
    )  # fmt: skip
    pass_mark = right.number_input(
        _("Pass mark in percent"), 1, 100, course.pass_mark if course else 80, key=f"{key}.mark"
    )
    return CourseFacts(
        name=name,
        name_en=name_en,
        kind=CourseKind(kind),
        hours=float(hours or 0),
        validity_months=int(validity or 0) or None,
        needs_exam=needs_exam,
        needs_practical=needs_practical,
        pass_mark=int(pass_mark or 80),
    )


def _need(actor: Actor, course: Course, rule: Requirement | None) -> None:
    back = markup.anchor(_("Back"), BASE, "arrow_back")
    ui.title(
        _("Change the requirement") if rule else _("Add a requirement"), name_of(course), aside=back
    )
    with ui.card("course_need"):
        facts = _need_facts(rule)
        ahead = _first_day(actor, course, rule, facts)
        if not ahead.has_holders and facts.who_value.strip():
            said = _("Nobody has this post today. Write it as it stands in the list of people.")
            ui.notice("orange", said)
        said = _("Days gone by are judged by what held then.")
        ui.html(f'<p>{escape(_outlook(ahead))}</p><p class="muted">{escape(said)}</p>')
        with st.container(horizontal=True):
            saves = st.button(_("Save"), type="primary", key="course.need.save")
            ends = rule is not None and st.button(_("Require it no more"), key="course.need.end")
        if not (saves or ends):
            return

        def act(session: Session) -> bool:
            if ends and rule is not None:
                end_requirement(session, actor, rule.id, now=ui.now())
            elif rule is not None:
                change_requirement(session, actor, rule.id, facts, first=ahead.first, now=ui.now())
            else:
                add_requirement(session, actor, course.id, facts, first=ahead.first, now=ui.now())
            return True

        done = _("Nobody is required to have it any more.") if ends else _outlook(ahead)
        saved = ui.act(act, done=done)
    if saved:
        st.query_params.clear()
        st.rerun()


def _first_day(
    actor: Actor, course: Course, rule: Requirement | None, facts: RequirementFacts
) -> Outlook:
    """Let a day be chosen from which on it holds, none before people have been warned."""

    number = rule.id if rule else None

    def look(first: date | None = None) -> Outlook:
        with reading() as session:
            return outlook(session, actor, course.id, facts, number, first=first, now=ui.now())

    found = look()
    chosen = ui.day_input(
        _("Holds from"), found.first, min_value=found.earliest,
        key=f"need.{number or 0}.first.{found.earliest}.{found.first}",
        help=_(
            "Where the gate is on or near, what keeps more people off duty holds after 30 days at"
            " the earliest, so that they are warned before. Anything else may hold from today on."
        ),
    )  # fmt: skip
    return found if chosen == found.first else look(chosen)


def _outlook(found: Outlook) -> str:
    """`自2026年12月23日起执行，届时 3 人缺此项`."""
    day = long_day(found.first)
    if not found.lacking:
        return _("Holds from {day}; nobody will lack it then.", day=day)
    if found.refuses:
        return ngettext(
            "Holds from {day}; {n} person will lack it then and be refused duty unless trained.",
            "Holds from {day}; {n} people will lack it then and be refused duty unless trained.",
            found.lacking,
            day=day,
        )
    return ngettext(
        "Holds from {day}; {n} person will lack it then.",
        "Holds from {day}; {n} people will lack it then.",
        found.lacking,
        day=day,
    )


def _need_facts(rule: Requirement | None) -> RequirementFacts:
    key = f"need.{rule.id if rule else 0}"
    kinds = {str(who): _(name) for who, name in WHO_NAMES.items()}
    left, right = st.columns(2)
    who = Who(
        left.selectbox(
            _("Whom it binds"), list(kinds), format_func=kinds.__getitem__, key=f"{key}.who",
            index=list(kinds).index(rule.who) if rule else 0,
        )
    )  # fmt: skip
    with right:
        value = _who_value(who, rule, key)
    occasions = {str(one): _(name) for one, name in OCCASION_NAMES.items()}
    left, middle, right = st.columns(3)
    occasion = Occasion(
        left.selectbox(
            _("When"), list(occasions), format_func=occasions.__getitem__, key=f"{key}.when",
            index=list(occasions).index(rule.occasion) if rule else 0,
        )
    )  # fmt: skip
    interval = public = None
    if occasion is Occasion.PERIODIC:
        interval = middle.number_input(
            _("Again after months"), 1, 120, (rule.interval_months if rule else None) or 12,
            key=f"{key}.interval",
        )  # fmt: skip
        public = right.number_input(
            _("Where the public gathers (0: the same)"), 0, 120,
            (rule.public_months if rule else None) or 0, key=f"{key}.public",
        )  # fmt: skip
    gates = st.checkbox(
        _("Whoever lacks it may not be on duty once the gate is on"),
        rule.gates if rule else True, key=f"{key}.gates",
    )  # fmt: skip
    joined_from = ui.day_input(
        _("Only for who came from this day on (empty: everybody)"),
        value=rule.joined_from if rule else None, key=f"{key}.joined",
    )  # fmt: skip
    basis = st.text_input(
        _("Basis of the requirement"), rule.rule if rule else "", key=f"{key}.rule", max_chars=200,
        placeholder=_("The rule or decision on which it rests"),
    )  # fmt: skip
    return RequirementFacts(
        who=who,
        who_value=value,
        occasion=occasion,
        interval_months=int(interval) if interval else None,
        public_months=int(public) if public else None,
        gates=gates,
        joined_from=joined_from,
        rule=basis,
    )


def _who_value(who: Who, rule: Requirement | None, key: str) -> str:
    value = rule.who_value if rule and rule.who == who else ""
    if who is Who.POST:
        return st.text_input(
            _("Post, as in the list of people"), value, key=f"{key}.post", max_chars=64
        )
    if who is Who.ROLE:
        options = {str(role): _(ROLE_NAMES[role]) for role in ROLES}
    elif who is Who.APPOINTED:
        options = {str(post): _(name) for post, name in workplace.POST_NAMES.items()}
    else:
        return ""
    found = st.selectbox(
        _("Which one"), list(options), format_func=options.__getitem__, key=f"{key}.{who}",
        index=list(options).index(value) if value in options else 0,
    )  # fmt: skip
    return str(found or "")


def _stop(actor: Actor, course: Course, rules: list[Requirement]) -> None:
    back = markup.anchor(_("Back"), BASE, "arrow_back")
    title = _("Offer this course no more?") if course.is_active else _("Offer this course again?")
    ui.title(title, name_of(course), aside=back)
    with ui.card("course_stop"):
        if course.is_active:
            said = _("It gives no new results. What was passed in it stays on record.")
            ui.notice("orange", said)
            if rules:
                n = ngettext(
                    "{n} requirement ends with it.", "{n} requirements end with it.", len(rules)
                )
                ui.html(f"<p>{escape(n)}</p>")
        words = _("Stop offering it") if course.is_active else _("Take it up again")
        if not st.button(words, type="primary", key="course.stop"):
            return
        done = ui.act(
            lambda session: offer_course(
                session, actor, course.id, is_active=not course.is_active,
                ends_requirements=True, now=ui.now(),
            ),
            done=_("It is done."),
        )  # fmt: skip
    if done is not None:
        st.query_params.clear()
        st.rerun()
