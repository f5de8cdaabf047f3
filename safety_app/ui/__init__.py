"""Streamlit parts without domain.

    from safety_app import ui

    actor = ui.current_actor()                     signed-in person, looked up on every rerun
    ui.now(), ui.local_now()                       moment of this rerun: UTC, site's clock
    ui.title(_("Hazards"), subtitle, aside=html)   head of the page; shows what `act` has done
    if ui.act(lambda s: service.fix(s, actor, id, ..., now=ui.now()), done=_("Saved.")):
        st.rerun()                                 errors are shown; `None` if refused
    with ui.card("detail"): ...                    white card
    ui.html(markup)                                any markup; escape what people typed
    ui.rows(key, [ui.Row(id, title, note, code, badges)], label=..., selected=id) -> id | None
    ui.segmented(key, {"open": _("Open")}, label=...) -> value
    ui.day_input(label, value, key=key, min_value=…, max_value=…) -> date; others told in words
    ui.photo_input(key, max_photos=9, form=str(n)) -> upload ids; a new `form` begins empty
    ui.file_input(key, accept=("table",), most=1, form=...) -> file ids, for `files.claim`
    ui.signature_input(key, label=..., statement=..., button=...) -> ui.Ink | None
    ui.signature_markup(kept, label)               a kept signature as a drawing
    ui.copy_button(key, text, label=...)           puts a text on the clipboard
    ui.notice(tone, text), ui.empty(heading, text), ui.facts(pairs), ui.timeline(entries)
    ui.photo_pair(before, after), ui.photo_grid(pictures)      of ui.Picture(key, alt, caption)
    ui.primary_link(label, href, symbol), ui.secondary_link(...)
    with ui.progress(_("…")) as move: move(0.5)    bar of what takes long; never undoes a write
    ui.go("hazards", no=number)                    open another page; `<a href="/hazards?no=…">`
                                                   in own markup does the same when pressed
    ui.base_address()                              where others reach this installation
    ui.knows("report-hazard")                      whether this person may open that page
    @ui.fragment                                   st.fragment that knows person and language

`ui.markup.*` gives the same pieces as strings (one `ui.html` with many pieces is much cheaper
than many elements); `ui.badge`, `level_badge`, `status_badge`, `due_badge`, `state_badge`,
`extended_badge`, `badges(...)` and `markup.anchor` are strings. Container keys carry style:
`card_*` white card, `now_*` card of the task at hand, `big_*` 56 px buttons, `bar_*` action bar
that sticks to the bottom edge on phones.
"""

from safety_app.ui import markup
from safety_app.ui.address import base_address, is_own
from safety_app.ui.badges import (
    due_badge,
    extended_badge,
    level_badge,
    state_badge,
    status_badge,
)
from safety_app.ui.components import Row, copy_button, file_input, photo_input, rows
from safety_app.ui.fields import day_input
from safety_app.ui.frame import go, knows
from safety_app.ui.ink import Ink, signature_input, signature_markup
from safety_app.ui.markup import Entry, Fact, Picture, Tone, badge, badges, outline_badge
from safety_app.ui.page import (
    act,
    card,
    empty,
    facts,
    failed,
    html,
    notice,
    photo_grid,
    photo_pair,
    primary_link,
    receipt,
    secondary_link,
    segmented,
    timeline,
    title,
)
from safety_app.ui.progress import progress
from safety_app.ui.session import SignedOut, csrf, current_actor, faults, fragment, local_now, now

__all__ = [
    "Entry",
    "Fact",
    "Ink",
    "Picture",
    "Row",
    "SignedOut",
    "Tone",
    "act",
    "badge",
    "badges",
    "base_address",
    "card",
    "copy_button",
    "csrf",
    "current_actor",
    "day_input",
    "due_badge",
    "empty",
    "extended_badge",
    "facts",
    "failed",
    "faults",
    "file_input",
    "fragment",
    "go",
    "html",
    "is_own",
    "knows",
    "level_badge",
    "local_now",
    "markup",
    "notice",
    "now",
    "outline_badge",
    "photo_grid",
    "photo_input",
    "photo_pair",
    "primary_link",
    "progress",
    "receipt",
    "rows",
    "secondary_link",
    "segmented",
    "signature_input",
    "signature_markup",
    "state_badge",
    "status_badge",
    "timeline",
    "title",
]
