"""Records' numbers in addresses: `{task_id:record}`."""

from starlette.convertors import IntegerConvertor, register_url_convertor


class _Number(IntegerConvertor):
    """A record's number, and nothing longer than a database can hold."""

    regex = "[0-9]{1,9}"


def register() -> None:
    """Make `record` known; done before the first route names it."""
    register_url_convertor("record", _Number())
