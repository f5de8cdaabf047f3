"""The steps of a hazard through its pages, for stories that end in one."""

from tests.e2e.visits import Visit


def assign(at: Visit, number: str, owner: str, interim: str = "") -> None:
    """Hand it to somebody with a usual measure; a serious one with what holds until then."""
    page = at.open(f"/hazards?no={number}", ".st-key-hazard-assign button")
    at.settle()
    page.locator(".st-key-hazard-assign button").click()
    page.get_by_role("radio", name=owner).click()
    page.locator("[class*='-chips'] button").first.click()
    if interim:
        page.get_by_label(at.say("Interim measure, in force today")).fill(interim)
    at.press("Assign to {name}", name=owner)
    done(at, "{number} is assigned to {name}.", number=number, name=owner)


def fix(at: Visit, number: str, photo: str) -> None:
    """The owner finds it on Today and submits the fix with a photo."""
    page = at.open("/", f"a.line[href='/hazards?no={number}']")
    at.settle()
    page.locator(f"a.line[href='/hazards?no={number}']").tap()
    page.get_by_role("button", name=at.say("Submit the fix")).tap()
    page.locator(".photo-input input[type=file]").last.set_input_files(photo)
    page.locator(".shot.saved").wait_for()
    page.get_by_label(at.say("What was done")).fill("已落实")
    page.locator(".st-key-fix-submit button").tap()
    done(at, "The fix is submitted and waits to be verified.")


def accept(at: Visit, number: str) -> None:
    """Somebody else looks at it and closes it."""
    page = at.open(f"/hazards?no={number}", f".section:has-text('{number}')")
    at.settle()
    at.press("Accept and close")
    page.get_by_text(at.say("Is the fix good?")).wait_for()
    at.press("Accept and close")
    done(at, "{number} is accepted and closed.", number=number)


def done(at: Visit, text: str, **places: object) -> None:
    """Wait until the page says what has been done."""
    words = at.say(text, **places)
    at.page.locator(f".note-green:has-text('{words}')").first.wait_for()
