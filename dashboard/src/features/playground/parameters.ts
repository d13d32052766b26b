import type { Model } from "#api/schema.gen";
import { choiceField, flagField, textField, type UrlState } from "#lib/url-state";

export const efforts = ["", "minimal", "low", "medium", "high"] as const;

/** What stands in the address beside models and key. Empty: left out of the request. */
export const parameterFields = {
  max: textField(),
  temperature: textField(),
  top_p: textField(),
  effort: choiceField(efforts),
  json: flagField(),
};

export type Parameters = UrlState<typeof parameterFields>;
export type ParameterName = keyof Parameters;

type Capability = NonNullable<Model["capabilities"]>[number];

const needed: { readonly [name in ParameterName | "tools" | "images"]?: Capability } = {
  temperature: "temperature",
  top_p: "temperature",
  effort: "reasoning",
  json: "structured-output",
  tools: "tools",
  images: "image-input",
};

/** Whether all that a name may lead to take something; what is unknown of a model is no reason to keep it back. */
export function takes(models: readonly Model[], name: ParameterName | "tools" | "images"): boolean {
  const capability = needed[name];
  if (capability === undefined) return true;
  return models.every(({ capabilities }) => capabilities === undefined || capabilities.includes(capability));
}

/** What is wrong with a figure that was typed. */
export function faultOf(name: ParameterName, text: string): string | undefined {
  if (text === "") return undefined;
  const value = Number(text);
  if (name === "max") return Number.isInteger(value) && value >= 1 ? undefined : "must be a whole number from 1";
  const most = name === "temperature" ? 2 : 1;
  return value >= 0 && value <= most ? undefined : `must be from 0 to ${most}`;
}
