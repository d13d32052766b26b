import { expect, test } from "bun:test";
import { GatewayError } from "#core/errors";
import { target, used } from "#governance/fixtures/scratch-governance";
import { AttemptFailure } from "#routing/attempt";
import { AttemptLog } from "./attempt-log";

test("AttemptLog notes attempts in their order, what came of each, and the time they took together", () => {
  let nowMs = 5;
  const log = new AttemptLog({ monotonicMs: () => nowMs }, 2);
  const first = log.begin(target("a", "m"));
  nowMs = 35.4;
  first.end(503, 20.2);
  const failure = new AttemptFailure(new GatewayError("upstream_error", "busy"), "unavailable");
  first.failed(failure, { usage: used(3, 0), cost: 3000 });
  first.next("fallback: unavailable");
  const second = log.begin(target("b", "m"));
  nowMs = 105;
  second.end(undefined, undefined);
  expect(log.records()).toEqual([
    {
      ...{ provider: "a", model: "m", providerKey: "main", startMs: 3, durationMs: 30, status: 503, latencyMs: 20 },
      ...{ error: "upstream_error", errorClass: "unavailable", next: "fallback: unavailable" },
      ...{ usage: used(3, 0), cost: 3000 },
    },
    { provider: "b", model: "m", providerKey: "main", startMs: 33, durationMs: 70 },
  ]);
  expect(log.durationMs()).toBe(100);
});
