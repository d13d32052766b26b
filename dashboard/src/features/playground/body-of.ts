import { tryParse } from "#lib/json";
import { type AnswerSchema, schemaFormat } from "./answer-schema";
import { type MockTool, messagesFor, type Turn } from "./conversation";
import {
  type Feature,
  faultOf,
  formatFeature,
  type ParameterName,
  type Parameters,
  stopsOf,
  takes,
} from "./parameters";
import type { ReachedModel } from "./use-unsaid";

/** Everything that stands beside the conversation. */
export type Setup = {
  readonly system: string;
  readonly parameters: Parameters;
  /** What answers follow where JSON by a schema is asked for. */
  readonly schema: AnswerSchema;
  readonly tools: readonly MockTool[];
};

/** The chat completion that one of the models is asked for. `reached`: what its name leads to, as far as that is known. */
export function bodyOf(model: string, reached: readonly ReachedModel[], turns: readonly Turn[], setup: Setup): object {
  const { parameters, tools, system } = setup;
  const { effort, json } = parameters;
  const isSent = (name: ParameterName) =>
    parameters[name] !== "" && faultOf(name, parameters) === undefined && takes(reached, name);
  const figure = (name: "max" | "temperature" | "top_p" | "seed") =>
    isSent(name) ? { [name === "max" ? "max_completion_tokens" : name]: Number(parameters[name]) } : {};
  return {
    model,
    messages: messagesFor(model, system, turns),
    ...figure("max"),
    ...figure("temperature"),
    ...figure("top_p"),
    ...(isSent("effort") && { reasoning_effort: effort }),
    ...figure("seed"),
    ...(isSent("stop") && { stop: stopsOf(parameters) }),
    ...(json !== "" &&
      takes(reached, formatFeature(parameters)) && {
        response_format: json === "schema" ? schemaFormat(setup.schema) : { type: "json_object" },
      }),
    ...(tools.length > 0 && takes(reached, "tools") && { tools: tools.map(functionOf) }),
  };
}

function functionOf({ name, description, parameters }: MockTool): object {
  const schema = tryParse(parameters) ?? { type: "object", properties: {} };
  return { type: "function", function: { name, ...(description !== "" && { description }), parameters: schema } };
}

const words: readonly (readonly [name: ParameterName, word: string])[] = [
  ["temperature", "temperature"],
  ["top_p", "top P"],
  ["effort", "reasoning effort"],
  ["seed", "seed"],
  ["stop", "stop sequences"],
];

/** Words for what is kept back because a model, or its provider's dialect, is known not to take it. */
export function keptBack(reached: readonly ReachedModel[], { parameters, tools }: Setup, turns: readonly Turn[]) {
  const hasPictures = turns.some(({ pictures }) => pictures.length > 0);
  const without = (name: Feature, given: boolean, word: string) =>
    given && !takes(reached, name) ? [`without ${word}`] : [];
  return [
    ...words.flatMap(([name, word]) => without(name, parameters[name] !== "", word)),
    ...without(
      formatFeature(parameters),
      parameters.json !== "",
      parameters.json === "schema" ? "its schema" : "JSON mode",
    ),
    ...without("tools", tools.length > 0, "tools"),
    ...(hasPictures && !takes(reached, "images") ? ["may refuse images"] : []),
  ];
}
