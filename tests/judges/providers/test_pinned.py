"""Where a provider's address leads when it is called, whatever it led to when it was saved."""

import socket
from typing import Any  # settings and what getaddrinfo answers

import pytest

from annotations.models import TaskKind
from evalplatform.common.errors import Invalid, ProviderFailure
from judges.engine.ledger.control import pause_run
from judges.engine.planning.plan import plan_run
from judges.engine.versions.register import create_connection
from judges.models import RunState
from tests.factories.judging import make_field, make_judge, work
from tests.fakes.provider import FakeProvider
from tests.judges.providers.test_clients import VENDORS, ask_at

PUBLIC = "93.184.216.34"
NAME = "judge.example.com"


class Names:
    """What NAME leads to, answer after answer; the last one stays."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, *answers: str) -> None:
        self._answers = list(answers)
        self._resolve = socket.getaddrinfo
        monkeypatch.setattr(socket, "getaddrinfo", self.resolve)

    def resolve(self, host: Any, port: Any, *args: Any, **options: Any) -> Any:
        if host != NAME:
            return self._resolve(host, port, *args, **options)
        address = self._answers.pop(0) if len(self._answers) > 1 else self._answers[0]
        return self._resolve(address, port, *args, **options)


def at_name(fake: FakeProvider, vendor: str) -> str:
    return f"http://{NAME}:{fake.port}" + ("" if vendor == "anthropic" else "/v1")


@pytest.mark.parametrize("vendor", VENDORS)
@pytest.mark.parametrize("spelling", ["{name}", "127.0.0.1", "[::ffff:127.0.0.1]", "localhost"])
def test_row_27_a_private_address_is_refused_at_connect(
    vendor: str, spelling: str, monkeypatch: pytest.MonkeyPatch, settings: Any
) -> None:
    settings.EVALPLATFORM_PRIVATE_HOSTS = []
    Names(monkeypatch, "127.0.0.1")
    with FakeProvider() as fake, pytest.raises(ProviderFailure) as caught:
        ask_at(vendor, f"http://{spelling.format(name=NAME)}:{fake.port}/v1")
    assert (caught.value.reason, caught.value.retryable, fake.requests) == ("private_address", False, [])


@pytest.mark.parametrize("vendor", VENDORS)
def test_row_27_a_listed_address_is_connected_to(
    vendor: str, monkeypatch: pytest.MonkeyPatch, settings: Any
) -> None:
    settings.EVALPLATFORM_PRIVATE_HOSTS = [NAME]
    Names(monkeypatch, "127.0.0.1")
    with FakeProvider() as fake:
        assert ask_at(vendor, at_name(fake, vendor)).tokens_in == 100
    assert len(fake.requests) == 1


@pytest.mark.database(transaction=True)
def test_row_27_a_name_that_leads_elsewhere_when_it_is_called_pauses_the_run(
    monkeypatch: pytest.MonkeyPatch, settings: Any
) -> None:
    """Public when saved, when planned and when the loop begins, private when the connection is made."""
    settings.EVALPLATFORM_PRIVATE_HOSTS = []
    with FakeProvider() as fake:
        Names(monkeypatch, *[PUBLIC] * 4, "127.0.0.1")
        field = make_field(TaskKind.SINGLE, 3)
        run = plan_run(
            project=field.project, judge=make_judge(field.project, at_name(fake, "openai"), "single")
        )
        work(run)
    run.refresh_from_db()
    assert fake.requests == []
    assert run.state == RunState.PAUSED
    assert run.pause_reason == f"The provider refuses (private_address): {NAME} leads to a private address"
    assert pause_run(run=run, reason="again") is False


@pytest.mark.parametrize("vendor", VENDORS)
def test_row_27_a_redirect_to_a_private_address_is_not_followed(vendor: str, settings: Any) -> None:
    settings.EVALPLATFORM_PRIVATE_HOSTS = ["127.0.0.1"]
    with (
        FakeProvider() as inner,
        FakeProvider(faults=[f"302:{inner.url}"]) as fake,
        pytest.raises(ProviderFailure) as caught,
    ):
        ask_at(vendor, fake.url)
    assert (caught.value.reason, len(fake.requests), inner.requests) == ("http_302", 1, [])


@pytest.mark.parametrize("host", ["2130706433", "0x7f000001", "0x7f.1", "0177.0.0.1", "127.1", "1.1.1.0x1"])
def test_row_27_an_odd_spelling_is_refused_even_of_a_listed_address(host: str, settings: Any) -> None:
    settings.EVALPLATFORM_PRIVATE_HOSTS = ["127.0.0.1"]
    with pytest.raises(Invalid):
        create_connection(name="inner", provider="openai", base_url=f"http://{host}/")
    with FakeProvider() as fake, pytest.raises(Invalid):
        ask_at("openai", f"http://{host}:{fake.port}/v1")
    assert fake.requests == []


@pytest.mark.database
@pytest.mark.parametrize(
    "url",
    [
        "http://127.0.0.1/", "http://10.0.0.1/", "http://172.16.0.1/", "http://192.168.1.1/",
        "http://169.254.169.254/latest/", "http://[::ffff:10.0.0.1]/", "http://2130706433/", "http://0x7f.1/",
        "http://0177.0.0.1/", "file:///etc/passwd", "gopher://93.184.216.34/", "http://user@93.184.216.34/",
    ],
)  # fmt: skip
def test_row_27_a_private_address_is_refused_at_save(url: str, settings: Any) -> None:
    settings.EVALPLATFORM_PRIVATE_HOSTS = []
    with pytest.raises(Invalid):
        create_connection(name="inner", provider="openai", base_url=url)


@pytest.mark.parametrize("vendor", ["openai", "thin"])
def test_row_27_no_proxy_of_the_environment_stands_between(
    vendor: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A proxy would resolve the name by itself."""
    with FakeProvider() as proxy, FakeProvider() as fake:
        monkeypatch.setenv("HTTP_PROXY", proxy.url)
        monkeypatch.setenv("ALL_PROXY", proxy.url)
        ask_at(vendor, fake.url)
    assert (len(fake.requests), proxy.requests) == (1, [])
