import { GatewayError } from "#core/errors";
import { isObject, type JsonObject, stringOf, tryParseJson } from "#lib/json";
import type { KeptObject, Operation } from "../operation";

type Answering = NonNullable<Operation["keptAnswer"]>;

/** The response as it was answered, or that it is deleted. */
export const keptResponse: Answering = ({ id, response }, { method, query }) => {
  if (method === "DELETE") return JSON.stringify({ id, object: "response", deleted: true });
  if (new URLSearchParams(query).get("stream") === "true") {
    throw refused("stream", "was not made in the background, so its events are not kept");
  }
  return response;
};

export const keptCancelled: Answering = () => {
  throw refused("id", "is complete: only one in the background can be cancelled");
};

/** A page of what was asked, the newest first unless told otherwise: https://platform.openai.com/docs/api-reference/responses/input-items */
export const keptInput: Answering = (kept, { query }) => {
  const asked = new URLSearchParams(query);
  const items = itemsOf(kept);
  const ordered = asked.get("order") === "asc" ? items : items.reverse();
  const after = asked.get("after");
  const start = after === null ? 0 : ordered.findIndex(({ id }) => id === after) + 1;
  const page = ordered.slice(start, start + limitIn(asked));
  return JSON.stringify({
    object: "list",
    data: page,
    first_id: page[0]?.id ?? null,
    last_id: page.at(-1)?.id ?? null,
    has_more: start + page.length < ordered.length,
  });
};

/** Each has an id: its own, or one by its place. */
function itemsOf({ id, input }: KeptObject): JsonObject[] {
  const items = tryParseJson(input);
  const seed = id.slice(-24);
  return (Array.isArray(items) ? items : []).filter(isObject).map((item, index) => ({
    ...(item.type === undefined && { type: "message" }),
    ...item,
    id: stringOf(item, "id") ?? `msg_${seed}${index}`,
  }));
}

const mostItems = 100;

function limitIn(asked: URLSearchParams): number {
  const limit = Number(asked.get("limit") ?? 20);
  if (Number.isInteger(limit) && limit >= 1 && limit <= mostItems) return limit;
  throw new GatewayError(
    "invalid_request",
    `Cannot read the request: "limit" must be an integer from 1 to ${mostItems}`,
    {
      param: "limit",
    },
  );
}

function refused(param: string, why: string): GatewayError {
  return new GatewayError("invalid_request", `Cannot do that with the response: it ${why}`, { param });
}
