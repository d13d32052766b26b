import * as z from "zod";
import { parseTime, timeText } from "#config/schema-fields";
import { verifyAuditChain } from "#store/config/audit-chain";
import type { ChainedEvent } from "#store/config/audit-event";
import { queryOf } from "../input";
import { cutPage, defaultLimit, pageFields, pageView } from "../paging";
import { ok } from "../response";
import { type ApiRoute, route } from "../route";
import type { ApiServices } from "../services";
import { count, showTime, time } from "../view-fields";

const timeField = timeText.transform((text) => parseTime(text) ?? 0);
const word = z.string().min(1);

const listQuery = z.strictObject({
  limit: pageFields.limit,
  after: z
    .string()
    .regex(/^\d{1,15}$/, { message: "must be the `next` of the page before" })
    .transform(Number)
    .exactOptional()
    .meta({ description: "The `next` of the page before." }),
  actor: word.exactOptional().meta({ description: "Only by `admin_token`, `control_socket`, `config_file`, …" }),
  action: word.exactOptional().meta({ description: "Only this, such as `virtual_key.create`." }),
  resource: word.exactOptional().meta({ description: "Only of this type, or with this id or name." }),
  from: timeField.exactOptional().meta({ description: "At this time or later." }),
  to: timeField.exactOptional().meta({ description: "Before this time." }),
});

const verifyQuery = z.strictObject({
  hash: z
    .string()
    .regex(/^[0-9a-f]{64}$/, { message: "must be 64 hex digits" })
    .exactOptional()
    .meta({ description: "A hash that you noted before: `found` says whether it is still in the chain." }),
});

const hash = z.string().meta({ description: "SHA-256, 64 hex digits." });

const eventView = z
  .strictObject({
    id: z.string(),
    position: count.meta({ description: "1 for the first, then one more each." }),
    at: time,
    actor: z.string(),
    action: z.string().meta({ description: "Resource and verb, `virtual_key.create`." }),
    resource: z.strictObject({ type: z.string(), id: z.string(), name: z.string().exactOptional() }),
    changes: z
      .record(z.string(), z.unknown())
      .meta({ description: "By field: `{from, to}`, or `changed` where the values are secret." }),
    client: z.string().exactOptional().meta({ description: "Address." }),
    user_agent: z.string().exactOptional(),
    request_id: z.string().exactOptional(),
    previous_hash: hash,
    hash,
  })
  .meta({ id: "AuditEvent" });

const verificationView = z
  .strictObject({
    ok: z.boolean(),
    events: count.meta({ description: "How many there are, up to the break where there is one." }),
    head: z.strictObject({ position: count, id: z.string(), hash }).exactOptional(),
    broken: z.strictObject({ position: count, id: z.string(), reason: z.string() }).exactOptional(),
    found: z.boolean().exactOptional().meta({ description: "Whether the hash that was asked for is in the chain." }),
  })
  .meta({ id: "AuditVerification" });

export function auditRoutes({ store }: Pick<ApiServices, "store">): readonly ApiRoute[] {
  return [
    route({
      method: "GET",
      path: "/api/audit",
      summary: "List audit events, newest first: changes, sign-ins and refusals",
      permission: "audit:view",
      input: queryOf(listQuery),
      response: ok(pageView(eventView)),
      handle: async ({ query: { limit = defaultLimit, from, to, ...filter } }) => {
        const events = await store.audit.list({
          ...filter,
          ...(from !== undefined && { fromMs: from }),
          ...(to !== undefined && { toMs: to }),
          limit: limit + 1,
        });
        return cutPage(events, limit, ({ position }) => String(position), showEvent);
      },
    }),
    route({
      method: "GET",
      path: "/api/audit/verify",
      summary:
        "Check the chain of audit events, up to the head that the master key sealed; a hash noted elsewhere shows an older copy",
      permission: "audit:view",
      input: queryOf(verifyQuery),
      response: ok(verificationView),
      handle: async ({ query: { hash: wanted } }) => {
        const { events, head, broken, found } = await verifyAuditChain(store.audit, wanted);
        return {
          ok: events > 0 && broken === undefined && (wanted === undefined || found),
          events,
          ...(head !== undefined && { head: { position: head.position, id: head.event.id, hash: head.hash } }),
          ...(broken !== undefined && { broken }),
          ...(wanted !== undefined && { found }),
        };
      },
    }),
  ];
}

function showEvent({ position, event, previousHash, hash: own }: ChainedEvent): z.output<typeof eventView> {
  const { id, atMs, actor, action, resource, changes, client, userAgent, requestId } = event;
  return {
    id,
    position,
    at: showTime(atMs),
    actor,
    action,
    resource: { type: resource.type, id: resource.id, ...(resource.name !== undefined && { name: resource.name }) },
    changes,
    ...(client !== undefined && { client }),
    ...(userAgent !== undefined && { user_agent: userAgent }),
    ...(requestId !== undefined && { request_id: requestId }),
    previous_hash: previousHash,
    hash: own,
  };
}
