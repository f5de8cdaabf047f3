"""Every sentence that the code shows is found, wherever it is written."""

from pathlib import Path

from safety_app import translations


def test_sentences_are_found_in_calls_plurals_and_f_strings(tmp_path: Path) -> None:
    file = tmp_path / "page.py"
    file.write_text(
        'a = _("Plain")\n'
        "b = f\"<p>{_('Inside, {n} times', n=1)}</p>\"\n"
        'c = ngettext("One day", "{n} days", 2)\n'
        'd = N_("In two " "parts")\n'
        "e = _(a)\n",
        encoding="utf-8",
    )
    found = [text for text, _line in translations._spoken(file)]
    assert sorted(found) == ["In two parts", "Inside, {n} times", "Plain", "{n} days"]
