"""Where the server says it can be opened."""

from collections.abc import Iterator

import pytest

from safety_app import serve
from safety_app.core.settings import settings
from safety_app.features import features

features()


@pytest.fixture
def network(monkeypatch: pytest.MonkeyPatch) -> Iterator[pytest.MonkeyPatch]:
    """A machine at 192.168.1.20, without a public address."""
    monkeypatch.setattr(serve, "lan_address", lambda: "192.168.1.20")
    monkeypatch.delenv("SAFETY_PUBLIC_URL", raising=False)
    settings.cache_clear()
    yield monkeypatch
    settings.cache_clear()


def test_alone_it_names_this_machine(network: pytest.MonkeyPatch) -> None:
    assert serve.addresses("127.0.0.1", 8501, lan=False) == ("http://127.0.0.1:8501", None)


def test_on_the_network_it_names_the_address_for_tablets_and_draws_its_code(
    network: pytest.MonkeyPatch,
) -> None:
    local, tablet = serve.addresses("0.0.0.0", 8501, lan=True)
    assert (local, tablet) == ("http://127.0.0.1:8501", "http://192.168.1.20:8501")
    said = serve.announcement("0.0.0.0", 8501, lan=True)
    assert "http://192.168.1.20:8501" in said
    assert len(said.splitlines()) > 10


def test_a_public_address_wins(network: pytest.MonkeyPatch) -> None:
    network.setenv("SAFETY_PUBLIC_URL", "https://safety.example.cn/")
    settings.cache_clear()
    assert serve.addresses("0.0.0.0", 8501, lan=True)[1] == "https://safety.example.cn"
    assert serve.addresses("127.0.0.1", 8501, lan=False)[0] == "https://safety.example.cn"


def test_without_a_network_it_says_so(network: pytest.MonkeyPatch) -> None:
    network.setattr(serve, "lan_address", lambda: None)
    assert "平板无法访问" in serve.announcement("0.0.0.0", 8501, lan=True)


def test_an_address_with_colons_is_bracketed(network: pytest.MonkeyPatch) -> None:
    assert serve.addresses("::1", 8501, lan=False)[0] == "http://[::1]:8501"
