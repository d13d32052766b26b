import { expect, test } from "bun:test";
import { GatewayError } from "#core/errors";
import type { Target } from "#core/target";
import { AttemptFailure, attemptTargets, type NextStep, nextStepFor } from "./attempt";

const providers = new Map<string, Target["provider"]>();
function target(name: string): Target {
  const [id = "", model = "", key = ""] = name.split(/[/#]/);
  const provider: Target["provider"] = providers.get(id) ?? {
    id,
    baseUrl: "",
    auth: "none",
    dialects: [],
    headers: {},
    quirks: [],
    keys: [],
    timeouts: { connectMs: 1, headersMs: 1, firstTokenMs: 1, idleMs: 1, totalMs: 1 },
    retries: { max: 0, backoffInitialMs: 1, backoffMaxMs: 1 },
    models: new Map(),
    allowPrivateNetwork: false,
  };
  providers.set(id, provider);
  return {
    provider,
    model,
    facts: undefined,
    dialect: { name: "openai-chat", path: "" },
    key: { id: key, name: key, secret: "", weight: 1 },
  };
}

/** Runs a plan whose targets fail as told (`ok` answers); gives the names tried and the answer or error. */
async function run(script: Readonly<Record<string, NextStep | "ok" | "crash">>) {
  const tried: string[] = [];
  const names = Object.keys(script);
  const outcome = await attemptTargets(
    names.map(target),
    async ({ provider, model, key }) => {
      const name = `${provider.id}/${model}#${key.name}`;
      tried.push(name);
      const says = script[name];
      if (says === "ok") return `answer of ${name}`;
      if (says === "crash") throw new RangeError("a bug");
      throw new AttemptFailure(new GatewayError("upstream_error", `failure of ${name}`), says ?? "never");
    },
    new AbortController().signal,
  ).catch((error: unknown) => error);
  return { tried, outcome };
}

test("attemptTargets() stops at the first answer", async () => {
  expect(await run({ "a/x#1": "ok", "b/x#1": "ok" })).toEqual({ tried: ["a/x#1"], outcome: "answer of a/x#1" });
});

test("attemptTargets() tries another key when the key was at fault", async () => {
  expect((await run({ "a/x#1": "next-key", "a/x#2": "ok" })).tried).toEqual(["a/x#1", "a/x#2"]);
});

test("attemptTargets() leaves a failing provider's other keys alone", async () => {
  expect((await run({ "a/x#1": "next-target", "a/x#2": "ok", "b/x#1": "ok" })).tried).toEqual(["a/x#1", "b/x#1"]);
});

test("attemptTargets() gives up at once when the request was at fault", async () => {
  const { tried, outcome } = await run({ "a/x#1": "never", "b/x#1": "ok" });
  expect(tried).toEqual(["a/x#1"]);
  expect(outcome).toBeInstanceOf(GatewayError);
});

test("attemptTargets() throws the last failure when nothing answers", async () => {
  const { outcome } = await run({ "a/x#1": "next-target", "b/x#1": "next-key" });
  expect(outcome).toHaveProperty("message", "failure of b/x#1");
});

test("attemptTargets() lets a bug through", async () => {
  expect((await run({ "a/x#1": "crash", "b/x#1": "ok" })).outcome).toBeInstanceOf(RangeError);
});

test.each([
  [400, "never"],
  [401, "next-key"],
  [403, "next-key"],
  [404, "next-target"],
  [408, "next-target"],
  [413, "never"],
  [422, "never"],
  [429, "next-key"],
  [500, "next-target"],
  [529, "next-target"],
] as const)("nextStepFor(%p) is %p", (status, step) => expect(nextStepFor(status)).toBe(step));
