import { isObject, type JsonObject, objectsOf, textOf, tryParse } from "./json";

export type ToolCall = { readonly id: string; readonly name: string; readonly arguments: string };

/** What a model said, as far as it has come. */
export type ChatAnswer = {
  readonly text: string;
  readonly reasoning: string;
  readonly calls: readonly ToolCall[];
  /** `stop`, `length`, `tool_calls`, …; absent until it ends. */
  readonly finish?: string;
  readonly usage?: { readonly input: number; readonly output: number };
  /** Why it broke off, in the words of the gateway. */
  readonly error?: string;
};

export const noAnswer: ChatAnswer = { text: "", reasoning: "", calls: [] };

/** An answer with one more event of a stream of chat completions. */
export function withEvent(answer: ChatAnswer, data: string): ChatAnswer {
  const chunk = tryParse(data);
  if (!isObject(chunk)) return answer;
  const error = isObject(chunk.error) ? textOf(chunk.error.message) : undefined;
  const [choice] = objectsOf(chunk.choices);
  const delta = isObject(choice?.delta) ? choice.delta : {};
  const finish = textOf(choice?.finish_reason);
  const usage = usageOf(chunk.usage);
  return {
    ...answer,
    text: answer.text + (textOf(delta.content) ?? ""),
    reasoning: answer.reasoning + (textOf(delta.reasoning_content) ?? textOf(delta.reasoning) ?? ""),
    calls: objectsOf(delta.tool_calls).reduce(withCall, answer.calls),
    ...(finish !== undefined && { finish }),
    ...(usage !== undefined && { usage }),
    ...(error !== undefined && { error }),
  };
}

/** The beginning of a call, or more of the arguments of one that began. */
function withCall(calls: readonly ToolCall[], piece: JsonObject): readonly ToolCall[] {
  const index = typeof piece.index === "number" ? piece.index : calls.length;
  const named = isObject(piece.function) ? piece.function : {};
  const before = calls[index] ?? { id: "", name: "", arguments: "" };
  const call = {
    id: before.id + (textOf(piece.id) ?? ""),
    name: before.name + (textOf(named.name) ?? ""),
    arguments: before.arguments + (textOf(named.arguments) ?? ""),
  };
  return calls[index] === undefined ? [...calls, call] : calls.with(index, call);
}

function usageOf(value: unknown): ChatAnswer["usage"] | undefined {
  if (!isObject(value)) return undefined;
  const { prompt_tokens: input, completion_tokens: output } = value;
  return typeof input === "number" && typeof output === "number" ? { input, output } : undefined;
}
