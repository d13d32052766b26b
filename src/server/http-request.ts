import type { IncomingBody } from "./incoming-body";

/** A request as its handler sees it. */
export type HttpRequest = {
  readonly method: string;
  /** Path and query as they came, or an absolute URL. */
  readonly target: string;
  readonly headers: RequestHeaders;
  readonly body: IncomingBody;
  /** Aborted when the client goes away. Made when it is asked for, then right even if that has happened already. */
  readonly signal: AbortSignal;
  /** Address of the connection's other end; undefined once that has gone. */
  readonly peer: () => string | undefined;
  /** The server drains and no other takes its place. */
  readonly isDraining: boolean;
  /** Descriptors are scarce: it is to be refused. */
  readonly isShort: boolean;
};

/** Names are asked for in lower case; the values of a repeated field are joined. */
export type RequestHeaders = {
  readonly get: (name: string) => string | null;
  readonly has: (name: string) => boolean;
  /** The fields whose names begin like one of these, with their names in lower case. */
  readonly beginningWith: (prefixes: readonly string[]) => readonly (readonly [name: string, value: string])[];
  readonly entries: () => Iterable<readonly [name: string, value: string]>;
};
