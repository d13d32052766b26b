import { isArray, isObject, type Json, numberOf } from "#lib/json";
import { fieldsOf, type RequestBody } from "./request-body";

/** What a request's fields say of how much room its answer needs, whatever its dialect. */
export type AskedRoom = {
  /** How long it may think, in tokens, where it says so. */
  readonly thinkingTokens: number | undefined;
  /** It has tools, or wants its answer by a schema. */
  readonly isStructured: boolean;
};

/**
 * Anthropic's `thinking.budget_tokens` and OpenRouter's `reasoning.max_tokens`; tools, and the fields that hold a schema:
 * `response_format`, Anthropic's `output_config.format` and `output_format`.
 */
export function askedRoom(body: RequestBody): AskedRoom {
  const { thinking, reasoning, tools, functions, ...formats } = fieldsOf(body, names);
  const budget = isObject(thinking) && thinking.type !== "disabled" ? numberOf(thinking, "budget_tokens") : undefined;
  const thinkingTokens = budget ?? (isObject(reasoning) ? numberOf(reasoning, "max_tokens") : undefined);
  const isStructured = isFilled(tools) || isFilled(functions) || JSON.stringify(formats).includes('"json_schema"');
  return { thinkingTokens, isStructured };
}

const names = ["thinking", "reasoning", "tools", "functions", "response_format", "output_config", "output_format"];

function isFilled(list: Json | undefined): boolean {
  return isArray(list) && list.length > 0;
}
