import type { ChatRun } from "#api/stream-chat";

export type Picture = { readonly name: string; readonly url: string };

/** A function that models may call; what it would answer is made up beforehand. */
export type MockTool = {
  readonly name: string;
  readonly description: string;
  /** A JSON Schema, as text. */
  readonly parameters: string;
  readonly answer: string;
};

/** One request to a model and, where it called tools, what they answered. */
export type Step = {
  readonly run: ChatRun;
  readonly results: readonly { readonly id: string; readonly content: string }[];
};

/** What a user said, and what each model made of it. */
export type Turn = {
  readonly id: string;
  readonly text: string;
  readonly pictures: readonly Picture[];
  readonly steps: { readonly [model: string]: readonly Step[] };
};

/** The messages that a model gets to see: turns that it did not answer are none of its conversation. */
export function messagesFor(model: string, system: string, turns: readonly Turn[]): readonly object[] {
  const own = turns.filter(({ steps }, index) => index === turns.length - 1 || hasSpoken(steps[model]));
  return [
    ...(system.trim() === "" ? [] : [{ role: "system", content: system }]),
    ...own.flatMap((turn) => [userMessage(turn), ...(turn.steps[model] ?? []).flatMap(stepMessages)]),
  ];
}

function hasSpoken(steps: readonly Step[] | undefined): boolean {
  return steps?.some(({ run: { answer } }) => answer.text !== "" || answer.calls.length > 0) ?? false;
}

function userMessage({ text, pictures }: Turn): object {
  if (pictures.length === 0) return { role: "user", content: text };
  const images = pictures.map(({ url }) => ({ type: "image_url", image_url: { url } }));
  return { role: "user", content: [...images, ...(text === "" ? [] : [{ type: "text", text }])] };
}

/** A call without its answer would be refused by the next request. */
function stepMessages({ run: { answer }, results }: Step): readonly object[] {
  const called = results.length > 0 && results.length === answer.calls.length;
  if (answer.text === "" && !called) return [];
  const calls = answer.calls.map(({ id, name, arguments: given }) => ({
    id,
    type: "function",
    function: { name, arguments: given },
  }));
  return [
    { role: "assistant", content: answer.text, ...(called && { tool_calls: calls }) },
    ...(called ? results.map(({ id, content }) => ({ role: "tool", tool_call_id: id, content })) : []),
  ];
}
