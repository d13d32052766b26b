import type { Json } from "#lib/json";

/** An act of an operator or of the gateway itself, done or refused, as the chain of audit events keeps it. */
export type AuditEvent = {
  readonly id: string;
  readonly atMs: number;
  /** `admin_token`, `control_socket`, `config_file`, `first_start`, `anonymous`, … */
  readonly actor: string;
  /** Resource and verb: `virtual_key.create`, `settings.update`, `admin.sign_in`, … */
  readonly action: string;
  readonly resource: AuditResource;
  /** What changed, by field: `{from, to}`, or `"changed"` where the values are secret. Never a secret. */
  readonly changes: { readonly [field: string]: Json };
  /** Address of the client. */
  readonly client?: string;
  readonly userAgent?: string;
  readonly requestId?: string;
};

export type AuditResource = { readonly type: string; readonly id: string; readonly name?: string };

/** An event in its place: `hash` covers the event and the hash before it, see `audit-chain.ts`. */
export type ChainedEvent = {
  /** 1 for the first, then one more each. */
  readonly position: number;
  readonly event: AuditEvent;
  /** The event's `changes` as they are stored and hashed. */
  readonly changesText: string;
  readonly previousHash: string;
  readonly hash: string;
};

/** Newest first, unless `order` says otherwise. */
export type AuditQuery = {
  readonly actor?: string;
  readonly action?: string;
  /** Of this type, or with this id or name. */
  readonly resource?: string;
  /** From this time on, milliseconds since the epoch. */
  readonly fromMs?: number;
  /** Before this time. */
  readonly toMs?: number;
  /** Beyond this position, in the order asked for. */
  readonly after?: number;
  readonly limit: number;
  readonly order?: "newest" | "oldest";
};
