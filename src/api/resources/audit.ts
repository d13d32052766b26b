import * as z from "zod";
import { parseTime } from "#config/schema-fields";
import { ControlError } from "#core/control-error";
import type { JsonObject } from "#lib/json";
import { verifyAuditChain } from "#store/config/audit-chain";
import type { ChainedEvent } from "#store/config/audit-event";
import type { ConfigStore } from "#store/config/config-store";
import { defaultLimit, listAnswer, pageFields } from "../paging";
import { parseInput } from "../parse-input";
import { type ApiRoute, json } from "../route";

const time = z
  .string()
  .refine((text) => parseTime(text) !== undefined, {
    message: "must be a date (2027-01-01) or a time in UTC or with an offset (2027-01-01T12:00:00Z)",
  })
  .transform((text) => parseTime(text) ?? 0);
const word = z.string().min(1);

const listQuery = z.strictObject({
  ...pageFields,
  actor: word.exactOptional().meta({ description: "Only by `admin_token`, `control_socket`, `config_file`, …" }),
  action: word.exactOptional().meta({ description: "Only this, such as `virtual_key.create`." }),
  resource: word.exactOptional().meta({ description: "Only of this type, or with this id or name." }),
  from: time.exactOptional().meta({ description: "At this time or later." }),
  to: time.exactOptional().meta({ description: "Before this time." }),
});

const verifyQuery = z.strictObject({
  hash: z
    .string()
    .regex(/^[0-9a-f]{64}$/, { message: "must be 64 hex digits" })
    .exactOptional()
    .meta({ description: "A hash that you noted before: `found` says whether it is still in the chain." }),
});

const path = "/api/audit";

export function auditRoutes({ store }: { readonly store: ConfigStore }): readonly ApiRoute[] {
  return [
    {
      method: "GET",
      path,
      summary: "List audit events, newest first: changes, sign-ins and refusals",
      access: "admin",
      query: listQuery,
      handle: async ({ query }) => {
        const { limit = defaultLimit, after, from, to, ...filter } = parseInput(listQuery, query, "query");
        const events = await store.audit.list({
          ...filter,
          ...(from === undefined ? {} : { fromMs: from }),
          ...(to === undefined ? {} : { toMs: to }),
          ...(after === undefined ? {} : { after: positionOf(after) }),
          limit: limit + 1,
        });
        const page = events.slice(0, limit);
        return listAnswer(page.map(showEvent), events.length > limit ? String(page.at(-1)?.position) : undefined);
      },
    },
    {
      method: "GET",
      path: `${path}/verify`,
      summary: "Check the chain of audit events; note the head's hash elsewhere, so that a shorter chain shows",
      access: "admin",
      query: verifyQuery,
      handle: async ({ query }) => {
        const { hash } = parseInput(verifyQuery, query, "query");
        const { events, head, broken, found } = await verifyAuditChain(store.audit, hash);
        return json({
          ok: broken === undefined && (hash === undefined || found),
          events,
          ...(head === undefined ? {} : { head: { position: head.position, id: head.event.id, hash: head.hash } }),
          ...(broken === undefined ? {} : { broken }),
          ...(hash === undefined ? {} : { found }),
        });
      },
    },
  ];
}

function positionOf(cursor: string): number {
  if (/^\d{1,15}$/.test(cursor)) return Number(cursor);
  throw new ControlError("invalid", 'Cannot use the query: "after" must be the `next` of the page before');
}

function showEvent({ position, event, previousHash, hash }: ChainedEvent): JsonObject {
  const { id, atMs, actor, action, resource, changes, client, userAgent, requestId } = event;
  return {
    id,
    position,
    at: new Date(atMs).toISOString(),
    actor,
    action,
    resource: { type: resource.type, id: resource.id, ...(resource.name === undefined ? {} : { name: resource.name }) },
    changes,
    ...(client === undefined ? {} : { client }),
    ...(userAgent === undefined ? {} : { user_agent: userAgent }),
    ...(requestId === undefined ? {} : { request_id: requestId }),
    previous_hash: previousHash,
    hash,
  };
}
