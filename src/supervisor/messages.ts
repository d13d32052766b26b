import * as z from "zod";

/**
 * What supervisor and children say to each other, over Bun's IPC channel as JSON. A supervisor may be older than its
 * children (`headgate restart` starts the program that is on disk) and older by more than one version: unknown fields
 * are left aside, a message of an unknown type is logged and not obeyed. Every message names its program's version;
 * those of programs before version 0.1.0 did not.
 */
const spoken = { version: z.string().exactOptional() };

/** How to end: within a time, and whether a successor serves on the same port, so that the instance stays ready. */
const drain = { timeoutMs: z.number(), replaced: z.boolean() };

/** Lets a reader tell a message of a later version from nonsense. */
const anyMessageSchema = z.object({ type: z.string(), ...spoken });

const fromChildSchema = z.discriminatedUnion("type", [
  /** A worker listens and has a snapshot; a control process has its sockets open. */
  z.object({ type: z.literal("ready"), ...spoken }),
  z.object({ type: z.literal("drained"), ...spoken }),
  /** It cannot run as configured: one line for the operator. */
  z.object({ type: z.literal("fatal"), message: z.string(), ...spoken }),
  z.object({ type: z.literal("reloaded"), ok: z.boolean(), error: z.string().exactOptional(), ...spoken }),
  /** What the very first start shows once: tokens and how to use them. */
  z.object({ type: z.literal("first-start"), lines: z.array(z.string()).readonly(), ...spoken }),
]);

const toChildSchema = z.discriminatedUnion("type", [
  z.object({ type: z.literal("drain"), ...drain, ...spoken }),
  z.object({ type: z.literal("reload"), ...spoken }),
]);

export type FromChild = z.infer<typeof fromChildSchema>;
export type ToChild = z.infer<typeof toChildSchema>;
export type Drain = { readonly timeoutMs: number; readonly replaced: boolean };

/** A message of the other side, or what is known of one that cannot be obeyed. */
export type Heard<Message> =
  | { readonly message: Message }
  | { readonly unknown: { readonly type?: string; readonly version?: string } };

export function readFromChild(value: unknown): Heard<FromChild> {
  return heard(fromChildSchema, value);
}

export function readToChild(value: unknown): Heard<ToChild> {
  return heard(toChildSchema, value);
}

function heard<Message>(schema: z.ZodType<Message>, value: unknown): Heard<Message> {
  const { success, data } = schema.safeParse(value);
  if (success) return { message: data };
  return { unknown: anyMessageSchema.safeParse(value).data ?? {} };
}
