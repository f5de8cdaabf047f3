"""Codes as people type them."""

import pytest

from equipment.codes import normal


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ("mhq 32", "MHQ-0032"), ("ＭＨＱ0032", "MHQ-0032"), ("MHQ-0032", "MHQ-0032"),
        ("mhq—32", "MHQ-0032"), ("AED.1", "AED-0001"), ("xf-2-01", "XF-2-01"),
        ("XF－20－1", "XF-20-1"), ("1f_03", "1F-03"),
    ],
)  # fmt: skip
def test_a_code_is_understood_however_it_was_typed(typed: str, code: str) -> None:
    assert normal(typed) == code
    assert normal(code) == code


def test_signs_that_nobody_sees_are_no_part_of_a_code() -> None:
    assert normal("mhq\x0032\u200b") == "MHQ-0032"
