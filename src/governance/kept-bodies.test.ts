import { expect, test } from "bun:test";
import { BlockPool } from "#journal/packed-bytes";
import { settingsOf } from "./fixtures/scratch-governance";
import { keepBodies } from "./kept-bodies";

const inference = { header: () => null };
const settings = settingsOf({ contentLogging: "full" });
const pool = new BlockPool();
const event = (index: number) =>
  Buffer.from(`data: {"choices":[{"index":0,"delta":{"content":" word ${index}"}}]}\n\n`);

for (const [how, everyMs] of [
  ["fast", 1],
  ["slow", 250],
] as const) {
  test(`keepBodies() keeps both bodies of a ${how} stream up to their limits, however long it lasts`, () => {
    let nowMs = 0;
    const body = Buffer.from(JSON.stringify({ messages: "say much ".repeat(150_000) }));
    const kept = keepBodies(body, inference, undefined, settings, { clock: { monotonicMs: () => nowMs }, pool });
    const answer: Buffer[] = [];
    for (let index = 0; index < 5000; index++) {
      nowMs += everyMs;
      answer.push(event(index));
      kept?.addAnswer(event(index));
    }
    const whole = Buffer.concat(answer);
    const content = kept?.content(whole.length);
    expect(content?.requestBytes).toBe(body.length);
    expect(content?.responseBytes).toBe(whole.length);
    expect(Buffer.compare(content?.request ?? body, body.subarray(0, 1024 * 1024))).toBe(0);
    expect(Buffer.compare(content?.response ?? body, whole.subarray(0, 256 * 1024))).toBe(0);
  });
}

test("keepBodies() keeps the request alone where there was no answer, and nothing where less is asked for", () => {
  const body = Buffer.from("{}");
  const keeping = { clock: { monotonicMs: () => 0 }, pool };
  expect(keepBodies(body, inference, undefined, settings, keeping)?.content(0)).toEqual({
    request: body,
    requestBytes: 2,
  });
  expect(keepBodies(body, { header: () => "metadata" }, undefined, settings, keeping)).toBeUndefined();
});
