"""Drawings of what plans are against, for pages without a symbol font."""

from typing import Final

from markupsafe import Markup

from drills.plans.starting import icon_of

_PATHS: Final = {
    "local_fire_department": (
        "M12 3c1 4 5 5.5 5 10.500a5 5 0 0 1-10 0c0-2 1-3.5 2-4.5 0 2 .8 3 1.8 3.300C1"
        "0 9 10.5 6 12 3Z"
    ),
    "directions_run": (
        "M14.5 4.500h.01M10 8l3.5-1 2.5 3h3M13.5 7 11 12.500l3 2V20M11 12.5 8.5 17 5 "
        "17.500M10 8 7 9.500v2.5"
    ),
    "bolt": "M13 3 5.5 13.500H11L10 21l8-11h-5.500Z",
    "medical_services": "M4 8h16v12H4ZM9 8V5h6v3M12 11v6M9 14h6",
    "front_hand": (
        "M7 12V6.500a1.3 1.3 0 0 1 2.6 0V11M9.6 11V4.800a1.3 1.3 0 0 1 2.6 0V11M12.2 "
        "11V5.800a1.3 1.3 0 0 1 2.6 0V12M14.8 12V8.300a1.3 1.3 0 0 1 2.6 0V15a6 6 0 0"
        " 1-6 6c-3 0-4.2-1.5-6.4-6.500l1.8-1 1.8 1.7"
    ),
    "power_off": "M9 3v5M15 3v5M6.5 8h11v4a5.5 5.5 0 0 1-11 0ZM12 17.500V21M4 4l16 16",
    "emergency_home": "M4 11 12 4l8 7v9H4ZM12 10.500v4M12 17h.01",
    "call": (
        "M6 4h3.500l1.5 4-2 1.500a11 11 0 0 0 5.5 5.500l1.5-2 4 1.500V18a2 2 0 0 1-2 "
        "2A15 15 0 0 1 4 6a2 2 0 0 1 2-2Z"
    ),
    "arrow_back": "M20 12H5M11.5 5.5 5 12l6.5 6.5",
    "contact_phone": (
        "M3 5h18v14H3ZM8.5 11a1.8 1.8 0 1 0 0-.01M5.5 16c.5-2 5.5-2 6 0M15 9.5h3.500M15 13h3.5"
    ),
}


def drawing(name: str) -> Markup:
    """A drawing of the house's line, hidden from screen readers."""
    path = _PATHS.get(name, _PATHS["emergency_home"])
    return Markup(  # noqa: S704 - the paths are our own
        '<svg class="drawing" viewBox="0 0 24 24" aria-hidden="true" focusable="false">'
        f'<path d="{path}"/></svg>'
    )


def of_scenario(scenario: str) -> Markup:
    """The drawing of a starting point."""
    return drawing(icon_of(scenario))
