"""The asynchronous client; results and errors are of the same types as the other's."""

import asyncio
import inspect

import pytest
from eventually import eventually

import brood
from brood import AsyncBrood, Brood, Limits


def run(url, story):
    async def whole():
        async with AsyncBrood(url) as client:
            return await story(client)
    return asyncio.run(whole())


def test_sixteen_jobs_at_once(url):
    async def story(client):
        return await asyncio.gather(*(client.execute(f"print({n})") for n in range(16)))
    assert [result.stdout for result in run(url, story)] == [f"{n}\n" for n in range(16)]


def test_output_is_streamed(url):
    async def story(client):
        async with client.stream("print(1, flush=True)\nprint(2)") as stream:
            return [event async for event in stream]
    events = run(url, story)
    assert isinstance(events[0], brood.StartEvent)
    assert b"".join(event.data for event in events[1:-1]) == b"1\n2\n"
    assert events[-1].outcome.ok


def test_a_stream_needs_no_context(url):
    async def story(client):
        return [type(event) async for event in client.stream("pass")]
    assert run(url, story) == [brood.StartEvent, brood.ExitEvent]


def test_a_cancelled_task_cancels_its_job(url, client):
    async def story(own):
        task = asyncio.create_task(own.execute("while True: pass"))
        await asyncio.to_thread(eventually, lambda: client.health().jobs.running == 1,
                                "the job runs")
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
    run(url, story)
    eventually(lambda: client.health().jobs.running == 0, "the job is cancelled")


def test_leaving_a_stream_cancels_its_job(url, client):
    async def story(own):
        async with own.stream("import time; time.sleep(600)",
                              limits=Limits(wall_time_ms=300_000)) as stream:
            assert isinstance(await stream.__anext__(), brood.StartEvent)
            assert (await own.health()).jobs.running == 1
    run(url, story)
    eventually(lambda: client.health().jobs.running == 0, "the job is cancelled")


def test_refusals_are_raised(url):
    async def story(client):
        with pytest.raises(brood.RefusedError) as raised:
            await client.execute("", "klingon")
        with pytest.raises(brood.RefusedError):
            await client.stream("", "klingon").__anext__()
        return raised.value
    assert run(url, story).field == "language"


def test_the_service_is_described(url):
    async def story(client):
        return await client.ready(), await client.health(), await client.runtimes()
    ready, health, runtimes = run(url, story)
    assert ready and health.ok and any(each.language == "python" for each in runtimes)


@pytest.mark.parametrize("name", ["execute", "stream", "runtimes", "health", "ready", "close",
                                  "__init__"])
def test_both_clients_have_the_same_arguments(name):
    both = [inspect.signature(getattr(kind, name)) for kind in (Brood, AsyncBrood)]
    assert both[0].parameters == both[1].parameters
