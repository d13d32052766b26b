import { GatewayError } from "#core/errors";
import { isObject, type Json, tryParseJson } from "#lib/json";
import { type KeptResponse, type KeptResponses, keptDays } from "./kept-responses";

/** More turns are no conversation. */
const mostTurns = 1000;

/**
 * All that was said up to a kept response, with it: the items of each turn, what was asked and then what was answered, as JSON
 * texts of lists. Throws GatewayError `not_found` where a turn is gone, `invalid_request` beyond `mostBytes` or 1,000 turns.
 */
export async function readConversation(
  { read }: Pick<KeptResponses, "read">,
  id: string,
  owner: string,
  mostBytes: number,
): Promise<readonly string[]> {
  const turns: KeptResponse[] = [];
  let bytes = 0;
  for (let next: string | undefined = id; next !== undefined; ) {
    const kept: KeptResponse | undefined = await read(next, owner);
    if (kept === undefined) throw gone(turns.length > 0);
    bytes += kept.input.length + kept.response.length;
    if (bytes > mostBytes || turns.length === mostTurns) throw tooLong();
    turns.push(kept);
    next = kept.previous;
  }
  return turns.reverse().flatMap(({ input, response }) => [input, outputOf(response)]);
}

/** One list of the items of several, as they were written. */
export function joinLists(lists: readonly string[]): string {
  const inner = lists.map((list) => list.trim().slice(1, -1).trim()).filter((items) => items !== "");
  return `[${inner.join(",")}]`;
}

/** What was asked, as a list: a text is a message of the user's. */
export function inputItems(input: Json | undefined, written: string): string {
  if (typeof input !== "string") return Array.isArray(input) ? written : "[]";
  return JSON.stringify([{ type: "message", role: "user", content: [{ type: "input_text", text: input }] }]);
}

function outputOf(response: string): string {
  const json = tryParseJson(response);
  return JSON.stringify(isObject(json) && Array.isArray(json.output) ? json.output : []);
}

function gone(isEarlier: boolean): GatewayError {
  const what = isEarlier ? "an earlier turn of it was" : "it was";
  return new GatewayError(
    "not_found",
    `Cannot continue the response: ${what} deleted or is kept no longer, ${keptDays} days at most`,
    { param: "previous_response_id" },
  );
}

function tooLong(): GatewayError {
  return new GatewayError("invalid_request", "Cannot continue the response: all that was said is too long to be read", {
    param: "previous_response_id",
  });
}
