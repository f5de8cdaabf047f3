"""The pictures of a drill on its page: looked at, added, taken off."""

import streamlit as st

from drills.evaluation import Result
from drills.models import DrillPhoto, Step
from drills.service import proofs
from drills.service.detail import DrillDetail
from safety_app import ui
from safety_app.core.access import Actor
from safety_app.core.i18n import _, moment_text, ngettext
from safety_app.ui import markup


def draw(actor: Actor, found: DrillDetail, _result: Result | None) -> None:
    """The pictures, then more of them."""
    with ui.card("drill_photos"):
        ui.html(markup.section(_("Photos")))
        if found.photos:
            ui.photo_grid([_picture(one, found, actor.timezone) for one in found.photos])
        else:
            ui.empty(
                _("No photo yet"),
                _("Take one of each group at its place, and of the head count."),
                symbol="photo_camera",
            )
        if Step.RECORD in found.allowed:
            _add(actor, found)
            _remove(actor, found)


def _picture(photo: DrillPhoto, found: DrillDetail, timezone: str) -> ui.Picture:
    when = moment_text(photo.taken_at or photo.at, timezone)
    alt = photo.caption or _("Photo of drill {code}", code=found.drill.code)
    return ui.Picture(photo.key, alt, " · ".join(filter(None, (photo.caption, when))))


def _add(actor: Actor, found: DrillDetail) -> None:
    code = found.drill.code
    form = f"{code}.{len(found.photos)}"
    uploads = ui.photo_input("drill.photos", max_photos=9, form=form)
    caption = st.text_input(
        _("Caption (optional)"), key=f"drill.caption.{form}", max_chars=100,
        placeholder=_("For example: head count at the north square"),
    )  # fmt: skip
    pressed = st.button(_("Keep the photos"), key=f"drill.keep.{form}", icon=":material/save:")
    if not pressed:
        return
    if not uploads:
        ui.notice("yellow", _("Take or choose a photo first."))
        return
    kept = ui.act(
        lambda session: proofs.add_photos(
            session, actor, found.drill.id, uploads, caption=caption or "", now=ui.now()
        ),
        done=lambda n: ngettext("{n} photo kept.", "{n} photos kept.", n),
    )
    if kept is not None:
        st.rerun()


def _remove(actor: Actor, found: DrillDetail) -> None:
    if not found.photos:
        return
    with st.expander(_("Take a photo off")):
        names = {
            photo.id: photo.caption or moment_text(photo.taken_at or photo.at, actor.timezone)
            for photo in found.photos
        }
        chosen = st.selectbox(
            _("Which one?"), list(names), format_func=names.__getitem__, index=None,
            placeholder=_("Choose a photo"), key=f"drill.off.{found.drill.code}",
        )  # fmt: skip
        if not st.button(_("Take it off"), key=f"drill.off.do.{found.drill.code}"):
            return
        if chosen is None:
            ui.notice("yellow", _("Choose the photo first."))
            return
        done = ui.act(
            lambda session: proofs.remove_photo(
                session, actor, found.drill.id, chosen, now=ui.now()
            ),
            done=_("The photo is taken off."),
        )
    if done is not None:
        st.rerun()
