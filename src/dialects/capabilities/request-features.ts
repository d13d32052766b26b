import type { CompletionRequest, Tool } from "#core/completion";
import type { Json } from "#lib/json";
import { freeFormParameters } from "../free-form";
import type { RequestFeature } from "./feature";

type Fields = Partial<CompletionRequest>;

/** Features that are a field of the request each, told by that field alone. */
function field<Name extends keyof CompletionRequest>(
  id: string,
  says: string,
  name: Name,
  value: NonNullable<CompletionRequest[Name]>,
  seen: RequestFeature["seen"],
  beside: Fields = {},
): RequestFeature {
  return { id, says, request: () => ({ ...beside, [name]: value }), seen };
}

const schema =
  '{"type":"object","properties":{"city":{"type":"string"}},"required":["city"],"additionalProperties":false}';
const weather = { type: "function", name: "weather", description: "Tells the weather", parameters: schema } as const;
const clock = { type: "function", name: "clock", parameters: '{"type":"object","properties":{}}' } as const;
const tools = { tools: [weather, clock] } satisfies Fields;

const grammar = { type: "grammar", syntax: "lark", definition: 'start: "a"' } as const;
const shell: Tool = { type: "function", name: "shell", freeForm: grammar, parameters: freeFormParameters(grammar) };

const choiceOf: RequestFeature["seen"] = ({ toolChoice }) =>
  toolChoice === undefined || toolChoice.type === "auto" ? undefined : { ...toolChoice };
const formatOf: RequestFeature["seen"] = ({ outputFormat: format }) => {
  if (format === undefined || format.type === "text") return undefined;
  return format.type === "json" ? "json" : { schema: format.schema };
};
const reasoningOf: RequestFeature["seen"] = ({ reasoning }) => (reasoning === undefined ? undefined : { ...reasoning });

/** What stands beside the turns of a conversation: limits, sampling, tools, forms. */
export const requestFeatures: readonly RequestFeature[] = [
  field("max-output", "limit of the output", "maxOutputTokens", 100, ({ maxOutputTokens: most }) => most),
  field("temperature", "temperature", "temperature", 0.5, ({ temperature }) => temperature),
  field("top-p", "top p", "topP", 0.5, ({ topP }) => topP),
  field("top-k", "top k", "topK", 5, ({ topK }) => topK),
  field("frequency-penalty", "frequency penalty", "frequencyPenalty", 0.5, (request) => request.frequencyPenalty),
  field("presence-penalty", "presence penalty", "presencePenalty", 0.5, (request) => request.presencePenalty),
  field("seed", "seed", "seed", 7, ({ seed }) => seed),
  field("stop", "stop sequences", "stop", ["END"], ({ stop }) => (stop.length === 0 ? undefined : [...stop])),
  field("choices", "several choices", "n", 2, ({ n }) => (n === 1 ? undefined : n)),
  field("logprobs", "log probabilities", "logprobs", { top: 2 }, ({ logprobs }) => logprobs),
  field("user", "end user", "user", "user-1", ({ user }) => user),
  field("metadata", "metadata", "metadata", { project: "a" }, ({ metadata }) => metadata),
  field("service-tier", "service tier", "serviceTier", "priority", ({ serviceTier }) => serviceTier),
  field("effort", "reasoning by effort", "reasoning", { enabled: true, effort: "high" }, reasoningOf),
  field("thinking-budget", "reasoning by budget", "reasoning", { enabled: true, budgetTokens: 2048 }, reasoningOf, {
    maxOutputTokens: 8192,
  }),
  field("no-reasoning", "reasoning switched off", "reasoning", { enabled: false }, ({ reasoning }) =>
    reasoning?.enabled === false || reasoning?.effort === "none" ? false : undefined,
  ),
  field("json", "JSON without a schema", "outputFormat", { type: "json" }, formatOf),
  field("json-schema", "JSON by a schema", "outputFormat", { type: "json-schema", name: "answer", schema }, formatOf),
  field("tools", "functions", "tools", tools.tools, (request) => functionsOf(request)),
  field("free-form-tool", "free-form tool with a grammar", "tools", [shell], (request) => freeFormOf(request)),
  field("strict-tool", "strict function", "tools", [{ ...weather, strict: true }], ({ tools: [tool] }) =>
    tool?.type === "function" ? tool.strict : undefined,
  ),
  field("forced-tool", "tool choice: some tool", "toolChoice", { type: "required" }, choiceOf, tools),
  field("named-tool", "tool choice: one by its name", "toolChoice", { type: "tool", name: "clock" }, choiceOf, tools),
  field("no-tool", "tool choice: none", "toolChoice", { type: "none" }, choiceOf, tools),
  field(
    ...(["allowed-tools", "tool choice: some of them", "toolChoice"] as const),
    { type: "allowed", names: ["clock"], required: true },
    choiceOf,
    tools,
  ),
  field("one-call", "one call at a time", "parallelToolCalls", false, (request) => request.parallelToolCalls, tools),
];

/** Names, descriptions and schemas, as written. */
function functionsOf({ tools: offered }: CompletionRequest): Json | undefined {
  const functions = offered.flatMap((tool) => (tool.type === "function" ? [tool] : []));
  if (functions.length === 0) return undefined;
  return functions.map(({ name, description = null, parameters = null }) => ({ name, description, parameters }));
}

/** A function that stands in has the text's place in its schema. */
function freeFormOf({ tools: [tool] }: CompletionRequest): Json | undefined {
  if (tool?.type !== "function") return undefined;
  return tool.freeForm === undefined ? tool.name : { ...tool.freeForm };
}
