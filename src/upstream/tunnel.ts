import { isInvalid, needsMore } from "#lib/http1/field-line";
import { ConnectionError } from "./connection-error";
import { AnswerHead } from "./http1/answer-head";
import type { HttpProxy } from "./proxies";
import type { SocketHolder, UpstreamSocket } from "./socket-holder";

/** Asks a proxy for a connection to a host (RFC 9110 § 9.3.6), and hands its socket over once the proxy made one. */
export class Tunnel implements SocketHolder {
  private socket: UpstreamSocket | undefined;
  private reply: Uint8Array = new Uint8Array(0);

  /** @param asked Is told of the socket, and why there is no tunnel. */
  constructor(
    private readonly target: string,
    private readonly proxy: HttpProxy,
    private readonly made: (socket: UpstreamSocket) => void,
    private readonly asked: SocketHolder,
  ) {}

  connected(socket: UpstreamSocket): void {
    this.asked.connected(socket);
  }

  opened(socket: UpstreamSocket): void {
    this.socket = socket;
    const { authorization } = this.proxy;
    const credentials = authorization === undefined ? "" : `proxy-authorization: ${authorization}\r\n`;
    socket.write(`CONNECT ${this.target} HTTP/1.1\r\nhost: ${this.target}\r\n${credentials}\r\n`);
  }

  received(bytes: Uint8Array): void {
    const { socket } = this;
    if (socket === undefined) return;
    this.reply = Buffer.concat([this.reply, bytes]);
    const head = new AnswerHead();
    const end = head.read(this.reply, 0);
    if (end === needsMore) return;
    // Over TLS the server waits for us: what came before is not from it.
    if (end !== isInvalid && head.status >= 200 && head.status < 300 && end === this.reply.length) {
      this.socket = undefined;
      this.made(socket);
    } else {
      const why = end === isInvalid ? head.problem : `its status is ${head.status}`;
      this.asked.closed(new ConnectionError("PROXY_REFUSED", `the proxy did not connect: ${why}`));
      socket.terminate();
    }
  }

  drained(): void {}

  closed(cause: Error | undefined): void {
    this.asked.closed(cause ?? new ConnectionError("PROXY_CLOSED"));
  }
}
