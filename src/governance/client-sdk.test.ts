import { expect, test } from "bun:test";
import { createSdkReader, traceIdOf } from "./client-sdk";

test("a reader of SDKs knows the user agents of SDKs", () => {
  const clientSdk = createSdkReader();
  for (const [userAgent, sdk] of [
    ["OpenAI/JS 7.57.0", "openai-js 7.57.0"],
    ["AsyncOpenAI/Python 2.8.0", "openai-python 2.8.0"],
    ["Anthropic/Python 0.75.0", "anthropic-python 0.75.0"],
    ["litellm/1.80.0", "litellm 1.80.0"],
    ["claude-cli/2.0.1 (external, cli)", "claude-cli 2.0.1"],
    ["ai-sdk/openai/3.0.1 runtime/node.js/24", "ai-sdk/openai 3.0.1"],
    ["Mozilla", undefined],
    ["", undefined],
  ] as const) {
    expect(clientSdk(userAgent, () => null)).toBe(sdk);
  }
  const headers = new Map([
    ["x-stainless-lang", "js"],
    ["x-stainless-package-version", "7.1.0"],
  ]);
  expect(clientSdk("my-app/1.0", (name) => headers.get(name) ?? null)).toBe("stainless-js 7.1.0");
});

test("traceIdOf() takes well-formed trace parents only", () => {
  const id = "4bf92f3577b34da6a3ce929d0e0e4736";
  expect(traceIdOf(`00-${id}-00f067aa0ba902b7-01`)).toBe(id);
  expect(traceIdOf(`cc-${id}-00f067aa0ba902b7-01-more`)).toBe(id);
  for (const wrong of [
    `ff-${id}-00f067aa0ba902b7-01`,
    `00-${"0".repeat(32)}-00f067aa0ba902b7-01`,
    `00-${id}-1`,
    "",
    null,
  ]) {
    expect(traceIdOf(wrong)).toBeUndefined();
  }
});
