import asyncio
async def work(n, log):
    for _ in range(n): await asyncio.sleep(0)  # Turns of the loop, not milliseconds, decide the order.
    log.append(n)
    return n * n
async def main():
    log = []
    print(await asyncio.gather(*(work(n, log) for n in (3, 1, 2))), log)
    async with asyncio.TaskGroup() as group: tasks = [group.create_task(work(n, log)) for n in range(3)]
    print([t.result() for t in tasks])
    q = asyncio.Queue(); [q.put_nowait(i) for i in range(3)]; print(await q.get(), q.qsize())
    try: await asyncio.wait_for(asyncio.sleep(60), 0.01)
    except TimeoutError: print("timed out")
    t = asyncio.create_task(asyncio.sleep(60)); await asyncio.sleep(0); t.cancel()
    try: await t
    except asyncio.CancelledError: print("cancelled")
asyncio.run(main())
