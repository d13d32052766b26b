import type { Completion, CompletionRequest } from "#core/completion";
import { GatewayError } from "#core/errors";
import { isObject, type Json, type JsonObject } from "#lib/json";
import { type JsonPlace, tryParseJsonWithTexts, writeJson } from "#lib/json-text";
import type { Traits } from "#traits/vocabulary";
import { createCollector, expand } from "../collect";
import type { Operation, StreamForm } from "../operation";
import type { AnswerContext, Translation } from "../translation";
import type { AnswerFeature, RequestFeature } from "./feature";

/**
 * What becomes of a feature between a client and a provider: `kept` as it is, `mapped` to the nearest that the other side
 * has, `dropped` and named, `left-out` unnamed, `refused` with an error. `unsayable`: who would have to say it has no words
 * for it, so that it does not come up.
 */
export const verdicts = ["kept", "mapped", "dropped", "left-out", "refused", "unsayable"] as const;
export type Verdict = (typeof verdicts)[number];

/** A dialect's completions, as far as they go through the pivot. */
export type Translated = {
  readonly name: string;
  readonly translation: Translation;
  readonly decodeRequest: NonNullable<Operation["decodeRequest"]>;
  readonly requestTexts?: readonly JsonPlace[];
  readonly stream: StreamForm;
};

/** Traits of targets that take more than is sent where nothing is known of them. */
const generous: Traits = {
  ...{ cache_markers: ["parts", "tools"], earlier_reasoning: "details", document_urls: true, free_form_tools: true },
};
const nobody: CompletionRequest = {
  ...{ model: "m", stream: false, streamUsage: true, tools: [], stop: [], n: 1, extensions: {} },
  messages: [{ role: "user", content: [{ type: "text", text: "Hello" }] }],
};
const said: Completion = {
  ...{ id: "id-1", model: "m", extensions: {}, finishes: [{ choice: 0, reason: "stop" }] },
  items: [{ choice: 0, index: 0, kind: "text", text: "Yes.", citations: [], logprobs: [] }],
};

/** What becomes of a feature of a client's request at a target with these traits. `client` and `provider` are two. */
export function probeRequest(
  feature: RequestFeature,
  client: Translated,
  provider: Translated,
  traits: Traits = {},
): Verdict {
  const wished = { ...nobody, ...feature.request(provider.name) };
  const asked = feature.fromAnswer ? wished : sayable(feature, client, wished);
  if (asked === undefined) return "unsayable";
  try {
    const { body, dropped } = provider.translation.codec.encodeRequest(asked, { model: "m", traits });
    const arrived = asItArrives(body, provider.requestTexts);
    return verdict(feature, feature.seen(asked), feature.seen(provider.decodeRequest(arrived)), arrived, dropped);
  } catch (error) {
    if (error instanceof GatewayError) return "refused";
    throw error;
  }
}

/** The same at a target that takes whatever some targets do. */
export function probeGenerous(feature: RequestFeature, client: Translated, provider: Translated): Verdict {
  return probeRequest(feature, client, provider, generous);
}

/** The request as a client of this dialect would make it; undefined where it cannot say it. */
function sayable(
  feature: RequestFeature,
  client: Translated,
  wished: CompletionRequest,
): CompletionRequest | undefined {
  try {
    const { body } = client.translation.codec.encodeRequest(wished, { model: "m", traits: generous });
    const asked = client.decodeRequest(asItArrives(body, client.requestTexts));
    return feature.seen(asked) === undefined ? undefined : asked;
  } catch (error) {
    if (error instanceof GatewayError) return undefined;
    throw error;
  }
}

/** Unlike what was meant, but with all of its words, it is mapped, whatever else was named. */
function verdict(
  { trace }: { readonly trace?: string },
  meant: Json | undefined,
  arrived: Json | undefined,
  body: JsonObject,
  dropped: readonly string[],
): Verdict {
  if (isSame(arrived, meant)) return "kept";
  if (trace !== undefined) {
    if (JSON.stringify(body).includes(JSON.stringify(trace).slice(1, -1))) return "mapped";
    return dropped.length > 0 ? "dropped" : "left-out";
  }
  if (dropped.length > 0) return "dropped";
  return arrived === undefined ? "left-out" : "mapped";
}

/** What becomes of a feature of a provider's answer at a client, whole and streamed. */
export function probeAnswer(
  feature: AnswerFeature,
  client: Translated,
  provider: Translated,
): { readonly whole: Verdict; readonly streamed: Verdict } {
  const request = { ...nobody, ...feature.asked };
  const wished = { ...said, ...feature.answer(provider.name) };
  const context = { id: "id-1", nowS: 1, streamUsage: true, request };
  const whole = (completion: Completion, by: Translated) => tellWhole(completion, by, context);
  const streamed = (completion: Completion, by: Translated) => tellStreamed(completion, by, context);
  return {
    whole: judge(feature, wished, client, provider, whole),
    streamed: judge(feature, wished, client, provider, streamed),
  };
}

type Told = { readonly heard: Completion; readonly body: JsonObject; readonly dropped: readonly string[] };
type Tell = (completion: Completion, by: Translated) => Told;

function judge(
  feature: AnswerFeature,
  wished: Completion,
  client: Translated,
  provider: Translated,
  tell: Tell,
): Verdict {
  const given = tell(wished, provider).heard;
  const meant = feature.seen(given);
  if (meant === undefined) return "unsayable";
  const { heard, body, dropped } = tell(given, client);
  return verdict(feature, meant, feature.seen(heard), body, dropped);
}

function tellWhole(completion: Completion, { translation }: Translated, context: AnswerContext): Told {
  const { endpoint, codec } = translation;
  const encoder = endpoint.createStreamEncoder(context);
  for (const event of expand(completion)) encoder.push(event);
  const body = asItArrives(endpoint.encodeResponse(completion, context), codec.answerTexts);
  return { heard: codec.decodeResponse(body), body, dropped: encoder.dropped() };
}

function tellStreamed(completion: Completion, { translation, stream }: Translated, context: AnswerContext): Told {
  const encoder = translation.endpoint.createStreamEncoder(context);
  const parser = stream.framing.createParser();
  const decoder = translation.codec.createStreamDecoder();
  const collector = createCollector();
  let text = "";
  for (const event of expand(completion)) {
    const written = encoder.push(event);
    text += written;
    for (const read of parser.push(stream.framing.write(written)))
      for (const decoded of decoder.push(read)) collector.push(decoded);
  }
  for (const event of decoder.finish().events) collector.push(event);
  const heard = collector.completion();
  // Some framings carry their events in base64.
  return { heard, body: { text, items: JSON.stringify(heard.items) }, dropped: encoder.dropped() };
}

/** Written and read again, with the model that a path may name. */
function asItArrives(body: JsonObject, texts: readonly JsonPlace[] = []): JsonObject {
  const arrived = tryParseJsonWithTexts(writeJson({ model: "m", ...body }), texts);
  return isObject(arrived) ? arrived : {};
}

function isSame(a: Json | undefined, b: Json | undefined): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}
