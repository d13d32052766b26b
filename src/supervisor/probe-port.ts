import { messageOf } from "#lib/message-of";
import { describePortHolder } from "./port-holder";

/** The flags that the operator sets this port with. */
export type PortFlags = { readonly host: string; readonly port: string };

const servingFlags: PortFlags = { host: "--host", port: "--port" };

/**
 * Proves that no process listens on the port, and returns it (a free one for 0). Two unrelated processes with `reusePort`
 * would share a port without an error, so this binds it exclusively first. Throws, naming the holder.
 */
export function probePort(host: string, port: number, flags: PortFlags = servingFlags): number {
  try {
    const listener = Bun.listen({ hostname: host, port, exclusive: true, socket: { data: () => undefined } });
    const bound = listener.port;
    listener.stop(true);
    return bound;
  } catch (error) {
    throw new Error(`Cannot listen on ${host}:${port}: ${explain(error, port, flags)}`, { cause: error });
  }
}

function explain(error: unknown, port: number, flags: PortFlags): string {
  const code = error instanceof Error && "code" in error ? error.code : undefined;
  switch (code) {
    case "EADDRINUSE":
      return `the port is taken by ${describePortHolder(port)}; stop it or choose another port with ${flags.port}`;
    case "EACCES":
      return `this user may not use the port; choose one above 1023 with ${flags.port}`;
    case "EADDRNOTAVAIL":
      return `this machine has no such address; choose one of its own with ${flags.host}`;
    default:
      return messageOf(error);
  }
}
