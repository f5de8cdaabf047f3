"""What can be wrong with a picture, each as a sentence that says what to do next."""

from safety_app.core.errors import AppError
from safety_app.core.i18n import N_


class PhotoError(AppError):
    """The picture was not taken in; nothing of it was kept."""

    status = 422


class PhotoEmpty(PhotoError):
    """The upload holds no bytes."""

    text = N_("The picture is empty. Take it again and send it once more.")


class PhotoTooBig(PhotoError):
    """The file is larger than may be sent."""

    text = N_("The picture file is too big: at most {limit} MB. Take it with a smaller size.")
    status = 413


class PhotoTooManyPixels(PhotoError):
    """The picture would need too much memory once unpacked."""

    text = N_("The picture is too large: at most {limit} megapixels. Take it with a smaller size.")
    status = 413


class PhotoTooSmall(PhotoError):
    """Nothing can be seen on so few pixels."""

    text = N_("The picture is too small: each side needs {limit} pixels or more. Take it again.")


class PhotoTooNarrow(PhotoError):
    """A strip, not a picture."""

    text = N_("The picture is too long and narrow. Crop it or take it again.")


class PhotoUnreadable(PhotoError):
    """Broken, cut off, or no picture at all, whatever its name says."""

    text = N_(
        "This file is not a readable picture. Take the picture again, "
        "or choose a JPEG, PNG, WebP, GIF or HEIC file."
    )


class PhotoStoreFull(PhotoError):
    """The disk of the server has no room left."""

    text = N_(
        "The server has no room for more pictures; this one was not saved. "
        "Keep it on the tablet and tell the administrator to free disk space."
    )
    status = 507


class PhotoNotStored(PhotoError):
    """The folder of pictures cannot be written."""

    text = N_(
        "The server could not save the picture. "
        "Keep it on the tablet and tell the administrator to check the photo folder."
    )
    status = 503


class PhotoMissing(PhotoError):
    """The record names a picture that the store does not hold."""

    text = N_("This picture is no longer in the photo store. Tell the administrator.")
    status = 404
