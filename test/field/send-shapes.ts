import { parseJson } from "#lib/json";
import { isRecord } from "../fake-provider/reply.ts";
import type { Headgate } from "../harness/start-headgate.ts";
import type { StrictProvider } from "../judges/strict-provider.ts";
import type { Shape } from "./shapes.ts";

/** What became of one client's request on its way to one model. */
export type Outcome = {
  readonly shape: string;
  readonly vendor: string;
  readonly model: string;
  /** What the provider had against it, a line each: `rule: its words`. */
  readonly problems: readonly string[];
  /** Why it did not get there, in our words. */
  readonly refused?: string;
  /** What was left out or repaired, as the client is told. */
  readonly dropped: readonly string[];
};

export type Bench = { readonly gateway: Headgate; readonly provider: StrictProvider };

/** In place of the model, where a path names it. */
const inPath = "MODEL";

/** Sends every shape to one model, one after another. */
export async function sendShapes(
  { gateway, provider }: Bench,
  shapes: readonly Shape[],
  vendor: string,
  model: string,
): Promise<readonly Outcome[]> {
  const outcomes: Outcome[] = [];
  for (const shape of shapes) {
    const { beta, body, client, name, path } = shape;
    const headers = { "anthropic-version": "2023-06-01", ...(beta !== undefined && { "anthropic-beta": beta }) };
    const asked = `${vendor}/${model}`;
    const named = path.includes(inPath) ? body : { ...body, model: asked };
    const response = await gateway.post(path.replace(inPath, encodeURIComponent(asked)), named, headers);
    const text = await response.text();
    const last = provider.heard(vendor, model).at(-1);
    outcomes.push({
      shape: `${client}: ${name}`,
      vendor,
      model,
      problems: last?.problems ?? [],
      dropped: (response.headers.get("x-headgate-dropped") ?? "").split(/,\s*/).filter((field) => field !== ""),
      ...(last === undefined && { refused: `${response.status} ${messageOf(text)}` }),
      ...(last?.problems.length === 0 &&
        !response.ok && { problems: [`answer: ${response.status} ${messageOf(text)}`] }),
    });
  }
  return outcomes;
}

function messageOf(text: string): string {
  const json = parseJson(text);
  const error = isRecord(json) ? json.error : undefined;
  return isRecord(error) ? String(error.message) : text.slice(0, 200);
}
