import { expect, test } from "bun:test";
import type { JsonObject } from "#lib/json";
import { reasoningAsked } from "./reasoning-asked";

const cases: readonly (readonly [fields: JsonObject, asked: boolean | undefined])[] = [
  [{}, undefined],
  [{ reasoning_effort: "high" }, true],
  [{ reasoning_effort: "minimal" }, true],
  [{ reasoning_effort: "none" }, false],
  [{ reasoning_effort: null }, undefined],
  [{ reasoning: { effort: "low" } }, true],
  [{ reasoning: { max_tokens: 2000 } }, true],
  [{ reasoning: { max_tokens: 0 } }, false],
  [{ reasoning: { enabled: false } }, false],
  [{ reasoning: { exclude: true } }, undefined],
  [{ thinking: { type: "enabled", budget_tokens: 1024 } }, true],
  [{ thinking: { type: "adaptive" } }, true],
  [{ thinking: { type: "disabled" } }, false],
  [{ output_config: { effort: "medium" } }, true],
  [{ enable_thinking: false }, false],
  [{ chat_template_kwargs: { enable_thinking: true } }, true],
  [{ chat_template_kwargs: { thinking: false } }, false],
  [{ reasoning: "yes", thinking: 7, chat_template_kwargs: [] }, undefined],
];
for (const [fields, asked] of cases) {
  test(`reasoningAsked() is ${asked} for ${JSON.stringify(fields)}`, () => {
    expect(reasoningAsked(fields)).toBe(asked);
  });
}
