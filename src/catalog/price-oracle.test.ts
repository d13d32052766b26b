import { afterAll, expect, test } from "bun:test";
import { spawnSync } from "node:child_process";
import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { costOf } from "#core/cost";
import type { Price, Rates } from "#core/money";
import { priceAt } from "#core/price";
import { noUsage, type TokenClass, type Usage, usageClasses } from "#core/usage";
import { tryParseJson } from "#lib/json";
import { createCatalog } from "./catalog";

/**
 * What others reckon: the Python package genai-prices as an oracle of the arithmetic alone, and LiteLLM's table as one of the
 * rates. Fetched from PyPI, and so in the full run alone; where that cannot be reached it says so.
 */
const isFull = process.env.HEADGATE_TEST_FULL === "1";
const folder = mkdtempSync(join(tmpdir(), "headgate-oracle-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const script = join(import.meta.dir, "fixtures", "price-oracle.py");

function python(args: readonly string[], input = ""): string | undefined {
  const env = { ...process.env, PYTHONPATH: folder };
  const ran = spawnSync("python3", args, { input, env, encoding: "utf8", maxBuffer: 64 * 1024 * 1024 });
  if (ran.status === 0) return ran.stdout;
  process.stderr.write(`price-oracle: skipped, ${(ran.stderr || String(ran.error)).trim().split("\n").at(-1)}\n`);
  return undefined;
}

const names = {
  input: "input_mtok",
  cacheRead: "cache_read_mtok",
  cacheWrite: "cache_write_mtok",
  cacheWrite1h: "cache_write_1h_mtok",
  inputAudio: "input_audio_mtok",
  inputImage: "input_image_mtok",
  output: "output_mtok",
  reasoning: "output_reasoning_mtok",
  outputAudio: "output_audio_mtok",
  outputImage: "output_image_mtok",
} as const satisfies { readonly [name in TokenClass]: string };

test.skipIf(!isFull)(
  "costOf() agrees with genai-prices on 300 usages over all classes and context tiers",
  () => {
    if (python(["-m", "pip", "install", "-q", "--target", folder, "genai-prices"]) === undefined) return;
    const random = seeded(7);
    const cases = Array.from({ length: 300 }, () => randomCase(random));
    const lines = cases.map(({ price, usage }) =>
      JSON.stringify({ price: inTheirWords(price), usage: theirUsage(usage) }),
    );
    const answered = python([script], `${lines.join("\n")}\n`)
      ?.trim()
      .split("\n");
    expect(answered?.length).toBe(300);
    for (const [index, { price, usage }] of cases.entries()) {
      // Ours is rounded up to a nano-dollar.
      const theirs = Math.ceil(Number((Number(answered?.[index]) * 1e9).toPrecision(14)));
      expect(Math.abs(costOf(usage, price) - theirs)).toBeLessThanOrEqual(1);
    }
  },
  600_000,
);

test.skipIf(!isFull)(
  "the catalog has the rates of LiteLLM's table wherever that cites a page",
  () => {
    if (python(["-m", "pip", "download", "-q", "--no-deps", "-d", folder, "litellm"]) === undefined) return;
    const wheel = readdirSync(folder).find((file) => file.startsWith("litellm-")) ?? "";
    const catalog = createCatalog();
    let agreed = 0;
    const differing: string[] = [];
    for (const line of (python([script, join(folder, wheel)]) ?? "").trim().split("\n")) {
      const row = tryParseJson(line);
      if (!Array.isArray(row)) continue;
      const [provider, model, input, output] = row;
      const price = priceAt(catalog.find(String(provider), String(model))?.prices, Date.now());
      if (price === undefined) continue;
      if (near(price.input, Number(input)) && near(price.output, Number(output))) agreed++;
      else differing.push(`${provider}/${model}: ${price.input}, ${price.output} here, ${input}, ${output} there`);
    }
    process.stderr.write(differing.map((line) => `price-oracle: ${line}\n`).join(""));
    // Their table moves on with every day: what differs is printed, and most has to agree.
    expect(agreed).toBeGreaterThan(200);
    expect(differing.length).toBeLessThan(agreed / 10);
  },
  600_000,
);

function near(ours: number, theirs: number): boolean {
  return Math.abs(ours - theirs) <= Math.max(1, theirs / 100);
}

/** Theirs wants a price for every pair of kinds that could meet, such as audio read from a cache: each case has one kind. */
const kinds = [
  ["input", "cacheRead", "cacheWrite", "cacheWrite1h", "output", "reasoning"],
  ["input", "inputAudio", "inputImage", "output", "outputAudio", "outputImage"],
] as const satisfies readonly (readonly TokenClass[])[];

function randomCase(random: () => number): { readonly price: Price; readonly usage: Usage } {
  const classes = random() < 0.5 ? kinds[0] : kinds[1];
  const rate = () => Math.floor(random() * 90_000_000) + 1;
  const rates = (): Rates => {
    const { input, output, ...others } = ratesOf(classes, rate);
    return { input: input ?? 1, output: output ?? 1, ...others };
  };
  const contextTiers = random() < 0.5 ? [{ aboveTokens: 200_000, rates: rates() }] : [];
  const price: Price = { version: "test", ...rates(), ...(contextTiers.length > 0 && { contextTiers }) };
  const usage = { ...noUsage };
  for (const name of classes) usage[name] = random() < 0.3 ? 0 : Math.floor(random() ** 3 * 200_000);
  return { price, usage };
}

function ratesOf(classes: readonly TokenClass[], rate: () => number): Partial<Rates> {
  return Object.fromEntries(classes.map((name) => [name, rate()]));
}

function inTheirWords({ contextTiers = [], ...price }: Price) {
  const dollars = (micro: number) => String(micro / 1e6);
  return Object.fromEntries(
    usageClasses.flatMap((name): readonly (readonly [string, unknown])[] => {
      if (price[name] === undefined) return [];
      const base = dollars(price[name] ?? 0);
      if (contextTiers.length === 0) return [[names[name], base]];
      const tiers = contextTiers.map(({ aboveTokens, rates }) => ({
        start: aboveTokens,
        price: dollars(rates[name] ?? 0),
      }));
      return [[names[name], { base, tiers }]];
    }),
  );
}

/** Theirs counts parts inside their whole. */
function theirUsage(usage: Usage): { readonly [name: string]: number } {
  const sum = (classes: readonly TokenClass[]) => classes.reduce((total, name) => total + usage[name], 0);
  return {
    input_tokens: sum(["input", "cacheRead", "cacheWrite", "cacheWrite1h", "inputAudio", "inputImage"]),
    cache_read_tokens: usage.cacheRead,
    cache_write_tokens: usage.cacheWrite + usage.cacheWrite1h,
    cache_write_5m_tokens: usage.cacheWrite,
    cache_write_1h_tokens: usage.cacheWrite1h,
    input_audio_tokens: usage.inputAudio,
    input_image_tokens: usage.inputImage,
    output_tokens: sum(["output", "reasoning", "outputAudio", "outputImage"]),
    output_reasoning_tokens: usage.reasoning,
    output_audio_tokens: usage.outputAudio,
    output_image_tokens: usage.outputImage,
  };
}

/** Mulberry32: the same numbers for the same seed. */
function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
}
