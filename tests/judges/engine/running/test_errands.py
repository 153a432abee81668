"""Errands run one of a kind at a time, wake whoever waits, and hide no failure."""

import asyncio

import pytest

from judges.engine.running.errands import Errands

LONG = 30.0


def test_an_errand_under_way_is_not_sent_again() -> None:
    sent: list[int] = []

    async def work() -> None:
        errands, may_end = Errands(), asyncio.Event()

        async def fetch() -> None:
            sent.append(1)
            await may_end.wait()

        errands.send("fetch", fetch)
        errands.send("fetch", fetch)
        await errands.wait(0.0)
        assert "fetch" in errands
        may_end.set()
        await errands.wait(LONG)  # its end is news
        assert not errands
        errands.send("fetch", fetch)
        await errands.wait(LONG)

    asyncio.run(asyncio.wait_for(work(), timeout=LONG / 2))
    assert len(sent) == 2


def test_news_end_the_wait_and_silence_ends_it_in_time() -> None:
    async def work() -> None:
        errands = Errands()
        errands.wake()
        await errands.wait(LONG)
        await errands.wait(0.01)  # the news were heard: this one ends by itself

    asyncio.run(asyncio.wait_for(work(), timeout=LONG / 2))


def test_what_an_errand_failed_of_is_raised_to_whoever_waits() -> None:
    async def fail() -> None:
        raise OSError("no ledger")

    async def work() -> None:
        errands = Errands()
        errands.send("write", fail)
        await errands.wait(LONG)

    with pytest.raises(OSError, match="no ledger"):
        asyncio.run(asyncio.wait_for(work(), timeout=LONG / 2))


def test_what_is_called_off_does_not_go_on() -> None:
    done: list[int] = []

    async def work() -> None:
        errands = Errands()

        async def linger() -> None:
            await asyncio.sleep(0.05)
            done.append(1)

        errands.send("linger", linger)
        await errands.wait(0.0)
        errands.cancel()
        await asyncio.sleep(0.1)

    asyncio.run(work())
    assert done == []
