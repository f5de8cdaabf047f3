"""What can be wrong with a file that is handed in, each as a sentence with the way out."""

from safety_app.core.errors import AppError
from safety_app.core.i18n import N_


class FileRefused(AppError):
    """The file was not taken in; nothing of it was kept."""

    status = 422


class FileEmpty(FileRefused):
    """No bytes arrived."""

    text = N_("The file is empty. Choose it once more.")


class FileTooBig(FileRefused):
    """More bytes than may be sent of this kind."""

    text = N_("The file is too big: at most {limit} MB.")
    status = 413


class UnknownFileKind(FileRefused):
    """Neither a PDF nor a picture nor a table, whatever its name says."""

    text = N_("Only PDF files, pictures and tables (.xlsx, .csv) can be handed in.")


class OldExcel(FileRefused):
    """A workbook of before 2007, or one behind a password: both look alike from outside."""

    text = N_(
        "This is an old Excel file (.xls) or one with a password."
        " Open it in Excel, save it as .xlsx without a password, and choose that file."
    )


class WordFile(FileRefused):
    """A text document."""

    text = N_("This is a text document. Save it as PDF and choose that file.")


class PdfLocked(FileRefused):
    """Nobody could read it later."""

    text = N_("This PDF is protected by a password. Save a copy without protection and choose it.")


class PdfBroken(FileRefused):
    """Not readable as a PDF."""

    text = N_("This PDF is damaged and cannot be read. Scan the paper again.")


class PdfTooLong(FileRefused):
    """More pages than a paper has."""

    text = N_("This PDF has too many pages: at most {limit}. Split it.")


class TableTooLarge(FileRefused):
    """Small as it is sent, enormous once unpacked."""

    text = N_("This table is too large once unpacked: at most {limit} MB. Split it.")
    status = 413


class TableBroken(FileRefused):
    """Not readable as a table."""

    text = N_("This table is damaged and cannot be read. Save it again as .xlsx and choose it.")


class FileGone(AppError):
    """A form names a file that its sender did not hand in, or that was swept since."""

    text = N_("A file is no longer there, because the form was open for too long. Choose it again.")
    status = 409


class TooManyFiles(AppError):
    """More files than one record takes."""

    text = N_("At most {limit} files belong to one record.")
    status = 422


class FileMissing(AppError):
    """The record names a file that the store does not hold."""

    text = N_("This file is no longer in the file store. Tell the administrator.")
    status = 404


class FileNotStored(AppError):
    """The folder of files cannot be written."""

    text = N_("The server could not save the file. Tell the administrator to check the folder.")
    status = 503
