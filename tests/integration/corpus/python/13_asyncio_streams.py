import asyncio
async def echo(r, w):
    while line := await r.readline(): w.write(line.upper()); await w.drain()
    w.close()
async def main():
    server = await asyncio.start_server(echo, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    r, w = await asyncio.open_connection("127.0.0.1", port)
    w.write(b"one\ntwo\n"); w.write_eof(); print(await r.read()); w.close(); server.close()
    p = await asyncio.create_subprocess_exec("cat", stdin=-1, stdout=-1)
    print(await p.communicate(b"through cat"))
asyncio.run(main())
