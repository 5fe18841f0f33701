#!/usr/bin/env python3
"""relay ADDRESS PORT MILLISECONDS [RATE]: listens on ADDRESS, passes all on to 127.0.0.1:PORT and back.

What comes is passed on so many milliseconds later, each way. A connection is open at once where it
would take a round trip, so its first bytes wait for that, too. Says the port that it listens on. With RATE,
a connection carries so many bytes a second towards whoever asks, whatever it is asked for.
"""

import asyncio
import sys

CHUNK = 1 << 16
RATE_SLACK = 0.02  # Seconds that a sleep may be too long.
CHUNKS_UNDER_WAY = 64  # 4 MiB: more than what any line here holds in a round trip.


async def receive(reader, queue, delay, opening):
    loop = asyncio.get_running_loop()
    earliest = loop.time() + opening + delay
    while True:
        data = await reader.read(CHUNK)
        await queue.put((max(loop.time() + delay, earliest), data))
        if not data:
            return


async def send(queue, writer, rate=None):
    loop = asyncio.get_running_loop()
    free = 0.0  # When the connection has carried what it was given.
    while True:
        due, data = await queue.get()
        if rate:
            free = max(free, loop.time() - RATE_SLACK) + len(data) / rate
            due = max(due, free)
        if due > loop.time():
            await asyncio.sleep(due - loop.time())
        if not data:
            writer.write_eof()
            return
        writer.write(data)
        await writer.drain()


async def pass_on(reader, writer, port, delay, rate):
    far_reader, far_writer = await asyncio.open_connection("127.0.0.1", port)
    there, back = asyncio.Queue(CHUNKS_UNDER_WAY), asyncio.Queue(CHUNKS_UNDER_WAY)
    tasks = [asyncio.create_task(each) for each in (
        receive(reader, there, delay, 2 * delay), send(there, far_writer),
        receive(far_reader, back, delay, 0), send(back, writer, rate))]
    try:
        await asyncio.gather(*tasks)
    except OSError:
        pass  # One end has gone: then so does the other.
    finally:
        for task in tasks:
            task.cancel()
        writer.close()
        far_writer.close()


async def main():
    address, port, milliseconds = sys.argv[1], int(sys.argv[2]), float(sys.argv[3])
    rate = float(sys.argv[4]) if len(sys.argv) > 4 else None

    async def accept(reader, writer):
        await pass_on(reader, writer, port, milliseconds / 1000, rate)

    server = await asyncio.start_server(accept, address, 0)
    print(server.sockets[0].getsockname()[1], flush=True)
    await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(main())
