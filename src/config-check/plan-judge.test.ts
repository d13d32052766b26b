import { afterAll, describe, expect, test } from "bun:test";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createCatalog } from "#catalog/catalog";
import { checkConfigFile } from "#config/check";
import type { Environment } from "#config/environment";
import { providerDefinitions } from "#providers/registry";
import { createPlanJudge } from "./plan-judge";

const directory = mkdtempSync(join(tmpdir(), "hg-plan-"));
afterAll(() => rmSync(directory, { recursive: true, force: true }));

const catalog = createCatalog();

/** Warnings without file and place. */
function warningsOf(text: string, environment: Environment = {}): readonly string[] {
  const file = join(directory, "h.yaml");
  writeFileSync(file, text);
  const judge = createPlanJudge(providerDefinitions, catalog, environment);
  const checked = checkConfigFile(file, environment, providerDefinitions, judge);
  if (!checked.ok) throw new Error(checked.errors.join("\n"));
  return checked.warnings.map((warning) => warning.replace(/^.*?h\.yaml:\d+:\d+: /, ""));
}

const providers = `
providers:
  openai: { keys: [{ name: main, value: "sk-long-enough", models: ["gpt-4o*"] }] }
  local:
    { dialect: openai-chat, base_url: "http://127.0.0.1:9/v1", keys: [{ name: k, value: "secret" }], models: [{ id: m }] }`;

describe("createPlanJudge()", () => {
  const routes: readonly (readonly [route: string, warning: string])[] = [
    [
      "targets: [{ model: smart }]",
      '"smart" is this route itself, and routes lead to models alone: name one, provider/model',
    ],
    [
      "targets: [{ model: openai/gpt-4o }], fallbacks: [other]",
      '"other" is an alias, and routes lead to models alone: name one, provider/model',
    ],
    ["targets: [{ model: gpt-99 }]", 'no provider of the file serves "gpt-99"'],
    ["targets: [{ model: openai/o3 }]", 'no key of the provider openai may be used for "o3"'],
    ["targets: [{ model: openai/gpt-image-1 }]", 'openai serves "gpt-image-1" in no way that is spoken here'],
    ["targets: [{ model: openai/gpt-4o-mimi }]", 'openai lists no model "gpt-4o-mimi", did you mean "gpt-4o-mini"?'],
    ["targets: [{ model: local/n }]", 'local lists no model "n", did you mean "m"?'],
    [
      "targets: [{ model: openai/gpt-4o }], fallbacks: [gpt-4o]",
      '"gpt-4o" stands in this route already, and changes nothing here',
    ],
    ["targets: [{ model: local/m, weight: 0 }]", "no target of smart has a weight: its fallbacks serve all"],
  ];
  test.each(routes)("doubts a route with %s", (route, warning) => {
    const others = "{ alias: other, targets: [{ model: local/m }] }";
    expect(warningsOf(`${providers}\nroutes: [{ alias: smart, ${route} }, ${others}]`)).toEqual([warning]);
  });

  test("finds a circle of aliases, also where all providers stand elsewhere", () => {
    const text = "routes: [{ alias: a, targets: [{ model: b }] }, { alias: b, targets: [{ model: a }] }]";
    expect(warningsOf(text)).toHaveLength(2);
  });

  test("says who is never served by what has no price", () => {
    const doubts = (keys: string) =>
      warningsOf(`${providers}
routes: [{ alias: smart, targets: [{ model: openai/gpt-4o }], fallbacks: [local/m] }]
virtual_keys: [${keys}]`);
    const unpriced = (who: string) => [`"local/m" has no price, so hard dollar budgets never let it be asked (${who})`];
    const budget = (more = "") => `budgets: [{ limit_usd: 1, period: 1d${more} }]`;
    expect(doubts(`{ name: ci, ${budget()} }, { name: soft, ${budget(", mode: soft")} }`)).toEqual(unpriced("key ci"));
    expect(doubts(`{ name: ci, models: ["openai/*"], ${budget()} }`)).toEqual([]);
    expect(doubts(`{ name: ci, ${budget(', model: "openai/*"')} }`)).toEqual([]);
    expect(doubts(`{ name: ci, ${budget(', provider: "loc*"')} }`)).toEqual(unpriced("key ci"));
    expect(doubts(`{ name: ci, budgets: [{ limit_tokens: 9, period: 1d }] }`)).toEqual([]);
    const many = ["a", "b", "c", "d", "e"].map((name) => `{ name: ${name}, ${budget()} }`).join(", ");
    expect(doubts(many)).toEqual(unpriced("key a, key b, key c and 2 more"));
  });

  test("doubts patterns that match nothing, and no others", () => {
    const key = (fields: string) => warningsOf(`${providers}\nvirtual_keys: [{ name: ci, ${fields} }]`);
    expect(key('models: ["*", "openai/*", "openai/new-one", "gpt-4o*", "local/m", "o*/x"]')).toEqual([]);
    expect(key('models: ["opnai/*", "gtp-4o"]')).toEqual([
      '"opnai/*" matches no alias and no model of a provider here',
      '"gtp-4o" matches no alias and no model of a provider here',
    ]);
    expect(key('blocked: ["*/gpt-4o", "gpt-4o"]')).toEqual(['"gpt-4o" matches no target here, provider/model']);
    expect(key('endpoints: ["*", "messages*", "passthrough", "chat"]')).toEqual(['"chat" matches no endpoint']);
    expect(key('budgets: [{ limit_usd: 1, period: 1d, model: "opnai/*" }]')).toEqual([
      '"opnai/*" matches no target here, provider/model',
    ]);
    expect(key("rate_limits: [{ concurrent: 1, provider: opnai }]")).toEqual(['"opnai" matches no provider here']);
    expect(warningsOf('providers: { openai: { keys: [{ name: a, value: sk-long, models: ["gtp-*"] }] } }')).toEqual([
      '"gtp-*" matches no known model of openai, so the key a is never used for it',
    ]);
  });

  test("says once what is so in several places", () => {
    const keys = ["a", "b", "c"].map((name) => `{ name: ${name}, models: ["opnai/*"] }`);
    expect(warningsOf(`${providers}\nvirtual_keys: [${keys.join(", ")}]`)).toEqual([
      expect.stringMatching(/^"opnai\/\*" matches no alias .* \(also 6:\d+, 6:\d+\)$/),
    ]);
  });

  test("doubts secrets that can be guessed, without showing them", () => {
    const text = `
providers: { openai: { keys: [{ name: a, value: z }] } }
virtual_keys:
  [{ name: ci, value: qqq }, { name: x, value: hg-change-me-now }, { name: y, value: abababababab }, { name: z, value: hg-3kf8sl2o9dkf }]`;
    const warnings = warningsOf(text);
    expect(warnings).toEqual([
      "the key ci has 3 characters and can be guessed: leave value out, and one is made",
      "the key x has a secret as examples have it and can be guessed: leave value out, and one is made",
      "the key y repeats a few characters and can be guessed: leave value out, and one is made",
      "the key a of openai has one character, too few to be a secret or to be masked",
    ]);
    expect(warnings.join()).not.toMatch(/qqq|change-me|abab/);
  });

  test("says that inference is open, and to whom", () => {
    const open = "auth is optional: whoever reaches the port may ask models";
    expect(warningsOf("settings: { auth: optional }")).toEqual([open]);
    expect(warningsOf("settings: { auth: optional }", { HEADGATE_HOST: "127.0.0.1" })).toEqual([open]);
    const text = 'settings: { auth: optional, public_url: "https://a.example", cors: { origins: ["*"] } }';
    expect(warningsOf(text, { HEADGATE_HOST: "0.0.0.0" })).toEqual([
      `${open}, and HEADGATE_HOST is 0.0.0.0, public_url is set, cors lets pages in`,
    ]);
    expect(warningsOf("settings: { auth: required }", { HEADGATE_HOST: "0.0.0.0" })).toEqual([]);
  });

  test("doubts origins that let in hosts of others", () => {
    const doubts = (origin: string) => warningsOf(`settings: { cors: { origins: ["${origin}"] } }`);
    for (const origin of ["https://*example.com", "http://localhost*"])
      expect(doubts(origin)).toEqual([
        `"${origin}" lets in hosts of others: a * is to stand between dots, or for a port`,
      ]);
    for (const origin of ["*", "null", "https://*.example.com", "http://localhost:*", "https://*.example.com:*"])
      expect(doubts(origin)).toEqual([]);
  });

  test("leaves a file alone that adds to providers which stand elsewhere", () => {
    expect(warningsOf("routes: [{ alias: a, targets: [{ model: openai/gpt-4o }] }]")).toEqual([]);
  });
});
