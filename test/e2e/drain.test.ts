import { expect, test } from "bun:test";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pick } from "../harness/pick.ts";
import { readAllSse } from "../harness/read-sse.ts";
import { startHeadgate } from "../harness/start-headgate.ts";
import { waitUntil } from "../harness/wait-until.ts";
import { ask, pairs, startPair, textOf } from "./start-pair.ts";

const dataDir = mkdtempSync(join(tmpdir(), "headgate-drain-"));

test("answers that outlast --drain-timeout end with an error in their dialect, and are recorded as cut", async () => {
  const { gateway, provider } = await startPair({ dataDir, flags: ["--drain-timeout", "300ms"] });
  await provider.script({
    times: 0,
    match: { contains: "[[words:50]]" },
    answer: { kind: "default", cutAfter: 6, ending: "stall" },
  });
  await provider.script({ times: 0, answer: { kind: "never" } });
  const streams = await Promise.all(
    pairs.map(({ path, model }) => gateway.post(path, ask(model, "[[words:50]]", { stream: true }))),
  );
  const whole = gateway.post(pairs[0].path, ask(pairs[0].model, "whole"));
  await waitUntil("all calls to the provider", async () => (await provider.log()).length === streams.length + 1);
  const stopped = gateway.stop();
  for (const response of streams) {
    const { events, error } = await readAllSse(response);
    expect(error).toBeUndefined();
    expect(textOf(events.slice(0, -1).map((event) => JSON.parse(event.data)))).toContain("word0");
    expect(pick(JSON.parse(events.at(-1)?.data ?? "null"), "error.message")).toContain("shut down");
  }
  expect((await whole).headers.get("x-headgate-error")).toBe("draining");
  await stopped;

  const again = await startHeadgate({ dataDir });
  try {
    const logs: unknown = await (await again.admin("GET", "/api/logs?limit=10")).json();
    const records = pick(logs, "data");
    const seen = Array.isArray(records)
      ? records.map((record) => [pick(record, "outcome"), pick(record, "error_code")])
      : [];
    expect(seen).toHaveLength(5);
    expect(seen.filter(([outcome, code]) => outcome === "cut" && code === "draining")).toHaveLength(4);
    expect(seen.filter(([outcome, code]) => outcome === "error" && code === "draining")).toHaveLength(1);
  } finally {
    await again.stop();
    rmSync(dataDir, { recursive: true, force: true });
  }
}, 240_000);
