import asyncio


async def work(n):
    await asyncio.sleep(0.001 * n)
    return n


async def main():
    print(await asyncio.gather(*(work(n) for n in range(4))))
    task = asyncio.create_task(work(1))
    process = await asyncio.create_subprocess_exec("echo", "async child")
    await process.wait()
    print(await task)
    raise LookupError("out of the loop")


asyncio.run(main(), debug=False)
