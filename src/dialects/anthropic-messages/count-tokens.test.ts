import { describe, expect, test } from "bun:test";
import { inputTotal } from "#core/usage";
import { parseJson } from "#lib/json";
import { estimateInputTokens } from "../estimate-input";
import { parseEvents, type Recording, readRecordings } from "../fixtures/recordings";
import { decodeCountRequest } from "./decode-request";
import { meterResponse } from "./decode-response";
import { createStreamMeter } from "./meter-stream";

const recordings = readRecordings(["anthropic"], "messages").filter((each) => each.request);

describe("estimateInputTokens()", () => {
  const request = (fields: object) =>
    decodeCountRequest({ model: "m", messages: [{ role: "user", content: "x".repeat(350) }], ...fields });

  test("counts text by its bytes, and tools with the prompt that they bring", () => {
    const plain = estimateInputTokens(request({}), "claude-x");
    expect(plain).toBe(108);
    expect(estimateInputTokens(request({ system: "é".repeat(175) }), "claude-x")).toBe(211);
    const tools = [{ name: "f", input_schema: {} }];
    expect(estimateInputTokens(request({ tools }), "claude-x")).toBeGreaterThan(plain + 400);
    expect(estimateInputTokens(request({ tools }), "gpt-x")).toBeLessThan(plain + 30);
  });

  test("is near what Anthropic counted on recorded requests", () => {
    const ratios = recordings
      .flatMap((recording) => {
        const usage = usageOf(recording);
        const estimate = estimateInputTokens(decodeCountRequest(recording.request ?? null), "claude");
        return usage ? [estimate / inputTotal(usage)] : [];
      })
      .sort((a, b) => a - b);
    const median = ratios[Math.floor(ratios.length / 2)];
    const [lowest, highest] = [ratios[0], ratios.at(-1)];
    process.stdout.write(
      `estimate ÷ counted: median ${median?.toFixed(2)}, from ${lowest?.toFixed(2)} to ${highest?.toFixed(2)}\n`,
    );
    expect(median).toBeGreaterThan(0.8);
    expect(median).toBeLessThan(1.25);
  });
});

function usageOf({ answer, stream }: Recording) {
  if (!stream) return meterResponse(parseJson(answer))?.usage;
  const meter = createStreamMeter();
  for (const event of parseEvents(answer)) meter.push(event);
  return meter.facts().usage;
}
