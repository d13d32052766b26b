import type { Model } from "#api/schema.gen";
import { choiceField, textField, type UrlState } from "#lib/url-state";
import type { ReachedModel } from "./use-unsaid";

export const efforts = ["", "minimal", "low", "medium", "high"] as const;

/** What stands in the address beside models and key. Empty: left out of the request. */
export const parameterFields = {
  max: textField(),
  temperature: textField(),
  top_p: textField(),
  effort: choiceField(efforts),
  seed: textField(),
  /** A sequence a line. */
  stop: textField(),
  json: choiceField(["", "1", "schema"]),
};

export type Parameters = UrlState<typeof parameterFields>;
export type ParameterName = keyof Parameters;

type Capability = NonNullable<Model["capabilities"]>[number];

/** What a request may ask for, by the names that the API's list of features has where it has one. */
export type Feature = ParameterName | "json-schema" | "tools" | "images";

const needed: { readonly [name in Feature]?: Capability } = {
  temperature: "temperature",
  top_p: "temperature",
  effort: "reasoning",
  json: "structured-output",
  "json-schema": "structured-output",
  tools: "tools",
  images: "image-input",
};

/** What a dialect either has a word for or not; the rest is told by what is known of the model. */
const ofDialects: ReadonlySet<Feature> = new Set(["seed", "stop", "json", "json-schema"]);

/** Whether all that a name may lead to take something; what is unknown of a model is no reason to keep it back. */
export function takes(models: readonly ReachedModel[], name: Feature): boolean {
  const capability = needed[name];
  return models.every(
    ({ capabilities, unsaid }) =>
      !(ofDialects.has(name) && unsaid.has(name)) &&
      (capability === undefined || capabilities === undefined || capabilities.includes(capability)),
  );
}

/** Which of the two that "json" asks for. */
export function formatFeature({ json }: Parameters): Feature {
  return json === "schema" ? "json-schema" : "json";
}

/** The texts that end an answer. `\n` and `\t` stand for themselves in a line. */
export function stopsOf({ stop }: Parameters): readonly string[] {
  const lines = stop.split("\n").filter((line) => line !== "");
  return lines.map((line) => line.replaceAll("\\n", "\n").replaceAll("\\t", "\t"));
}

const mostStops = 4;

const ranges: { readonly [name in ParameterName]?: readonly [least: number, most: number] } = {
  temperature: [0, 2],
  top_p: [0, 1],
};

/** What is wrong with what was typed. */
export function faultOf(name: ParameterName, parameters: Parameters): string | undefined {
  const text = parameters[name];
  if (text === "") return undefined;
  if (name === "stop") return stopsOf(parameters).length > mostStops ? `must be ${mostStops} lines at most` : undefined;
  const value = Number(text);
  if (name === "max") return Number.isInteger(value) && value >= 1 ? undefined : "must be a whole number from 1";
  if (name === "seed") return Number.isSafeInteger(value) ? undefined : "must be a whole number";
  const [least, most] = ranges[name] ?? [];
  if (least === undefined || most === undefined) return undefined;
  return value >= least && value <= most ? undefined : `must be from ${least} to ${most}`;
}
