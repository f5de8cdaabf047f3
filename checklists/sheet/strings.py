"""The words of the sheet's page; they travel with it as JSON, by these ids."""

from typing import Final

from safety_app.core.i18n import N_

STRINGS: Final = (
    N_("OK"),
    N_("Problem"),
    N_("N/A"),
    N_("The server did not accept this ({code})."),
    N_("This photo is no longer on the tablet. Please take it again."),
    N_("Close"),
    N_("Cancel"),
    N_("Not answered yet."),
    N_("Choose why it does not apply."),
    N_("A photo was not accepted. Take it again or remove it."),
    N_("Choose how it is handled."),
    N_("Corrected on the spot: add a photo or a few words."),
    N_("Choose how urgent it is."),
    N_("Say why the level is lower than preset."),
    N_("Write what the hazard is."),
    N_("Choose what kind of hazard it is."),
    N_("This picture is larger than 25 MB. Take it again with a lower resolution."),
    N_("This picture is empty. Take it again."),
    N_("The photo could not be removed: no connection. Try again later."),
    N_("Other hazard"),
    N_("Take it again"),
    N_("Delete the photo"),
    N_("Open hazard {number}: {what}"),
    N_("Delete"),
    N_("Other hazard {n}"),
    N_("Why it does not apply"),
    N_("Basis: {source}"),
    N_("The same problem ({about})"),
    N_("Corrected on the spot"),
    N_("Another problem"),
    N_("Register a hazard"),
    N_("How it is handled"),
    N_("Registered as {number}. Its level and handling are changed on the page of the hazard."),
    N_("An urgent hazard is registered and reported at once."),
    N_("Recorded; no hazard is registered. Add a photo or a few words."),
    N_("Noted on the open hazard; no second one is registered."),
    N_("Registered as a hazard when the sheet is submitted."),
    N_("Handling level"),
    N_("preset by the item: {level}"),
    N_("Why the level is lower"),
    N_("What was found"),
    N_("What is the hazard"),
    N_("Please choose"),
    N_("Kind of hazard"),
    N_("Take a photo"),
    N_("Take another photo"),
    N_("Not answered"),
    N_("Preparing"),
    N_("On this tablet"),
    N_("Uploading"),
    N_("Not accepted"),
    N_("Photo {n}"),
    N_("Open hazard, seen again"),
    N_("Delete this hazard?"),
    N_("Its words and photos are taken off this sheet."),
    N_("Continue here"),
    N_("Go on with {part}"),
    N_("Back to my tasks"),
    N_("{n} item left"),
    N_("{n} items left"),
    N_("All {n} item answered"),
    N_("All {n} items answered"),
    N_("Next unanswered ({n})"),
    N_("Complete the details ({n})"),
    N_("Sign and submit"),
    N_("Submitted"),
    N_("Saved {n}/{m}"),
    N_("{n} item not uploaded, tap to retry"),
    N_("{n} items not uploaded, tap to retry"),
    N_("On this tablet {n}/{m}"),
    N_("{n} item not accepted, tap to see"),
    N_("{n} items not accepted, tap to see"),
    N_("Uploading {n} item"),
    N_("Uploading {n} items"),
    N_("This patrol is open in another tab of this browser."),
    N_("Only one of them can be used at a time."),
    N_(
        "What is entered there from now on is kept beside the record. The answers so far "
        "are taken over."
    ),
    N_("What was entered here afterwards is kept beside the record, it replaces nothing."),
    N_("{n} entry of {name} arrived later or from another tablet and is kept beside this record."),
    N_(
        "{n} entries of {name} arrived later or from another tablet and are kept beside this "
        "record."
    ),
    N_("Show them"),
    N_("Photo"),
    N_("No connection. You can go on."),
    N_("The server cannot save at the moment."),
    N_("Nothing is lost: it is kept on this tablet and sent again by itself."),
    N_("Saving has stopped."),
    N_("What was entered is kept on this tablet."),
    N_("This browser keeps nothing on the tablet."),
    N_("Leave this page open until everything is saved."),
    N_("Answers are kept on this tablet and sent by themselves when the connection is back."),
    N_("{n} answer"),
    N_("{n} answers"),
    N_("{n} photo"),
    N_("{n} photos"),
    N_(
        "Kept on this tablet, waiting to be sent: {what}. It is sent by itself; do not "
        "clear the browser's data."
    ),
    N_("Already begun on another device: {n}/{m} answered."),
    N_("{name} has begun this patrol: {n}/{m} answered."),
    N_("{name} has gone on with this patrol on another device."),
    N_("This patrol has been continued on another device."),
    N_("Opens at {time}; nothing can be entered before."),
    N_(
        "Closed at {time} without being submitted and recorded as missed. It cannot be "
        "filled in afterwards; the reason can be given on the page of tasks."
    ),
    N_("Submitted by {name}, {at}. It can no longer be changed."),
    N_("Submitted. It can no longer be changed."),
    N_("This sheet can only be read here."),
    N_("{n} minute late"),
    N_("{n} minutes late"),
    N_("{n} hour late"),
    N_("{n} hours late"),
    N_("{n} minute left"),
    N_("{n} minutes left"),
    N_("Due by {due}, closes at {closes}"),
    N_("Answered"),
    N_("Parts of the day"),
    N_("Answers on the left"),
    N_("Log another hazard"),
    N_("{part}: patrol submitted"),
    N_("It can no longer be changed."),
    N_("Hazards registered:"),
    N_("{part} opens at {time}."),
    N_("Signature field"),
    N_("Sign here with a finger or a pen"),
    N_("{part}: sign and submit"),
    N_("{n} hazard is registered on submitting:"),
    N_("{n} hazards are registered on submitting:"),
    N_("Noted again on open hazards: {numbers}"),
    N_("None"),
    N_("Signature of the patroller"),
    N_("I confirm that I checked the above on site."),
    N_("Full name"),
    N_("Six-digit PIN"),
    N_("Sign by hand instead"),
    N_("Type name and PIN instead"),
    N_("Sign again"),
    N_("Type your full name."),
    N_("Enter the six digits of your PIN."),
    N_("Please sign in the field first."),
    N_("Patrolled together with"),
    N_("(optional)"),
    N_("Uploading the rest"),
    N_(
        "No connection: the sheet can be submitted when everything is uploaded. Answers and "
        "signature are kept here; try again."
    ),
    N_("Some of it was not accepted. Close this and see the marked items."),
    N_("Submitting"),
    N_("Please sign in again, then submit. Everything is saved."),
    N_("No receipt from the server. Try again; nothing is registered twice."),
    N_("Please sign in again"),
    N_(
        "The sign-in has ended. What was entered is kept on this tablet and is sent after "
        "signing in."
    ),
    N_("Sign in"),
    N_("{n} of 6 digits entered"),
    N_("No connection: unlocking has to wait. What was entered is kept on this tablet."),
    N_("The PIN is not right."),
    N_("Locked"),
    N_("Clear"),
    N_("Delete the last digit"),
    N_("Enter the six-digit PIN to go on."),
    N_("Somebody else? Sign in"),
    N_("{n} day late"),
    N_("{n} days late"),
    N_("Remark: {words}"),
    N_("Signatures"),
    N_("Something is wrong"),
    N_("{group}: something is wrong; answer each point"),
    N_("Read from the scale or gauge"),
    N_("Enter the number in {unit}."),
    N_("In order from {low} to {high} {unit}"),
    N_("In order from {low} {unit}"),
    N_("In order up to {high} {unit}"),
    N_("Scrap condition: out of service"),
    N_("It is taken out of service and has to be replaced."),
    N_("Finish the inspection"),
    N_("{n} group left"),
    N_("{n} groups left"),
    N_("All groups answered"),
    N_("Recorded under the name {name}, {time}."),
    N_("Problems found, saved"),
    N_("Passed, saved"),
    N_("The thing as registered"),
    N_("Taken out of service:"),
    N_("{n} point"),
    N_("{n} points"),
    N_("{sum} of {of} points"),
    N_("0 not done, 3 done on the whole, 5 done in full; {n} points or fewer are followed up."),
    N_("What was lacking"),
    N_("Write what was lacking."),
    N_("Register a point to rectify"),
    N_("Registered as a point to rectify on submitting"),
    N_("Registered as a hazard on submitting"),
    N_("to be put right within {n} day"),
    N_("to be put right within {n} days"),
    N_("{n} item not rated yet:"),
    N_("{n} items not rated yet:"),
)

INSPECTION_WORDS: Final = {
    "Back to my tasks": N_("Back"),
    "This patrol is open in another tab of this browser.": N_(
        "This inspection is open in another tab of this browser."
    ),
    "{name} has begun this patrol: {n}/{m} answered.": N_(
        "{name} has begun this inspection: {n}/{m} answered."
    ),
    "{name} has gone on with this patrol on another device.": N_(
        "{name} has gone on with this inspection on another device."
    ),
    "This patrol has been continued on another device.": N_(
        "This inspection has been continued on another device."
    ),
    "{part}: patrol submitted": N_("Inspection saved"),
    "{part}: sign and submit": N_("Finish the inspection"),
}
"""What the inspection of a thing says instead, beside the words of a check."""

SCORED_WORDS: Final = {
    "Next unanswered ({n})": N_("Next unrated ({n})"),
    "{n} item left": N_("{n} item to rate"),
    "{n} items left": N_("{n} items to rate"),
    "Not answered yet.": N_("Not rated yet."),
    "Not answered": N_("Not rated"),
    "Finish the inspection": N_("Finish and sign"),
    "{part}: sign and submit": N_("Finish the evaluation and sign"),
    "{part}: patrol submitted": N_("Evaluation saved"),
    "Passed, saved": N_("Evaluation saved"),
    "Problems found, saved": N_("Evaluation saved, problems are followed up"),
    "This patrol is open in another tab of this browser.": N_(
        "This evaluation is open in another tab of this browser."
    ),
    "{name} has begun this patrol: {n}/{m} answered.": N_(
        "{name} has begun this evaluation: {n}/{m} rated."
    ),
    "{name} has gone on with this patrol on another device.": N_(
        "{name} has gone on with this evaluation on another device."
    ),
    "This patrol has been continued on another device.": N_(
        "This evaluation has been continued on another device."
    ),
    "Signature of the patroller": N_("Signature of the evaluator"),
    "I confirm that I checked the above on site.": N_("I confirm what is rated above."),
    "{n} hazard is registered on submitting:": N_("{n} problem is registered on submitting:"),
    "{n} hazards are registered on submitting:": N_("{n} problems are registered on submitting:"),
    "Hazards registered:": N_("Registered:"),
    "Log another hazard": N_("Log another problem"),
    "Problem": N_("To follow up"),
    "Recorded under the name {name}, {time}.": N_("Signed by {name}, {time}."),
}
"""What a sheet of scores says instead, beside the words of an inspection."""

CHECK_WORDS: Final = {
    "OK": N_("Pass"),
    "Problem": N_("Fail"),
    "N/A": N_("n/a"),
    "This patrol is open in another tab of this browser.": N_(
        "This check is open in another tab of this browser."
    ),
    "{name} has begun this patrol: {n}/{m} answered.": N_(
        "{name} has begun this check: {n}/{m} answered."
    ),
    "{name} has gone on with this patrol on another device.": N_(
        "{name} has gone on with this check on another device."
    ),
    "This patrol has been continued on another device.": N_(
        "This check has been continued on another device."
    ),
    "Closed at {time} without being submitted and recorded as missed. It cannot be "
    "filled in afterwards; the reason can be given on the page of tasks.": N_(
        "Closed at {time} without being submitted and recorded as not done. It cannot be "
        "filled in afterwards; the reason can be given on the page of tasks."
    ),
    "{part}: patrol submitted": N_("Check submitted"),
    "{part}: sign and submit": N_("Sign and submit the check"),
    "Signature of the patroller": N_("Signature of the inspector"),
    "Patrolled together with": N_("Checked together with"),
}
"""What a check says instead: it has a pass mark, and nobody patrols."""
