import { expect, test } from "bun:test";
import { steerConnections } from "./steer-connections";

type Counter = { readonly accepted: number; readonly listener: Bun.TCPSocketListener<undefined> };

function listen(port: number): Counter {
  let accepted = 0;
  const address = { hostname: "127.0.0.1", port, reusePort: true };
  const listener = Bun.listen<undefined>({
    ...address,
    data: undefined,
    socket: {
      data: () => undefined,
      open: (socket) => {
        accepted += 1;
        socket.end();
      },
    },
  });
  return {
    listener,
    get accepted() {
      return accepted;
    },
  };
}

async function connect(port: number, count: number): Promise<void> {
  for (let index = 0; index < count; index++) {
    const closed = Promise.withResolvers<void>();
    await Bun.connect({
      hostname: "127.0.0.1",
      port,
      socket: { data: () => undefined, close: () => closed.resolve() },
    });
    await closed.promise;
  }
}

test.skipIf(process.platform !== "linux")(
  "steerConnections() leads new connections to the newer sockets of a port, and stays right while older ones close",
  async () => {
    const first = listen(0);
    const { port } = first.listener;
    const all = [first, listen(port), listen(port), listen(port)];
    const counts = () => all.map(({ accepted }) => accepted);
    await connect(port, 60);
    expect(counts().filter((count) => count > 0).length).toBeGreaterThan(2);

    const before = counts();
    expect(steerConnections(first.listener, 2, "any-newer")).toBe(true);
    await connect(port, 60);
    const since = counts().map((count, index) => count - (before[index] ?? 0));
    expect(since.slice(0, 2)).toEqual([0, 0]);
    expect(Math.min(...since.slice(2))).toBeGreaterThan(0);

    expect(steerConnections(first.listener, 2, "first-newer")).toBe(true);
    first.listener.stop(true);
    const old = all[1]?.accepted;
    await connect(port, 60);
    expect(all[1]?.accepted).toBe(old ?? 0);
    all[1]?.listener.stop(true);
    const left = counts();
    await connect(port, 60);
    expect(counts().filter((count, index) => count > (left[index] ?? 0)).length).toBe(2);
    for (const one of all.slice(2)) one.listener.stop(true);
  },
);
