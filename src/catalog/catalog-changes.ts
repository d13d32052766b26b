import { isObject, type JsonObject, tryParseJson } from "#lib/json";
import type { CatalogLines } from "./read-catalog";

/** What another catalog would change, by `provider/model` in order. */
export type CatalogChanges = {
  readonly added: readonly string[];
  readonly removed: readonly string[];
  readonly changed: readonly ChangedModel[];
};

export type ChangedModel = {
  readonly model: string;
  /** Such as `output $10 to $12`, in dollars per million tokens. */
  readonly what: readonly string[];
};

export function catalogChanges(before: CatalogLines, next: CatalogLines): CatalogChanges {
  const changed: ChangedModel[] = [];
  for (const [model, facts] of next) {
    const old = before.get(model);
    if (old !== undefined && old !== facts) changed.push({ model, what: differences(old, facts) });
  }
  return {
    added: [...next.keys()].filter((model) => !before.has(model)).sort(),
    removed: [...before.keys()].filter((model) => !next.has(model)).sort(),
    changed: changed.sort((a, b) => (a.model < b.model ? -1 : 1)),
  };
}

const rateNames = ["input", "output", "cacheRead", "cacheWrite", "reasoning"] as const;
const limitNames = ["contextTokens", "maxOutputTokens", "mode"] as const;

function differences(before: string, next: string): readonly string[] {
  const [a, b] = [objectIn(before), objectIn(next)];
  const [oldPrice, price] = [priceIn(a), priceIn(b)];
  const found = [
    ...rateNames.flatMap((name) => difference(name, dollars(oldPrice[name]), dollars(price[name]))),
    ...limitNames.flatMap((name) => difference(name, shown(a[name]), shown(b[name]))),
  ];
  return found.length === 0 ? ["other facts"] : found;
}

function difference(name: string, before: string, next: string): readonly string[] {
  return before === next ? [] : [`${name} ${before} to ${next}`];
}

function objectIn(json: string): JsonObject {
  const value = tryParseJson(json);
  return isObject(value) ? value : {};
}

/** The price of today. */
function priceIn({ prices }: JsonObject): JsonObject {
  const first = Array.isArray(prices) ? prices[0] : undefined;
  return isObject(first) && isObject(first.price) ? first.price : {};
}

function dollars(rate: unknown): string {
  return typeof rate === "number" ? `$${rate / 1e6}` : "none";
}

function shown(value: unknown): string {
  return value === undefined ? "unknown" : String(value);
}
