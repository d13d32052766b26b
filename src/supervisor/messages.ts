/** What a child tells its supervisor, over Bun's IPC channel as JSON. */
export type FromChild =
  /** A worker listens and has a snapshot; a control process has its sockets open. */
  | { readonly type: "ready" }
  | { readonly type: "drained" }
  /** It cannot run as configured: one line for the operator. */
  | { readonly type: "fatal"; readonly message: string }
  | { readonly type: "reloaded"; readonly ok: boolean; readonly error?: string }
  /** What the very first start shows once: tokens and how to use them. */
  | { readonly type: "first-start"; readonly lines: readonly string[] };

/** What the supervisor tells a child. */
export type ToChild = ({ readonly type: "drain" } & Drain) | { readonly type: "reload" };

/** How to end: within a time, and whether a successor serves on the same port, so that the instance stays ready. */
export type Drain = { readonly timeoutMs: number; readonly replaced: boolean };
