import { boolean, list, number, object, oneOf, optional, readKnown, type Shape, string, tagged } from "#lib/shape";

/**
 * What supervisor and children say to each other, over Bun's IPC channel as JSON. A supervisor may be older than its
 * children (`headgate restart` starts the program that is on disk) and older by more than one version: unknown fields
 * are left aside, a message of an unknown type is logged and not obeyed. Every message names its program's version;
 * those of programs before version 0.1.0 did not.
 */
type Spoken<Said> = Said & { readonly version?: string };

/** A worker listens and has a snapshot; a control process has its sockets open. */
type Ready = Spoken<{ readonly type: "ready" }>;
type Drained = Spoken<{ readonly type: "drained" }>;
/** It cannot run as configured: one line for the operator. */
type Fatal = Spoken<{ readonly type: "fatal"; readonly message: string }>;
type Reloaded = Spoken<{ readonly type: "reloaded"; readonly ok: boolean; readonly error?: string }>;
/** What the very first start shows once: tokens and how to use them. */
type FirstStart = Spoken<{ readonly type: "first-start"; readonly lines: readonly string[] }>;

/** Its event loop turns. Said every `beatMs` of its options: a supervisor that gave none would not know the word. */
type Alive = Spoken<{ readonly type: "alive" }>;

export type FromChild = Alive | Ready | Drained | Fatal | Reloaded | FirstStart;

/** How to end: within a time, and whether a successor serves on the same port, so that the instance stays ready. */
export type Drain = { readonly timeoutMs: number; readonly replaced: boolean };

type DrainOrder = Spoken<Drain & { readonly type: "drain" }>;
type Reload = Spoken<{ readonly type: "reload" }>;

export type ToChild = DrainOrder | Reload;

/** Lets a reader tell a message of a later version from nonsense. */
type AnyMessage = Spoken<{ readonly type: string }>;

const spoken = { version: optional(string) };

const anyMessage = object<AnyMessage>({ type: string, ...spoken });

const fromChild = tagged<"type", FromChild>("type", {
  alive: object<Alive>({ type: oneOf("alive"), ...spoken }),
  ready: object<Ready>({ type: oneOf("ready"), ...spoken }),
  drained: object<Drained>({ type: oneOf("drained"), ...spoken }),
  fatal: object<Fatal>({ type: oneOf("fatal"), message: string, ...spoken }),
  reloaded: object<Reloaded>({ type: oneOf("reloaded"), ok: boolean, error: optional(string), ...spoken }),
  "first-start": object<FirstStart>({ type: oneOf("first-start"), lines: list(string), ...spoken }),
});

const toChild = tagged<"type", ToChild>("type", {
  drain: object<DrainOrder>({ type: oneOf("drain"), timeoutMs: number, replaced: boolean, ...spoken }),
  reload: object<Reload>({ type: oneOf("reload"), ...spoken }),
});

/** A message of the other side, or what is known of one that cannot be obeyed. */
export type Heard<Message> =
  | { readonly message: Message }
  | { readonly unknown: { readonly type?: string; readonly version?: string } };

export function readFromChild(value: unknown): Heard<FromChild> {
  return heard(fromChild, value);
}

export function readToChild(value: unknown): Heard<ToChild> {
  return heard(toChild, value);
}

function heard<Message>(shape: Shape<Message>, value: unknown): Heard<Message> {
  const read = readKnown(shape, value);
  if ("value" in read) return { message: read.value };
  const any = readKnown(anyMessage, value);
  return { unknown: "value" in any ? any.value : {} };
}
