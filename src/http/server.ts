import type { Server } from "bun";
import { type WrittenPath, writtenPatterns } from "./written-paths";

export type ServerOptions = {
  readonly host: string;
  readonly port: number;
  /** PEM texts. */
  readonly tls?: { readonly cert: string; readonly key: string };
  /** Lets several workers listen on the same port. */
  readonly reusePort: boolean;
  /** How long a kept-alive connection may be silent between requests, and a client may stop reading an answer. */
  readonly idleTimeoutS?: number;
  readonly handler: RequestHandler;
};

/** Never throws; it answers. */
export type RequestHandler = (request: Request, connection: Connection) => Promise<Response> | Response;

export type Connection = {
  /** Everything is handed over to the connection: its idle timeout counts again. */
  readonly answered: () => void;
  /**
   * Answered without having read the body. Closing at once would take the answer away from a client that is still
   * sending, so what comes is dropped for a few seconds and then the connection closed.
   */
  readonly linger: () => void;
  /** Address of the connection's other end; only while the request runs. */
  readonly peer: () => string | undefined;
  /** The server drains and no other takes its place. */
  readonly draining: boolean;
  readonly written: WrittenPath;
};

export type DrainOptions = {
  readonly timeoutMs: number;
  /** Another server listens on the port already. */
  readonly replaced?: boolean;
  readonly onLate?: () => void;
};

export type HttpServer = {
  readonly port: number;
  readonly runningRequests: () => number;
  /**
   * Stops accepting, closes idle connections, lets running requests end and cuts those that remain after the time.
   * `onLate` is called before that: it may end them with an error event.
   */
  readonly drain: (how: DrainOptions) => Promise<void>;
  /** Closes everything at once. */
  readonly stop: () => Promise<void>;
};

const drainPollMs = 20;
/**
 * How long a draining server still listens. Closing it resets every connection on which no request runs, also one whose
 * next request is on its way: a busy client hears `connection: close` before that and goes to another worker.
 */
const noticeMs = 250;
/** For the last words of answers that are late. */
const lateMs = 1000;
const lingerS = 5;

/** Listens with Bun's HTTP server. It refuses malformed requests itself and closes slow headers after 10 to 12 seconds. */
export function startServer(options: ServerOptions): HttpServer {
  const { idleTimeoutS = 120 } = options;
  let draining = false;
  let notReady = false;
  const closeIfDraining = (response: Response): Response => {
    if (draining) response.headers.set("connection", "close");
    return response;
  };
  const handle = (request: Request, self: Server<unknown>, written: WrittenPath) => {
    // A provider may think for minutes: while a request runs, its own timers decide.
    self.timeout(request, 0);
    const connection = new RequestConnection(self, request, idleTimeoutS, notReady, written);
    const response = options.handler(request, connection);
    return response instanceof Promise ? response.then(closeIfDraining) : closeIfDraining(response);
  };
  const server = Bun.serve({
    hostname: options.host,
    port: options.port,
    reusePort: options.reusePort,
    idleTimeout: idleTimeoutS,
    // Bodies are limited where they are read, with an answer in the client's dialect.
    maxRequestBodySize: Number.MAX_SAFE_INTEGER,
    development: false,
    ...(options.tls === undefined ? {} : { tls: options.tls }),
    routes: Object.fromEntries(
      [...writtenPatterns()].map(([pattern, written]) => [
        pattern,
        (request: Request, self: Server<unknown>) => handle(request, self, written),
      ]),
    ),
    fetch: (request, self) => handle(request, self, "other"),
  });
  return {
    port: server.port ?? options.port,
    runningRequests: () => server.pendingRequests,
    drain: async ({ timeoutMs, replaced, onLate }) => {
      draining = true;
      notReady = replaced !== true;
      await Bun.sleep(Math.min(noticeMs, timeoutMs));
      void server.stop();
      await idle(server, timeoutMs);
      if (server.pendingRequests > 0 && onLate !== undefined) {
        onLate();
        await idle(server, lateMs);
      }
      await closeAll(server);
    },
    stop: () => closeAll(server),
  };
}

/** Made for every request, so no closures. */
class RequestConnection implements Connection {
  constructor(
    private readonly server: Server<unknown>,
    private readonly request: Request,
    private readonly idleTimeoutS: number,
    readonly draining: boolean,
    readonly written: WrittenPath,
  ) {}

  answered(): void {
    this.server.timeout(this.request, this.idleTimeoutS);
  }

  linger(): void {
    this.server.timeout(this.request, lingerS);
  }

  peer(): string | undefined {
    return this.server.requestIP(this.request)?.address;
  }
}

async function idle(server: Server<unknown>, timeoutMs: number): Promise<void> {
  const endMs = performance.now() + timeoutMs;
  while (server.pendingRequests > 0 && performance.now() < endMs) await Bun.sleep(drainPollMs);
}

async function closeAll(server: Server<unknown>): Promise<void> {
  void server.stop(true);
}
