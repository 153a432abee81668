from typing import Any

import pytest

from evalplatform.common.errors import Invalid
from evalplatform.common.outbound import check_outbound_url


@pytest.mark.parametrize(
    "url",
    [
        "http://127.0.0.1/v1",
        "http://localhost:8000/",
        "http://[::1]/",
        "http://10.1.2.3/",
        "http://192.168.0.1/",
        "http://169.254.169.254/latest/meta-data/",
        "http://0.0.0.0/",
        "http://[::ffff:127.0.0.1]/",
        "http://[64:ff9b::a9fe:a9fe]/",
        "http://[2002:7f00:1::]/",
        "http://[::7f00:1]/",
        "http://[::ffff:0:127.0.0.1]/",
        "http://[fec0::1]/",
        "http://2130706433/",
        "http://0x7f.1/",
        "http://0177.0.0.1/",
        "http://[fe80::1]/",
        "http://224.0.0.1/",
        "file:///etc/passwd",
        "gopher://1.1.1.1/",
        "https://user:password@1.1.1.1/",
        "https://user@1.1.1.1/",
        "https://",
        "http://[half",
        "http://1.1.1.1:99999/",
        "http://name.invalid/",
        "",
    ],
)
def test_private_and_odd_addresses_are_refused(url: str, settings: Any) -> None:
    settings.EVALPLATFORM_PRIVATE_HOSTS = []
    with pytest.raises(Invalid):
        check_outbound_url(url)


def test_public_addresses_may_be_called(settings: Any) -> None:
    settings.EVALPLATFORM_PRIVATE_HOSTS = []
    check_outbound_url("https://1.1.1.1:8443/v1")


def test_listed_private_hosts_may_be_called(settings: Any) -> None:
    settings.EVALPLATFORM_PRIVATE_HOSTS = ["127.0.0.1", "::1"]
    check_outbound_url("http://127.0.0.1:9/v1")
    check_outbound_url("http://localhost:9/v1")
    with pytest.raises(Invalid):
        check_outbound_url("http://127.0.0.2/")
