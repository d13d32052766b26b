import { chmodSync, rmSync } from "node:fs";
import type { ProcessOptions } from "#config/process-options";
import { messageOf } from "#lib/message-of";
import type { ApiHandler } from "./handler";

/** Set by workers on what they pass on from the public port, and taken out of what clients send. */
const forwardedHeader = "x-headgate-forwarded";
const peerHeader = "x-headgate-peer";
/** Seconds. Bun's own 10 would cut streams of records and long sums. */
const idleTimeout = 255;

/** Serves on the control socket (mode 0600), and on a port of its own where the operator asked for one. */
export function listenForAdmin(options: ProcessOptions, handle: ApiHandler): { readonly close: () => Promise<void> } {
  const { control } = options.sockets;
  rmSync(control, { force: true });
  const servers = [
    // @ts-expect-error Bun's types have `idleTimeout` for ports alone; sockets heed it too, and not `server.timeout()`.
    Bun.serve({
      unix: control,
      idleTimeout,
      fetch: (request) =>
        handle(request, {
          trusted: !request.headers.has(forwardedHeader),
          address: request.headers.get(peerHeader) ?? undefined,
        }),
    }),
  ];
  const close = async () => {
    await Promise.all(servers.map((server) => server.stop(true)));
    rmSync(control, { force: true });
  };
  chmodSync(control, 0o600);
  const { adminListen, tls } = options;
  if (adminListen === undefined) return { close };
  try {
    const files = tls === undefined ? {} : { tls: { cert: Bun.file(tls.certFile), key: Bun.file(tls.keyFile) } };
    const { host: hostname, port } = adminListen;
    servers.push(
      Bun.serve({
        hostname,
        port,
        idleTimeout,
        ...files,
        fetch: (request, server) => handle(request, { trusted: false, address: server.requestIP(request)?.address }),
      }),
    );
  } catch (cause) {
    void close();
    throw new Error(`Cannot listen for admins on ${adminListen.host}:${adminListen.port}: ${messageOf(cause)}`, {
      cause,
    });
  }
  return { close };
}
