import { askedOutput } from "./asked-output";
import type { Model, Price } from "./schema.gen";
import { streamed } from "./stream-chat";

/** The gateway's own bounds: see "The worst case" in its documentation of metering. */
const templateTokens = 128;
const toolTemplateTokens = 1024;
const imageTokens = 65_536;

type Defaults = { readonly default_max_output_tokens: number; readonly default_context_tokens: number };

/**
 * The most dollars that one request can cost, wherever it is served: each byte of it a token at the dearest rate of input,
 * each answer as long as it may get at the dearest rate of output. Undefined where the price of a model is unknown.
 */
export function worstCaseUsd(body: object, reached: readonly Model[], defaults: Defaults): number | undefined {
  const costs = reached.map((model) => costAt(body, model, defaults));
  return costs.reduce<number | undefined>(
    (most, cost) => (most === undefined || cost === undefined ? undefined : Math.max(most, cost)),
    0,
  );
}

function costAt(body: object, { price, context, max_output: longest }: Model, defaults: Defaults): number | undefined {
  if (price === undefined) return undefined;
  const { bytes, images, tools } = sizesOf(body);
  const { limit, answers } = askedOutput(body);
  const beyondText = Math.min(context ?? defaults.default_context_tokens, images * imageTokens);
  const input = bytes + templateTokens + (tools ? toolTemplateTokens : 0) + beyondText;
  const output = answers * (limit ?? longest ?? defaults.default_max_output_tokens);
  const rates = [price, ...(price.hours ?? [])].flatMap((each) => ratesUpTo(each, input));
  const dearest = (names: readonly RateName[]) =>
    Math.max(0, ...rates.flatMap((each) => names.map((name) => Number(each[name] ?? 0))));
  const fixed = Math.max(...[price, ...(price.hours ?? [])].map((each) => Number(each.per_request ?? 0)));
  return (input * dearest(inputRates) + output * dearest(outputRates)) / 1e6 + fixed;
}

type Rates = NonNullable<Price["context_tiers"]>[number] | Omit<Price, "source" | "version">;
type RateName = (typeof inputRates)[number] | (typeof outputRates)[number];

const inputRates = ["input", "cache_read", "cache_write", "cache_write_1h", "input_audio", "input_image"] as const;
const outputRates = ["output", "reasoning", "output_audio", "output_image"] as const;

function ratesUpTo(price: Pick<Price, RateName | "context_tiers">, input: number): readonly Pick<Rates, RateName>[] {
  return [price, ...(price.context_tiers ?? []).filter(({ above }) => input > above)];
}

/** Images are counted by their number and not by their bytes. */
function sizesOf(body: object) {
  let images = 0;
  const text = JSON.stringify(streamed(body), (_, value: unknown) => {
    if (typeof value !== "string" || !value.startsWith("data:image/")) return value;
    images += 1;
    return value.slice(0, value.indexOf(",") + 1);
  });
  return {
    images,
    bytes: new TextEncoder().encode(text).length,
    tools: ["tools", "toolConfig", "functions"].some((name) => Reflect.has(body, name)),
  };
}
