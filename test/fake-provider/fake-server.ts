import { gzipSync } from "node:zlib";
import { anthropicMessages } from "./anthropic-messages.ts";
import { bedrockConverse, errorType } from "./bedrock-converse.ts";
import { type FakeAnswer, type FakeDialect, fakeModels, Refusal, wholeOnly } from "./dialect.ts";
import { gemini, geminiModelList } from "./gemini.ts";
import { type HttpConnection, type HttpRequest, serveHttp } from "./http-connection.ts";
import { openaiChat } from "./openai-chat.ts";
import { openaiResponses } from "./openai-responses.ts";
import { playHead, playStream, playWhole, sleep } from "./play.ts";
import { isRecord } from "./reply.ts";
import { type Answer, type LogEntry, Script } from "./script.ts";
import { cohereEmbed } from "./vectors.ts";

/** The keys it takes; any other is the provider's own 401. */
export const fakeKeys = ["sk-fake-one", "sk-fake-two", "sk-fake-three"] as const;

/**
 * Starts the fake provider: OpenAI's paths below `/v1` (and without), Anthropic's `/v1/messages`, Google's below `/v1beta`,
 * Bedrock's `/model/…`, Cohere's `/v2/embed`, and its own `/__…`. All of it stands below `/as/<name>` as well, so that one process can play many providers: rules and log tell them by path.
 */
export function startFakeServer(port: number): { readonly port: number; stop(): void } {
  const script = new Script();
  let log: LogEntry[] = [];
  let nextId = 1;

  return serveHttp(port, async (request, connection) => {
    if (request.path.startsWith("/__")) return control(request, connection);
    const id = nextId++;
    const entry = logEntry(id, request);
    log.push(entry);
    connection.onAbort = () => {
      entry.abortedAtMs = Date.now();
      entry.bytesSent = connection.bytesSent;
    };
    await answerRequest(request, connection, entry, script);
    entry.bytesSent = connection.bytesSent;
    if (entry.abortedAtMs === undefined) entry.finishedAtMs = Date.now();
    connection.onAbort = undefined;
  });

  async function control(request: HttpRequest, connection: HttpConnection): Promise<void> {
    if (request.path === "/__script") script.add(JSON.parse(new TextDecoder().decode(request.body)));
    if (request.path === "/__reset") {
      script.clear();
      log = [];
    }
    const since = Number(request.query.get("after") ?? 0);
    await playWhole(connection, 200, {}, request.path === "/__log" ? log.filter((entry) => entry.id > since) : {});
  }
}

function logEntry(id: number, request: HttpRequest): LogEntry {
  const body = new TextDecoder().decode(request.body.subarray(0, 1_048_576));
  const { method, path, headerList, headers } = request;
  return {
    id,
    method,
    path,
    query: request.query.toString(),
    headerList,
    headers,
    body,
    bodyBytes: request.body.length,
    receivedAtMs: Date.now(),
    eventsSent: 0,
    bytesSent: 0,
  };
}

async function answerRequest(
  request: HttpRequest,
  connection: HttpConnection,
  entry: LogEntry,
  script: Script,
): Promise<void> {
  const path = request.path.replace(/^\/as\/[^/]+/, "").replace(/^\/v1(?=\/)/, "");
  const dialect = dialectOf(path);
  const parsed = tryParse(entry.body);
  const model = modelOf(path, parsed);
  const answer = script.take({ path: request.path, body: entry.body, model, key: presentedKey(request) });
  const context: Context = { connection, entry, dialect, path, request, body: parsed };
  try {
    await play(answer, context);
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    entry.problem = error.message;
    await sendWhole(context, error.status, dialect.errorBody(error.status, error.message, error.code, error.param), {
      ...(error.status === 429 && { "retry-after": "1" }),
      ...(dialect === bedrockConverse && { "x-amzn-errortype": errorType(error.status) }),
    });
  }
}

/** Each has paths of its own. */
function dialectOf(path: string): FakeDialect {
  if (path.startsWith("/messages")) return anthropicMessages;
  if (path.startsWith("/responses")) return openaiResponses;
  if (path.startsWith("/model/")) return bedrockConverse;
  if (path === "/v2/embed") return cohereEmbed;
  return /^\/v1(?:beta|alpha)/.test(path) ? gemini : openaiChat;
}

/** Named in the body, or in the path. */
function modelOf(path: string, body: unknown): string {
  const [, named] = /^\/(?:v1\w+\/models|model)\/(.+?)(?::[a-zA-Z]+|\/[a-z-]+)$/.exec(path) ?? [];
  if (named !== undefined) return decodeURIComponent(named);
  return isRecord(body) ? String(body.model) : "";
}

type Context = {
  readonly connection: HttpConnection;
  readonly entry: LogEntry;
  readonly dialect: FakeDialect;
  readonly path: string;
  readonly request: HttpRequest;
  readonly body: unknown;
};

async function play(answer: Answer, context: Context): Promise<void> {
  const { connection, entry } = context;
  switch (answer.kind) {
    case "default":
      await sleep(answer.headersDelayMs ?? 0, connection);
      return playDefault(answer, context);
    case "json":
      await sleep(answer.delayMs ?? 0, connection);
      return sendWhole(context, answer.status ?? 200, answer.body, answer.headers);
    case "text":
      await sleep(answer.delayMs ?? 0, connection);
      entry.status = answer.status ?? 200;
      return playWhole(
        connection,
        entry.status,
        { "content-type": answer.contentType ?? "text/plain", ...answer.headers },
        answer.body,
      );
    case "sse": {
      const events = Array.from({ length: answer.repeat ?? 1 }, () => answer.events).flat();
      entry.status = answer.status ?? 200;
      await playHead(connection, entry.status, { ...streamHeaders(context), ...answer.headers });
      return playStream(connection, entry, events, "", answer);
    }
    case "error": {
      const message = answer.message ?? `The script asked for ${answer.status}`;
      return sendWhole(context, answer.status, context.dialect.errorBody(answer.status, message), {
        ...(context.dialect === bedrockConverse && { "x-amzn-errortype": errorType(answer.status) }),
        ...answer.headers,
      });
    }
    case "huge":
      return playHuge(answer.bytes, context);
    case "trickle": {
      const body = JSON.stringify(judge(context).whole);
      entry.status = 200;
      return playWhole(connection, 200, context.dialect.headers(entry.id), body, answer);
    }
    case "gzip": {
      const { kind: _, body, status = 200, headers } = answer;
      entry.status = status;
      const packed = gzipSync(JSON.stringify(body));
      return playWhole(connection, status, { ...headers, "content-encoding": "gzip" }, packed);
    }
    case "redirect":
      entry.status = answer.status ?? 307;
      return playWhole(connection, entry.status, { location: answer.location }, "");
    case "raw":
      await connection.write(answer.text);
      return endAs(answer.ending, connection);
    case "never":
      return endAs("stall", connection);
    case "reset":
      return connection.reset();
    case "close":
      return connection.close();
  }
}

/** Ends the connection, or waits until the peer does. */
async function endAs(ending: "close" | "reset" | "stall", connection: HttpConnection): Promise<void> {
  if (ending === "close") return connection.close();
  if (ending === "reset") return connection.reset();
  await sleep(600_000, connection);
}

async function playDefault(answer: Extract<Answer, { kind: "default" }>, context: Context): Promise<void> {
  const { connection, entry, dialect } = context;
  const said = judge(context);
  if (!said.stream) return sendWhole(context, answer.status ?? 200, said.whole, answer.headers);
  entry.status = answer.status ?? 200;
  await playHead(connection, entry.status, {
    ...streamHeaders(context),
    ...dialect.headers(entry.id),
    ...answer.headers,
  });
  const options =
    said.delayMs > 0 && answer.eventDelayMs === undefined ? { ...answer, eventDelayMs: said.delayMs } : answer;
  await playStream(connection, entry, said.events, answer.omitDone ? "" : said.terminator, options);
}

/** Checks the request the way the provider would, and says what the provider would. */
function judge({ request, path, dialect, body, entry }: Context): FakeAnswer {
  const key = request.headers[dialect.keyHeader ?? ""] ?? bearer(request) ?? "";
  const { code, message, status } = dialect.wrongKey;
  if (!fakeKeys.some((known) => known === key)) throw new Refusal(status, message(key), code);
  if (path === "/models" && request.method === "GET") return wholeOnly(modelList());
  if (path === "/v1beta/models" && request.method === "GET") return wholeOnly(geminiModelList());
  const isKnown =
    dialect === gemini || dialect === bedrockConverse || dialect === openaiResponses || ownPaths.includes(path);
  if (!isKnown || request.method !== "POST") throw new Refusal(404, `Invalid URL (${request.method} ${request.path})`);
  if (!request.headers["content-type"]?.startsWith("application/json"))
    throw new Refusal(415, "Unsupported Media Type: expected application/json");
  if (entry.bodyBytes > 33_554_432) throw new Refusal(413, "Request exceeds the maximum size");
  if (!isRecord(body)) throw new Refusal(400, "We could not parse the JSON body of your request.");
  return dialect.answer({ endpoint: path, query: request.query, body, headers: request.headers, id: entry.id });
}

const ownPaths = ["/chat/completions", "/embeddings", "/messages", "/messages/count_tokens", "/v2/embed"];

function presentedKey(request: HttpRequest): string {
  return request.headers["x-api-key"] ?? request.headers["x-goog-api-key"] ?? bearer(request) ?? "";
}

function bearer(request: HttpRequest): string | undefined {
  return /^Bearer (.+)$/.exec(request.headers.authorization ?? "")?.[1];
}

async function sendWhole(
  context: Context,
  status: number,
  body: unknown,
  headers: { readonly [name: string]: string } = {},
): Promise<void> {
  context.entry.status = status;
  await playWhole(context.connection, status, { ...context.dialect.headers(context.entry.id), ...headers }, body);
}

function streamHeaders({ dialect, path, request }: Context): { readonly [name: string]: string } {
  // Google streams a list where no events are asked for.
  const isList = path.endsWith(":streamGenerateContent") && request.query.get("alt") !== "sse";
  return { "content-type": isList ? "application/json" : dialect.streamType, "cache-control": "no-cache" };
}

async function playHuge(bytes: number, context: Context): Promise<void> {
  const said = judge(context);
  const text = JSON.stringify(said.whole);
  const padded = text.replace(/"(Echo: |word0)/, (match) => `${match}${"x".repeat(Math.max(0, bytes - text.length))}`);
  context.entry.status = 200;
  await playWhole(context.connection, 200, context.dialect.headers(context.entry.id), padded);
}

function modelList(): unknown {
  return {
    object: "list",
    data: fakeModels.map((id) => ({ id, object: "model", created: 1_780_000_000, owned_by: "fake" })),
    has_more: false,
  };
}

function tryParse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
