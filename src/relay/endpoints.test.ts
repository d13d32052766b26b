import { afterAll, describe, expect, test } from "bun:test";
import { showRecord } from "#api/resources/record-view";
import { systemClock } from "#core/clock";
import { GatewayError } from "#core/errors";
import type { RequestRecord } from "#core/record";
import type { VirtualKey } from "#core/snapshot";
import { dialects } from "#dialects/registry";
import { bytesOf, scratchPipeline, scratchSecret, snapshotLeadingTo } from "#fixtures/scratch-pipeline";
import { budget, concurrency } from "#governance/fixtures/plain-limits";
import { plainPrice, scratchGovernance, target } from "#governance/fixtures/scratch-governance";
import { createRouter } from "#http/routes";
import type { Content } from "#journal/journal";
import { isObject, tryParseJson } from "#lib/json";
import { createObjectIds } from "#objects/object-ids";
import { originTag } from "#objects/origins";
import { createLogTail } from "#records/log-tail";
import { headersOf, madeRequest } from "#server/fixtures/made-request";
import { spoken } from "#snapshot/fixtures/spoken-dialect";
import { answerOfPieces } from "#upstream/answer-of-pieces";
import type { UpstreamClient, UpstreamRequest } from "#upstream/upstream";
import { callOf } from "../../dashboard/src/lib/request-code/call-of";
import { type Asking, errorIn, eventsOf } from "./fixtures/clients";
import { objectSecret } from "./fixtures/object-store";
import type { Speaking } from "./fixtures/said";
import type { Said } from "./fixtures/said/words";
import { scratchDataPlane } from "./fixtures/scratch-data-plane";
import { keyOf, type ServedEndpoint, servedEndpoints } from "./fixtures/served-endpoints";

// What holds of every path that is served, at a provider of the client's dialect and of every other that can be asked for it: a
// limit refuses before anything is asked, what was used is charged once and recorded under the endpoint's name with what is kept
// of it, who follows the log is told of it, and it can be sent again from there; a client that leaves costs what the operator
// says, and what ends early or fails is told in the client's dialect.

const governance = scratchGovernance();
afterAll(governance.remove);

/** One of each path, with a word for every name in it. */
function pathsServed(): readonly { readonly method: string; readonly path: string }[] {
  return Object.values(dialects).flatMap(({ endpoints, objects = [], prefixes }) => {
    const bases = prefixes.flatMap((prefix) => [prefix, `${prefix}/v1`]);
    const posted = endpoints.flatMap(({ path, patterns = [] }) => [
      ...(path === undefined ? [] : bases.map((base) => base + path)),
      ...patterns,
    ]);
    const stored = objects.flatMap(({ method, path }) => bases.map((base) => ({ method, path: base + path })));
    return [...posted.map((path) => ({ method: "POST", path })), ...stored].map(({ method, path }) => ({
      method,
      path: path.replace(/\{(\w+)\}/g, "$1-1"),
    }));
  });
}

const router = createRouter(dialects);

function keyAt(method: string, path: string): string {
  const route = router.match(method, path.replace(/\?.*/, ""));
  return route.kind === "inference" ? keyOf(route.endpoint, route.pathStream) : route.kind;
}

describe("every path that is served", () => {
  test("has a row in the table, and every row a path", () => {
    const rows = new Set(servedEndpoints.map(({ key }) => key));
    const unlisted = pathsServed().filter(({ method, path }) => !rows.has(keyAt(method, path)));
    expect(unlisted).toEqual([]);
    for (const { key, method, path } of servedEndpoints) expect(keyAt(method, path.replace("{id}", "x"))).toBe(key);
  });

  test("is refused without a key, in its dialect's words", async () => {
    const { handle } = plane({ targets: ["openai-chat"], limits: [] });
    for (const { method, path } of pathsServed()) {
      const route = router.match(method, path);
      const dialect = route.kind === "inference" ? route.dialect : "openai-chat";
      const answer = await handle(madeRequest(path, { method, body: method === "POST" ? "{}" : "" }));
      expect([path, answer.status, headersOf(answer)["x-headgate-error"]]).toEqual([path, 401, "missing_key"]);
      checkError(isAsking(dialect) ? dialect : "openai-chat", Buffer.from(await bytesOf(answer)), headersOf(answer));
    }
  });
});

function isAsking(name: string): name is Asking {
  return name in dialects;
}

for (const row of servedEndpoints) {
  for (const provider of row.providers) {
    const how = `${row.method} ${row.path}${row.stream ? ", streamed" : ""} (${row.dialect}) at ${provider}`;
    const { charge, dialect, endpoint, stream } = row;
    const isOwn = provider === dialect;
    const hasOwnAnswer = endpoint.includes("tokens");

    test(`${how}: a limit refuses before anything is asked`, async () => {
      const limits = [governance.limit(charge > 0 ? budget(1000) : concurrency(0))];
      const { answer, asked, headers, held, record, status } = await play(row, provider, { limits });
      const [wanted, code] = charge > 0 ? [402, "budget_exceeded"] : [429, "too_many_concurrent"];
      expect([status, headers["x-headgate-error"], asked.length]).toEqual([wanted, code, 0]);
      expect(held).toBe(0);
      expect(record).toMatchObject({ outcome: "refused", endpoint, errorCode: code, charges: [] });
      checkError(dialect, answer, headers);
    });

    test(`${how}: what was used is charged once, recorded, and kept where it may be`, async () => {
      const { answer, charged, content, headers, held, record, records, status } = await play(row, provider);
      expect([status, charged, held, records]).toEqual([200, charge, 0, 1]);
      expect(record).toMatchObject({
        outcome: "ok",
        endpoint,
        dialect,
        status: 200,
        stream,
        attempts: [{ provider: "p" }],
      });
      if (row.usage !== undefined) expect(record?.usage).toMatchObject({ ...row.usage, estimated: false });
      expect(record?.cost ?? 0).toBe(charge);
      expect(headers["x-headgate-provider"]).toBe("p");
      expect(Buffer.from(content?.request ?? []).toString()).toBe(row.body ?? "");
      // Of Google's array the events are kept that it was made of.
      if (dialect !== "gemini" || !stream)
        expect(Buffer.from(content?.response ?? []).toString()).toBe(answer.toString());
      if (isOwn && !stream && row.usage !== undefined) {
        const { body } = row.sent(provider, said);
        expect(answer.equals(Buffer.from(body))).toBe(true);
      }
    });

    test(`${how}: of what it says nothing is kept where nothing may be, and it is charged all the same`, async () => {
      for (const contentLogging of ["off", "metadata"] as const) {
        const { charged, content, record, records } = await play(row, provider, { key: { contentLogging } });
        expect([content, charged, records, record?.endpoint]).toEqual([undefined, charge, 1, endpoint]);
      }
    });

    test(`${how}: it is followed in the log, and sent again from there as its key`, async () => {
      const { content, record } = await play(row, provider);
      expect(await followed(record)).toEqual([expect.objectContaining({ endpoint, dialect, stream, status: 200 })]);
      const kept = tryParseJson(Buffer.from(content?.request ?? []).toString());
      const call = isObject(kept) ? callOf({ endpoint, stream }, "m", kept) : undefined;
      // What is done with stored objects asks no model.
      expect(call === undefined).toBe(row.isObject === true);
      if (call === undefined) return;
      const wanted = { ...row, path: call.path, body: JSON.stringify(call.body) };
      const { sent } = servedEndpoints.find(({ path, stream }) => path === wanted.path && stream === row.stream) ?? row;
      const again = await play({ ...wanted, sent }, provider, { key: { tags: { playground: "true" } } });
      expect([again.status, again.charged, again.held, again.records]).toEqual([200, charge, 0, 1]);
      expect(again.record).toMatchObject({ endpoint, dialect, stream, tags: { playground: "true" } });
      expect(again.record?.usage).toEqual(record?.usage ?? again.record?.usage);
    });

    for (const onAbort of ["estimate", "full-hold", "drain"] as const) {
      for (const leaves of stream ? (["before", "inside"] as const) : (["before"] as const)) {
        test(`${how}: a client that leaves ${leaves} its answer costs what ${onAbort} says`, async () => {
          const came = await play(row, provider, { leaves, key: { onAbort } });
          expect([came.record?.outcome, came.held, came.records]).toEqual(["client-gone", 0, 1]);
          expect(came.record).toMatchObject({ endpoint, errorCode: "client_closed" });
          if (charge === 0) expect(came.charged).toBe(0);
          else if (onAbort === "drain") expect(came.charged).toBe(charge);
          else if (onAbort === "full-hold") expect(came.charged).toBe(came.heldThen);
          else {
            expect(came.charged).toBeGreaterThanOrEqual(100_000);
            expect(came.charged).toBeLessThanOrEqual(came.heldThen);
          }
        });
      }
    }

    test(`${how}: an answer that is cut is told as that, and what came of it is charged`, async () => {
      const { answer, charged, headers, held, record, records, status } = await play(row, provider, {
        answers: [{ isCut: true }],
      });
      expect([held, records, record?.endpoint]).toEqual([0, 1, endpoint]);
      expect(status).toBe(stream ? 200 : 502);
      expect(record?.outcome).toBe(stream ? "cut" : "error");
      if (charge === 0) expect(charged).toBe(0);
      else expect(charged).toBe(stream ? 110_000 : 100_000);
      if (stream) checkCut(row, answer);
      else checkError(dialect, answer, headers);
    });

    test(`${how}: a provider's refusal is passed on with its wait, and costs nothing`, async () => {
      const { answer, charged, headers, held, record, status } = await play(row, provider, { answers: ["busy"] });
      expect([status, charged, held]).toEqual([429, 0, 0]);
      expect(headers["retry-after"]).toBe("7");
      expect(record).toMatchObject({ outcome: "error", status: 429, errorCode: "upstream_error", endpoint });
      expect(answer.toString()).toContain("slow down");
      checkError(dialect, answer, headers);
    });

    // What is stored lives at one place alone.
    if (row.kind !== undefined || (row.charge === 0 && !hasOwnAnswer)) continue;
    test(`${how}: another target that answers instead is charged, and it alone`, async () => {
      const { asked, charged, headers, held, record, records, status } = await play(row, provider, {
        answers: ["busy", said],
      });
      expect([status, asked.length, charged, held, records]).toEqual([200, 2, charge, 0, 1]);
      expect(record).toMatchObject({
        outcome: "ok",
        provider: expect.stringMatching(/^q/),
        endpoint,
        attempts: [{ status: 429 }, { status: 200 }],
      });
      expect([headers["x-headgate-provider"], headers["x-headgate-attempts"]]).toEqual([record?.provider, "2"]);
    });
  }
}

const said: Said = { usage: { input: 100, output: 50 } };

type How = {
  readonly limits?: VirtualKey["limits"];
  readonly key?: Partial<Pick<VirtualKey, "contentLogging" | "onAbort" | "tags">>;
  /** What one target after the other says, `busy` for a refusal. */
  readonly answers?: readonly (Said | "busy")[];
  readonly leaves?: "before" | "inside";
};

type PlaneParts = {
  readonly providers?: readonly string[];
  readonly targets: readonly Speaking[];
  readonly limits: VirtualKey["limits"];
  readonly key?: How["key"];
  readonly upstream?: UpstreamClient;
};

/** The data plane before targets of these dialects, at providers `p`, `q`. */
function plane({ key: own, limits, providers = ["p", "q"], targets, upstream = neverAsked }: PlaneParts) {
  const { journal, ledger } = governance;
  const contents: Content[] = [];
  const key = governance.key(limits, { contentLogging: "full", endpoints: ["*", "passthrough"], ...own });
  const made = targets.map((dialect, at) => ({ ...target(providers[at], "m", plainPrice), dialect: spoken(dialect) }));
  const snapshot = snapshotLeadingTo(made, key, { maxAttempts: targets.length, objectSecret });
  const infer = scratchPipeline({
    ...{ ledger, upstream, snapshot: () => snapshot },
    journal: { ...journal, appendContent: (_id, content) => void contents.push(content) },
    // Time stands still, for what is written unseen goes by it.
    clock: { ...systemClock, monotonicMs: () => 0 },
  });
  return { contents, handle: scratchDataPlane({ infer, snapshot: () => snapshot }), key };
}

async function neverAsked(): Promise<never> {
  throw new Error("A provider was asked");
}

/** What comes of a request, to its end. */
async function play(row: ServedEndpoint, provider: Speaking, how: How = {}) {
  const { admin, records } = governance;
  const money = governance.limit(budget(1e12));
  const { answers = [said], leaves, limits = [] } = how;
  const leaving = new AbortController();
  const asked: UpstreamRequest[] = [];
  let heldThen = 0;
  const isDrained = how.key?.onAbort === "drain";
  const upstream: UpstreamClient = async (request) => {
    asked.push(request);
    heldThen = admin.readSlot(money.slot.index).held;
    const saying = answers[asked.length - 1] ?? said;
    const isBusy = saying === "busy";
    const sent = row.sent(provider, isBusy ? { error: { message: "slow down", type: "rate_limit_error" } } : saying);
    const headers = new Headers({ "content-type": sent.type, ...(isBusy && { "retry-after": "7" }) });
    const { signal } = request.caller;
    if (leaves === "before") {
      leaving.abort();
      expect(signal.aborted).toBe(!isDrained);
      if (!isDrained) throw new GatewayError("client_closed", "The request was given up");
    }
    if (isBusy)
      return answerOfPieces(429, headers, [JSON.stringify({ error: { message: "slow down" }, message: "slow down" })]);
    if (leaves !== "inside") return answerOfPieces(200, headers, [sent.body]);
    const cut = row.sent(provider, { ...said, isCut: true });
    const rest = Buffer.from(sent.body).subarray(Buffer.from(cut.body).length);
    return answerOfPieces(200, headers, isDrained ? laterPieces(cut.body, rest) : unended(cut.body));
  };
  const targets = answers.map(() => provider);
  // One that refused is not asked for a while.
  const providers = answers.includes("busy") ? [`p-${records.length}`, `q-${records.length}`] : ["p", "q"];
  const { contents, handle, key } = plane({ providers, targets, limits: [money, ...limits], key: how.key, upstream });
  const before = records.length;
  const id =
    row.kind &&
    createObjectIds(objectSecret).seal({
      kind: row.kind,
      owner: key.id,
      origin: originTag({ id: providers[0] ?? "" }, { id: "main" }),
      id: "o_1",
    });
  const request = madeRequest(row.path.replace("{id}", id ?? ""), {
    method: row.method,
    headers: { authorization: `Bearer ${scratchSecret}` },
    body: row.body ?? "",
  });
  const response = await handle({ ...request, signal: leaving.signal });
  const { body, status } = response;
  let isFirst = true;
  const answer = await bytesOf(response, () => {
    if (leaves !== "inside" || !isFirst || typeof body === "string" || body instanceof Uint8Array) return;
    isFirst = false;
    leaving.abort();
    body.leave();
  });
  // What is drained is recorded when its provider has ended.
  for (let turn = 0; turn < 200 && records.length === before; turn++) await Bun.sleep(1);
  const { charged, held } = admin.readSlot(money.slot.index);
  const [record] = records.slice(before);
  const headers = headersOf(response);
  const [content] = contents;
  return { answer, asked, charged, content, headers, held, heldThen, record, records: records.length - before, status };
}

/** What the log's followers are shown of a record, those of its endpoint and those of another. */
async function followed(record: RequestRecord | undefined): Promise<readonly unknown[]> {
  let add: (records: readonly RequestRecord[]) => void = () => undefined;
  const tail = createLogTail({
    show: showRecord,
    onRecords: (listener) => {
      const before = add;
      add = (records) => {
        before(records);
        listener(records);
      };
      return () => undefined;
    },
  });
  const streams = [record?.endpoint ?? "", "another"].map((endpoint) =>
    tail.open([{ on: "class", field: "endpoint", anyOf: [endpoint] }]).getReader(),
  );
  await Promise.all(streams.map((stream) => stream.read()));
  const [shown, none] = streams.map((stream) => stream.read());
  add(record === undefined ? [] : [record]);
  const text = Buffer.from((await shown)?.value ?? []).toString();
  await Promise.all(streams.map((stream) => stream.cancel()));
  const other = Buffer.from((await none)?.value ?? []).toString();
  return [text, other].flatMap((events) =>
    [...events.matchAll(/^data: (.*)$/gm)].map(([, data = ""]) => JSON.parse(data)),
  );
}

async function* unended(body: string | Uint8Array): AsyncGenerator<string | Uint8Array> {
  yield body;
  await new Promise(() => undefined);
}

async function* laterPieces(...pieces: (string | Uint8Array)[]): AsyncGenerator<string | Uint8Array> {
  for (const piece of pieces) {
    yield piece;
    await Bun.sleep(1);
  }
}

/** An error as the clients of a dialect know it. */
function checkError(dialect: Asking, answer: Uint8Array, headers: { readonly [name: string]: string }): void {
  const error = errorIn(dialect, answer, false);
  expect(typeof error.message).toBe("string");
  switch (dialect) {
    case "cohere":
      expect(Object.keys(error)).toEqual(["message"]);
      break;
    case "bedrock-converse":
    case "bedrock-invoke":
      expect(Object.keys(error)).toEqual(["message"]);
      expect(headers["x-amzn-errortype"]).toMatch(/^[A-Z]\w+Exception$/);
      break;
    case "gemini":
      expect(typeof error.code).toBe("number");
      expect(error.status).toMatch(/^[A-Z_]+$/);
      break;
    default:
      expect(error.type).toMatch(/^\w+$/);
  }
}

/** A stream that was cut ends with an error, and with nothing that a whole one ends with. */
function checkCut({ dialect, path }: ServedEndpoint, answer: Buffer): void {
  if (dialect === "gemini" && !path.includes("alt=sse")) {
    const elements: readonly { readonly error?: object }[] = JSON.parse(answer.toString());
    expect(elements.at(-1)).toHaveProperty("error");
    return;
  }
  const events = eventsOf(dialect, answer);
  expect(typeof errorIn(dialect, answer, true).message).toBe("string");
  const ends = /"(?:message_stop|response\.completed)"|\[DONE\]|"finishReason":"STOP"|"stopReason"/;
  expect(events.filter(({ data }) => ends.test(data))).toEqual([]);
  const last = events.at(-1);
  if (dialect.startsWith("bedrock")) expect(last).toMatchObject({ messageType: "exception" });
  if (dialect === "openai-responses") expect(last?.event).toBe("response.failed");
}
