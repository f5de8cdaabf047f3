"""The browser of the tests shows Chinese without anybody installing a font."""

import os
from pathlib import Path
from xml.etree import ElementTree

import pytest

from tests import browser


@pytest.mark.skipif(not browser.LINUX, reason="other systems bring Chinese fonts")
def test_the_packaged_font_is_made_known(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("FONTCONFIG_FILE", raising=False)
    file = browser.environment(tmp_path)["FONTCONFIG_FILE"]
    folder = ElementTree.parse(file).findtext("dir")
    assert folder and list(Path(folder).glob("NotoSansSC*.ttf"))


def test_fonts_that_somebody_chose_are_left_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FONTCONFIG_FILE", "/their/own.conf")
    assert browser.environment(tmp_path)["FONTCONFIG_FILE"] == "/their/own.conf"
    assert not list(tmp_path.iterdir())


@pytest.mark.skipif(os.name != "posix", reason="elsewhere the browser is not started")
def test_a_browser_that_does_not_start_is_passed_over(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    broken, sound = tmp_path / "broken", tmp_path / "chromium"
    broken.write_text("#!/bin/sh\nexit 1\n")
    sound.write_text("#!/bin/sh\nexit 0\n")
    broken.chmod(0o755)
    sound.chmod(0o755)
    monkeypatch.setenv("TEST_CHROMIUM", str(broken))
    monkeypatch.setenv("PATH", str(tmp_path))
    assert browser.chromium() == str(sound)
