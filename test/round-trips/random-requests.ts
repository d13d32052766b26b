import type { CompletionRequest, Message, Part, ReasoningRequest, ReasoningState } from "#core/completion";
import { pick, type Random } from "#dialects/fixtures/random-events";
import { signCall } from "../fake-provider/gemini-signatures.ts";
import { encryptReasoning, itemId } from "../fake-provider/openai-responses-items.ts";
import { thinkingSignature } from "../fake-provider/thinking-signature.ts";

const ownId = itemId("rs", 1, true, 0);

type Texts = readonly [string, ...string[]];

const texts: Texts = ["hello", "Grüße, 世界", '"quoted" \\ and\nlines', "🦜", " ", "", "\n\n", "x".repeat(300)];
const ids: Texts = ["call_1", "toolu_01AbCdEf", "tooluse_x-1", "call|odd ü", "a.b:c", "x".repeat(90), "123456789", ""];
const titles: Texts = ["report.pdf", "Bericht Nr. 1_(neu),  Übersicht", "", "a/b", "report.pdf", "x".repeat(250)];
const names: Texts = ["get_weather", "look-up", "a"];
const pixel = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==";
const states: readonly [ReasoningState, ...ReasoningState[]] = [
  { origin: "anthropic-messages", value: thinkingSignature("hm"), redacted: false },
  { origin: "anthropic-messages", value: thinkingSignature("hm"), redacted: false },
  { origin: "openai-responses", value: JSON.stringify({ id: ownId, data: encryptReasoning(ownId) }), redacted: false },
  { origin: "openai-chat", value: '{"type":"reasoning.encrypted","data":"c3RhdGU="}', redacted: false },
];

/** A conversation as clients have them: odd texts, ids and schemas, turns that say nothing, several of one role. */
export function randomRequest(random: Random): CompletionRequest {
  const messages: Message[] = [];
  if (random(2) === 0) messages.push({ role: "system", path: "system", content: [text(random)] });
  let open: readonly string[] = [];
  for (let turn = 1 + random(4); turn > 0; turn--) {
    messages.push(...userTurn(random, open));
    const said = modelTurn(random);
    open = said.flatMap((part) => (part.type === "tool-call" ? [part.id] : []));
    messages.push({ role: "assistant", content: said });
    if (random(12) === 0) messages.push({ role: "assistant", content: [text(random)] });
  }
  messages.push(...userTurn(random, open));
  if (random(10) === 0) messages.push({ role: "developer", content: [{ type: "text", text: "Mind this." }] });
  const thinks = random(3) === 0;
  return {
    ...{ model: "m", stream: false, streamUsage: true, n: 1, extensions: {} },
    messages: messages.map((message, index) => ({ path: `messages[${index}]`, ...message })),
    tools: random(5) === 0 ? [] : names.map((name) => tool(random, name)),
    stop: random(4) === 0 ? ["END", " "] : [],
    ...(random(2) === 0 && { maxOutputTokens: pick(random, [1, 16, 4000, 100_000]) }),
    ...(random(3) === 0 && { temperature: pick(random, [0, 0.5, 1, 1.7]) }),
    ...(random(4) === 0 && { topK: 5 }),
    ...(thinks && { reasoning: wishes[random(wishes.length)] ?? { enabled: false } }),
    ...(random(6) === 0 && { parallelToolCalls: false }),
    ...(random(6) === 0 && {
      outputFormat: { type: "json-schema", name: "answer", schema: schemas[random(schemas.length)] ?? "{}" },
    }),
  };
}

const wishes: readonly ReasoningRequest[] = [
  { enabled: true, effort: "high" },
  { enabled: true, effort: "low", budgetTokens: 2000 },
  { enabled: true, adaptive: true },
  { enabled: false },
];

const schemas: Texts = [
  '{"type":"object","properties":{"city":{"type":"string"}},"required":["city"],"additionalProperties":false}',
  '{"type":"object","$schema":"http://json-schema.org/draft-07/schema#","properties":{"n":{"type":["integer","null"],"format":"int32"},"u":{"type":"string","format":"uri"},"e":{"enum":[1,2]},"l":{"type":"array"}},"required":["n","gone"]}',
  '{"anyOf":[{"type":"object","properties":{"a":{"const":"x"}}},{"type":"object","properties":{"b":{"$ref":"#/$defs/b"}}}],"$defs":{"b":{"type":"string"}}}',
  '{"type":"object","properties":{}}',
  '{"type":"object"}',
];

function tool(random: Random, name: string): CompletionRequest["tools"][number] {
  const parameters = random(6) === 0 ? {} : { parameters: pick(random, schemas) };
  return { type: "function", name, description: pick(random, ["It looks", ""]), ...parameters };
}

function text(random: Random): Part {
  return { type: "text", text: pick(random, texts) };
}

/** The results of all calls, and mostly something that the user says. */
function userTurn(random: Random, open: readonly string[]): readonly Message[] {
  const results = open.map((callId): Part => {
    return { type: "tool-result", callId, content: resultOf(random), isError: random(6) === 0 };
  });
  const rest = results.length > 0 && random(2) === 0 ? [] : userParts(random);
  const turn: Message = { role: "user", content: [...results, ...rest] };
  return random(15) === 0 ? [turn, { role: "user", content: userParts(random) }] : [turn];
}

function resultOf(random: Random): readonly Part[] {
  switch (random(5)) {
    case 0:
      return [];
    case 1:
      return [text(random), image];
    case 2:
      return [{ type: "text", text: '{"degrees":[1,2.5]}' }];
    default:
      return [text(random)];
  }
}

const image: Part = { type: "image", source: { type: "base64", mediaType: "image/png", data: pixel } };

function userParts(random: Random): readonly Part[] {
  const parts: Part[] = [{ type: "text", text: "go on" }];
  if (random(3) === 0) parts.unshift(image);
  if (random(3) === 0)
    parts.push({
      type: "document",
      source: { type: "base64", mediaType: "application/pdf", data: "JVBERi0=" },
      title: pick(random, titles),
    });
  if (random(5) === 0) parts.push(text(random));
  if (random(8) === 0) parts.push({ type: "document", source: { type: "text", text: "some words" } });
  if (random(12) === 0) return [image];
  return parts;
}

function modelTurn(random: Random): readonly Part[] {
  const parts: Part[] = [];
  if (random(2) === 0) parts.push(reasoning(random));
  if (random(2) === 0) parts.push(text(random));
  const calls = random(2) === 0 ? random(3) : 0;
  for (let at = 0; at < calls; at++) parts.push(call(random, at));
  if (random(12) === 0) parts.push({ type: "refusal", text: "I cannot." });
  return parts;
}

/** Some were made, and signed, by Gemini. */
function call(random: Random, at: number): Part {
  const name = pick(random, names);
  const made = { type: "tool-call", id: `${pick(random, ids)}${at}`, name } as const;
  if (random(4) > 0) return { ...made, arguments: pick(random, ["{}", '{"city":"Paris"}', "", "{torn"]) };
  const state = { origin: "gemini", value: signCall(name, { city: "Rome" }), redacted: false };
  return { ...made, arguments: '{"city":"Rome"}', state };
}

function reasoning(random: Random): Part {
  if (random(3) === 0) return { type: "reasoning", text: "hm" };
  return { type: "reasoning", text: "hm", state: pick(random, states) };
}
