import { message } from "../fake-provider/anthropic-messages.ts";
import { checkMessagesForm } from "../fake-provider/anthropic-messages-check.ts";
import { bedrockConverse, converse } from "../fake-provider/bedrock-converse.ts";
import { type FakeAnswer, Refusal } from "../fake-provider/dialect.ts";
import { generated } from "../fake-provider/gemini.ts";
import { chatCompletion } from "../fake-provider/openai-chat.ts";
import { checkChatForm } from "../fake-provider/openai-chat-check.ts";
import { response } from "../fake-provider/openai-responses.ts";
import { eventBytes } from "../fake-provider/play.ts";
import { isRecord } from "../fake-provider/reply.ts";
import { type Body, fits, type Objection, type Vendor } from "./rule.ts";
import { vendors } from "./vendors.ts";

/** A request as a strict provider heard it, and all that it has against it: `max-tokens: Unsupported parameter …`. */
export type Heard = {
  readonly vendor: string;
  readonly model: string;
  readonly path: string;
  readonly headers: { readonly [name: string]: string };
  readonly body: Body;
  readonly problems: readonly string[];
};

export type StrictProvider = {
  /** Each vendor is at `${url}/<id>`, in its own dialect; any other name there accepts everything in all of them. */
  readonly url: string;
  /** What came since this was last asked, for one model of a vendor. */
  heard(vendor: string, model: string): readonly Heard[];
  stop(): Promise<void>;
};

/** All vendors on one port, each refusing what the real one refuses, and answering the rest. */
export function startStrictProvider(): StrictProvider {
  const heard = new Map<string, Heard[]>();
  let count = 0;
  const server = Bun.serve({
    port: 0,
    hostname: "127.0.0.1",
    async fetch(request) {
      const { pathname, search, searchParams } = new URL(request.url);
      const [, id = "", ...rest] = pathname.split("/");
      const body: unknown = await request.json().catch(() => undefined);
      if (!isRecord(body)) return Response.json({ object: "list", data: [] });
      const vendor = vendors.find((one) => one.id === id);
      const path = `/${rest.map(decodeURIComponent).join("/")}`;
      const model = String(body.model ?? modelIn(path));
      const found = vendor === undefined ? [] : judge(vendor, body, request.headers.get("anthropic-beta") ?? "");
      const entry = {
        vendor: id,
        model,
        path: path + search,
        headers: Object.fromEntries(request.headers),
        body,
        problems: found.map(({ name, objection }) => `${name}: ${objection.message}`),
      };
      const key = `${id}/${model}`;
      heard.set(key, [...(heard.get(key) ?? []), entry]);
      const [first] = found;
      if (vendor !== undefined && first !== undefined) {
        const refusal = vendor.refusal(first.objection);
        return Response.json(refusal.body, { status: refusal.status });
      }
      count += 1;
      if (rest.includes("count_tokens")) return Response.json({ input_tokens: 100 });
      return answer(saidAt(path, searchParams, model, body, count), path);
    },
  });
  return {
    url: `http://127.0.0.1:${server.port}`,
    heard(vendor, model) {
      const key = `${vendor}/${model}`;
      const found = heard.get(key) ?? [];
      heard.delete(key);
      return found;
    },
    stop: () => server.stop(true),
  };
}

/** Of the dialects whose paths name it. */
function modelIn(path: string): string | undefined {
  return /\/models?\/([^/:]+)/.exec(path)?.[1];
}

/** In the dialect that the path is of. */
function saidAt(path: string, query: URLSearchParams, model: string, body: Body, id: number): FakeAnswer {
  if (path.endsWith("/messages")) return message(body, id);
  if (path.endsWith("/responses")) return response(body, id);
  if (path.includes("/converse")) return converse(body, model, path.endsWith("-stream"));
  if (!path.includes(":")) return chatCompletion(body, id);
  return generated(body, model, id, path.endsWith(":generateContent") ? undefined : query.get("alt") === "sse");
}

type Found = { readonly name: string; readonly objection: Objection };

/** Every rule that objects, in the vendor's order. */
function judge(vendor: Vendor, body: Body, beta: string): readonly Found[] {
  const model = String(body.model);
  const found = vendor.rules.flatMap((rule): Found[] => {
    const objection = fits(rule, model) ? rule.objects(body, { model, beta }) : undefined;
    return objection === undefined ? [] : [{ name: rule.name, objection }];
  });
  return found.length > 0 ? found : form(vendor, body, beta);
}

/** What the maker of a dialect refuses whatever the model. */
function form(vendor: Vendor, body: Body, beta: string): readonly Found[] {
  try {
    if (vendor.id === "openai") checkChatForm(body);
    if (vendor.id === "anthropic") checkMessagesForm(body, false, beta);
    return [];
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    return [{ name: "form", objection: { message: error.message } }];
  }
}

function answer({ whole, stream, events, terminator }: FakeAnswer, path: string): Response {
  if (!stream) return Response.json(whole);
  const bytes = Buffer.concat([...events.map(eventBytes), Buffer.from(terminator)]);
  return new Response(bytes, {
    headers: { "content-type": path.includes("/converse") ? bedrockConverse.streamType : "text/event-stream" },
  });
}
