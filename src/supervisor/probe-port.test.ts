import { expect, test } from "bun:test";
import { probePort } from "./probe-port";

test("probePort() finds a free port for 0 and leaves it free", () => {
  const port = probePort("127.0.0.1", 0);
  expect(port).toBeGreaterThan(0);
  expect(probePort("127.0.0.1", port)).toBe(port);
});

test("probePort() refuses a port that another shares with reusePort, and names the process", () => {
  const server = Bun.serve({ hostname: "127.0.0.1", port: 0, reusePort: true, fetch: () => new Response() });
  const holder = process.platform === "linux" ? `process ${process.pid} (` : "another process";
  expect(() => probePort("127.0.0.1", server.port ?? 0)).toThrow(`the port is taken by ${holder}`);
  server.stop(true);
});

test("probePort() says when the machine has no such address", () => {
  expect(() => probePort("192.0.2.1", 0)).toThrow("this machine has no such address");
});
