"""OpenAI and whoever speaks its language, without the SDK: equal in all but processor time."""

import ssl
import time
from collections.abc import Mapping
from typing import Any  # options are any JSON value; aiohttp is loaded on use

import orjson
from django.conf import settings

from evalplatform.common.outbound import read_host
from judges.providers.base import CONNECT_SECONDS
from judges.providers.http import (
    LARGEST_REPLY,
    check_reply,
    fail_for_answer,
    fail_for_connection,
    keep_headers,
    scrub,
)
from judges.providers.openai import OpenAIProvider
from judges.providers.pinned import build_socket_factory

VENDOR_URL = "https://api.openai.com/v1"
KEEP_ALIVE = 5.0
PIECE = 65_536


class FastProvider(OpenAIProvider):
    """One aiohttp session with a connection for each call; what is asked and how it is read are the SDK client's."""

    def __init__(self, *, key: str, base_url: str, calls: int) -> None:
        import aiohttp

        self._library, self._key, self._is_vendor = aiohttp, key, not base_url
        self._url = (base_url or VENDOR_URL).rstrip("/")
        self._session = aiohttp.ClientSession(
            connector=aiohttp.TCPConnector(
                limit=calls,
                keepalive_timeout=KEEP_ALIVE,
                ssl=_trust_vendors() if self._url.lower().startswith("https:") else True,
                socket_factory=build_socket_factory(read_host(base_url)) if base_url else None,
            ),
            timeout=aiohttp.ClientTimeout(
                total=None,
                sock_connect=CONNECT_SECONDS,
                sock_read=settings.EVALPLATFORM_PROVIDER_TIMEOUT,
            ),
            headers={"authorization": f"Bearer {key or 'none'}", "content-type": "application/json"},
            cookie_jar=aiohttp.DummyCookieJar(),
            trust_env=self._is_vendor,  # as the SDK's: only the vendor's own address may be reached through a proxy
        )

    async def _send(self, path: str, body: dict[str, Any]) -> tuple[str, Mapping[str, str], float]:
        start, library = time.monotonic(), self._library
        try:
            async with self._session.post(
                self._url + path, data=orjson.dumps(body), allow_redirects=False
            ) as answer:
                content = await _read(answer.content)
                status, headers, charset = answer.status, answer.headers, answer.charset
        except (library.ClientError, TimeoutError, OSError) as error:
            raise fail_for_connection(error) from None
        text = _decode(content, charset)
        if not 200 <= status < 300:
            raise fail_for_answer(status, text, headers, self._key)
        check_reply(headers.get("content-type", ""), len(content))
        return scrub(text, self._key), keep_headers(headers), time.monotonic() - start

    async def close(self) -> None:
        await self._session.close()


def _trust_vendors() -> ssl.SSLContext:
    """The SDK client's trust, loaded where it is needed: it takes a tenth of a second."""
    import httpx2

    return httpx2.create_ssl_context()


async def _read(stream: Any) -> bytes:
    """The body, and no more of it than is looked at."""
    pieces, size = [], 0
    while size <= LARGEST_REPLY and (piece := await stream.read(PIECE)):
        pieces.append(piece)
        size += len(piece)
    return b"".join(pieces)


def _decode(content: bytes, charset: str | None) -> str:
    try:
        return content.decode(charset or "utf-8", "replace")
    except LookupError:
        return content.decode("utf-8", "replace")
