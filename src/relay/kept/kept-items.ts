import type { DecodedRequest, Operation } from "#dialects/operation";
import { arrayOf, isObject, type Json, tryParseJson } from "#lib/json";
import { eachElement, skipChecked } from "#lib/json-walk";
import type { KeptResponses } from "#objects/kept/kept-responses";

/** Longer ones are no names. */
const mostNameBytes = 500;

/** Whether a request may name items of kept answers. Most bodies are searched once, and not parsed. */
export function mayNameItems({ body }: DecodedRequest, { keptItems }: Operation): boolean {
  return keptItems !== undefined && body.kind === "json" && body.bytes.includes(keptItems.mark);
}

/**
 * A request's `input` with the items themselves in the place of their names; what nobody keeps here stays named. Undefined
 * where nothing is to be changed. No more than `mostBytes` of answers are read.
 */
export async function inputWithItems(
  { read }: Pick<KeptResponses, "read">,
  { body }: DecodedRequest,
  { keptItems }: Operation,
  owner: string,
  mostBytes: number,
): Promise<string | undefined> {
  const field = body.kind === "json" ? body.fields.find(({ key }) => key === "input") : undefined;
  if (field === undefined || keptItems === undefined || body.kind !== "json") return undefined;
  const elements = elementsAt(body.bytes, field.valueStart);
  const answers = new Map<string, readonly Json[]>();
  let isChanged = false;
  let left = mostBytes;
  for (const [index, element] of elements.entries()) {
    const named = element.length > mostNameBytes ? undefined : keptItems.named(tryParseJson(element) ?? null);
    if (named === undefined) continue;
    const { id, request } = named;
    let items = answers.get(request);
    if (items === undefined && left > 0) {
      const kept = await read(request, owner);
      left -= kept?.response.length ?? 0;
      items = outputOf(kept?.response ?? "null");
      answers.set(request, items);
    }
    const item = items?.find((each) => isObject(each) && each.id === id);
    if (item === undefined) continue;
    elements[index] = JSON.stringify(item);
    isChanged = true;
  }
  return isChanged ? `[${elements.join(",")}]` : undefined;
}

function elementsAt(bytes: Uint8Array, start: number): string[] {
  const all = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const elements: string[] = [];
  eachElement(all, start, (at) => {
    const end = skipChecked(all, at);
    elements.push(all.toString("utf8", at, end));
    return end;
  });
  return elements;
}

function outputOf(response: string): readonly Json[] {
  const json = tryParseJson(response);
  return isObject(json) ? arrayOf(json, "output") : [];
}
