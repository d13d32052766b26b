import { connect, createServer } from "node:net";

/** Stands in front of a gateway and counts the connections on which something else than HTTP/1.1 is asked for. */
export async function countUpgrades(gatewayUrl: string): Promise<{ url: string; upgrades(): number; stop(): void }> {
  const { hostname, port } = new URL(gatewayUrl);
  let upgrades = 0;
  const server = createServer((client) => {
    const gateway = connect(Number(port), hostname);
    client.on("data", (bytes) => {
      if (/^upgrade: *websocket\r$/im.test(bytes.toString("latin1"))) upgrades++;
    });
    client.pipe(gateway).pipe(client);
    for (const [socket, other] of [
      [client, gateway],
      [gateway, client],
    ] as const)
      socket.on("error", () => other.destroy());
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  const at = typeof address === "object" && address !== null ? address.port : 0;
  return { url: `http://127.0.0.1:${at}`, upgrades: () => upgrades, stop: () => server.close() };
}
