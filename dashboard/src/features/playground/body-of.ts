import type { Model } from "#api/schema.gen";
import { tryParse } from "#lib/json";
import { type MockTool, messagesFor, type Turn } from "./conversation";
import { faultOf, type ParameterName, type Parameters, takes } from "./parameters";

/** Everything that stands beside the conversation. */
export type Setup = {
  readonly system: string;
  readonly parameters: Parameters;
  readonly tools: readonly MockTool[];
};

/** The chat completion that one of the models is asked for. `reached`: what its name leads to, as far as that is known. */
export function bodyOf(model: string, reached: readonly Model[], turns: readonly Turn[], setup: Setup): object {
  const { parameters, tools, system } = setup;
  const { max, temperature, top_p, effort, json } = parameters;
  const figure = (name: ParameterName, text: string) =>
    text !== "" && faultOf(name, text) === undefined && takes(reached, name) ? { [fieldOf(name)]: Number(text) } : {};
  return {
    model,
    messages: messagesFor(model, system, turns),
    ...figure("max", max),
    ...figure("temperature", temperature),
    ...figure("top_p", top_p),
    ...(effort !== "" && takes(reached, "effort") && { reasoning_effort: effort }),
    ...(json && takes(reached, "json") && { response_format: { type: "json_object" } }),
    ...(tools.length > 0 && takes(reached, "tools") && { tools: tools.map(functionOf) }),
  };
}

function fieldOf(name: ParameterName): string {
  return name === "max" ? "max_completion_tokens" : name;
}

function functionOf({ name, description, parameters }: MockTool): object {
  const schema = tryParse(parameters) ?? { type: "object", properties: {} };
  return { type: "function", function: { name, ...(description !== "" && { description }), parameters: schema } };
}

/** Words for what is kept back because a model is known not to take it. */
export function keptBack(reached: readonly Model[], { parameters, tools }: Setup, turns: readonly Turn[]) {
  const { temperature, top_p, effort, json } = parameters;
  const hasPictures = turns.some(({ pictures }) => pictures.length > 0);
  const without = (name: ParameterName | "tools", given: boolean, word: string) =>
    given && !takes(reached, name) ? [`without ${word}`] : [];
  return [
    ...without("temperature", temperature !== "", "temperature"),
    ...without("top_p", top_p !== "", "top P"),
    ...without("effort", effort !== "", "reasoning effort"),
    ...without("json", json, "JSON mode"),
    ...without("tools", tools.length > 0, "tools"),
    ...(hasPictures && !takes(reached, "images") ? ["may refuse images"] : []),
  ];
}
