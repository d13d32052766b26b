import { afterAll, expect, test } from "bun:test";
import { GatewayError, toGatewayError } from "#core/errors";
import type { VirtualKey } from "#core/snapshot";
import { scratchPipeline, scratchSecret, snapshotLeadingTo } from "#fixtures/scratch-pipeline";
import { budget, concurrency, rate } from "#governance/fixtures/plain-limits";
import { plainPrice, scratchGovernance, target } from "#governance/fixtures/scratch-governance";
import { isObject, type JsonObject, parseJson } from "#lib/json";
import { headersOf, madeRequest, textOf } from "#server/fixtures/made-request";
import { spoken } from "#snapshot/fixtures/spoken-dialect";
import type { UpstreamClient } from "#upstream/upstream";
import { clients } from "./fixtures/clients";
import { type Speaking, speaking } from "./fixtures/said";
import { scratchDataPlane } from "./fixtures/scratch-data-plane";

// Every error of our own reads as one of the provider's would: the client's SDK finds status, type, request id and wait where it
// looks for them, and our own code stands beside.

const governance = scratchGovernance();
afterAll(governance.remove);

/** By the kind of the client's dialect: what says of a status what it is. */
type Words = { readonly openai: string; readonly anthropic: string; readonly google: string; readonly aws: string };

type Row = {
  readonly code: string;
  readonly status: number;
  readonly words: Words;
  readonly how: How;
  /** Seconds that the client is told to wait. */
  readonly waits?: true;
};

type How = {
  readonly secret?: string;
  readonly limits?: () => VirtualKey["limits"];
  readonly headers?: { readonly [name: string]: string };
  readonly bodyBytes?: number;
  readonly fails?: GatewayError;
  readonly isFull?: boolean;
  /** Another request of the same key runs. */
  readonly isBusy?: boolean;
  readonly path?: string;
};

const timeout = new GatewayError("upstream_timeout", "The provider took too long: headers timer of 1 ms", {
  fault: "timeout",
});
const refused = {
  status: 404,
  openai: "invalid_request_error",
  anthropic: "not_found_error",
  google: "NOT_FOUND",
} as const;

const rows: readonly Row[] = [
  {
    ...{ code: "invalid_key", status: 401, how: { secret: "hg-unknown" } },
    words: {
      ...{ openai: "authentication_error", anthropic: "authentication_error" },
      ...{ google: "UNAUTHENTICATED", aws: "UnrecognizedClientException" },
    },
  },
  {
    ...{ code: "budget_exceeded", status: 402, how: { limits: () => [governance.limit(budget(10))] } },
    words: {
      ...{ openai: "insufficient_quota", anthropic: "billing_error" },
      ...{ google: "FAILED_PRECONDITION", aws: "ServiceQuotaExceededException" },
    },
  },
  {
    ...{ code: "model_not_found", status: 404, how: { path: "unknown" } },
    words: { ...refused, aws: "ResourceNotFoundException" },
  },
  {
    ...{ code: "body_too_large", status: 413, how: { bodyBytes: 50 } },
    words: {
      ...{ openai: "invalid_request_error", anthropic: "request_too_large" },
      ...{ google: "INVALID_ARGUMENT", aws: "ValidationException" },
    },
  },
  ...[
    { code: "rate_limited", limits: () => [governance.limit(rate(1))] },
    { code: "too_many_concurrent", limits: () => [governance.limit(concurrency(1))] },
  ].map(
    ({ code, limits }): Row => ({
      ...{ code, status: 429, how: { limits, isBusy: true }, waits: true },
      words: {
        ...{ openai: "rate_limit_error", anthropic: "rate_limit_error" },
        ...{ google: "RESOURCE_EXHAUSTED", aws: "ThrottlingException" },
      },
    }),
  ),
  {
    ...{ code: "overloaded", status: 503, how: { isFull: true }, waits: true },
    words: {
      ...{ openai: "server_error", anthropic: "overloaded_error" },
      ...{ google: "UNAVAILABLE", aws: "ServiceUnavailableException" },
    },
  },
  {
    ...{ code: "upstream_timeout", status: 504, how: { fails: timeout } },
    words: {
      ...{ openai: "server_error", anthropic: "timeout_error" },
      ...{ google: "DEADLINE_EXCEEDED", aws: "ModelTimeoutException" },
    },
  },
];

const names = Object.keys(speaking).filter((name): name is Speaking => name in speaking);

for (const row of rows)
  for (const dialect of names)
    for (const stream of [false, true])
      test(`${row.code} is told to clients of ${dialect}${stream ? " that asked for a stream" : ""}`, async () => {
        const { answer, headers, status } = await refuse(dialect, stream, row.how);
        expect([status, headers["x-headgate-error"]]).toEqual([row.status, row.code]);
        expect(headers["content-type"]).toBe("application/json");
        expect(headers["x-request-id"]).toBe("my-request");
        expect(headers["request-id"]).toBe("my-request");
        expect(headers["x-headgate-id"]).toMatch(/^[0-9a-f]{32}$|^i$/);
        expect(headers["x-headgate-attempts"]).toMatch(/^[01]$/);
        if (row.waits) expect(Number(headers["retry-after"])).toBeGreaterThanOrEqual(1);
        else expect(headers).not.toHaveProperty("retry-after");
        if (row.status < 429) expect(headers["x-should-retry"]).toBe("false");
        checkWords(dialect, row, answer, headers);
      });

async function refuse(dialect: Speaking, stream: boolean, how: How) {
  const { journal, ledger } = governance;
  const {
    bodyBytes,
    fails,
    headers = {},
    isBusy = false,
    isFull = false,
    limits = () => [],
    path,
    secret = scratchSecret,
  } = how;
  const key = governance.key(limits());
  const asked = { ...target("p", "m", plainPrice), dialect: spoken(dialect) };
  const settings = isFull ? { maxRunning: 0, maxQueued: 0, queueMs: 1 } : { maxAttempts: 1 };
  const snapshot = snapshotLeadingTo([asked], key, settings);
  const upstream: UpstreamClient = async () => {
    if (isBusy) return new Promise(() => undefined);
    throw fails ?? toGatewayError(new Error("A provider was asked"));
  };
  const infer = scratchPipeline({ ledger, journal, upstream, snapshot: () => snapshot });
  const handle = scratchDataPlane({
    infer,
    snapshot: () => snapshot,
    ...(bodyBytes !== undefined && { maxBodyBytes: bodyBytes }),
  });
  const { body, path: at } = clients[dialect];
  const written = {
    ...body("h".repeat(300), stream),
    ...(path !== undefined && "model" in body("", stream) && { model: path }),
  };
  const named = path === undefined ? at(stream) : at(stream).replace(/\/m(?=[:/])/, `/${path}`);
  const made = () =>
    madeRequest(named, {
      method: "POST",
      headers: { authorization: `Bearer ${secret}`, "x-request-id": "my-request", ...headers },
      body: JSON.stringify(written),
    });
  if (isBusy) void handle(made());
  const answered = await handle(made());
  const parsed = parseJson(await textOf(answered));
  return { answer: isObject(parsed) ? parsed : {}, headers: headersOf(answered), status: answered.status };
}

function checkWords(
  dialect: Speaking,
  { code, status, waits, words }: Row,
  answer: JsonObject,
  headers: { readonly [name: string]: string },
): void {
  switch (dialect) {
    case "openai-chat":
    case "openai-responses":
      expect(answer).toMatchObject({ error: { type: words.openai, code, message: expect.any(String) } });
      break;
    case "anthropic-messages":
      expect(answer).toMatchObject({ type: "error", error: { type: words.anthropic }, request_id: "my-request" });
      break;
    case "gemini": {
      expect(answer).toMatchObject({ error: { code: status, status: words.google } });
      const text = JSON.stringify(answer);
      expect(text).toContain(`"reason":"${code.toUpperCase()}"`);
      expect(text.includes("RetryInfo")).toBe(waits === true);
      break;
    }
    default:
      expect(Object.keys(answer)).toEqual(["message"]);
      expect(headers["x-amzn-errortype"]).toBe(words.aws);
      expect(headers["x-amzn-requestid"]).toBe("my-request");
  }
}
