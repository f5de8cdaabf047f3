"""What a browser says of itself, in plain words."""

from typing import Final

from safety_app.core.i18n import N_, _

BROWSERS: Final = (
    ("MicroMessenger", N_("WeChat")),
    ("Edg", "Edge"),
    ("OPR/", "Opera"),
    ("Firefox/", "Firefox"),
    ("SamsungBrowser", "Samsung Internet"),
    ("HuaweiBrowser", N_("Huawei Browser")),
    ("Chrome/", "Chrome"),
    ("Safari/", "Safari"),
)
SYSTEMS: Final = (
    ("iPad", "iPad"),
    ("iPhone", "iPhone"),
    ("OpenHarmony", N_("HarmonyOS")),
    ("HarmonyOS", N_("HarmonyOS")),
    ("Android", "Android"),
    ("Windows", "Windows"),
    ("Mac OS", "macOS"),
    ("Linux", "Linux"),
)


# Brands are not translated: “Windows” is a word of the hall as well.
_SPOKEN: Final = frozenset({"WeChat", "Huawei Browser", "HarmonyOS"})


def browser_words(agent: str) -> str:
    """`Chrome on Windows`; the first sign that fits counts, since browsers claim to be others."""
    browser = next((_said(name) for sign, name in BROWSERS if sign in agent), "")
    system = next((_said(name) for sign, name in SYSTEMS if sign in agent), "")
    if browser and system:
        return _("{browser} on {system}", browser=browser, system=system)
    return browser or system or _("Unknown browser")


def _said(name: str) -> str:
    return _(name) if name in _SPOKEN else name
