import { afterAll, describe, expect, test } from "bun:test";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { dialectNames } from "#dialects/registry";
import { providerDefinitions } from "#providers/registry";
import { checkConfigFile, readConfigFile } from "./check";

const directory = mkdtempSync(join(tmpdir(), "hg-check-"));
afterAll(() => rmSync(directory, { recursive: true, force: true }));

function write(text: string): string {
  const file = join(directory, "h.yaml");
  writeFileSync(file, text);
  return file;
}

function errorsOf(text: string, environment = {}): readonly string[] {
  const checked = checkConfigFile(write(text), environment, providerDefinitions);
  return checked.ok ? [] : checked.errors.map((error) => error.replace(`${directory}/`, ""));
}

describe("checkConfigFile()", () => {
  test("says what a start would do, without a secret", () => {
    const text = `
settings: { retention_days: 3 }
providers: { openai: { keys: [{ name: a, value: canary-secret }] } }
routes: [{ alias: smart, targets: [{ model: openai/gpt-4o }, { model: nobody/x }] }]
virtual_keys: [{ name: ci, budgets: [{ limit_usd: 1, period: 1m }] }]`;
    const checked = checkConfigFile(write(text), {}, providerDefinitions);
    expect(checked).toMatchObject({
      ok: true,
      summary: [
        "providers: openai (1 key)",
        "routes: smart → openai/gpt-4o, nobody/x",
        "limits: key ci ($1 per 1m)",
        "virtual keys: ci; 1 to be generated",
        "settings: retention_days = 3",
      ],
    });
    const warnings = checked.ok ? checked.warnings.join("\n") : "";
    expect(warnings).toContain("period 1m means a minute; a month is 1mo");
    expect(warnings).toContain('no provider of the file serves "nobody/x"');
    expect(JSON.stringify(checked)).not.toContain("canary-secret");
  });

  test("says which limits it would enforce, and doubts what cannot be meant", () => {
    const text = `
customers: [{ name: acme, budgets: [{ limit_tokens: 5000, period: none, mode: soft }] }]
teams: [{ name: search, customer: akme, budgets: [{ limit_usd: 500, period: 1mo }] }]
limits: [{ name: big, model: gpt-4o, rate_limits: [{ concurrent: 0 }, { tokens: 9, per: 1h }] }]
virtual_keys:
  - { name: ci, value: "0123456789", team: serch, customer: acme, budgets: [{ limit_usd: 0, period: 1d, model: "openai/*" }] }`;
    const checked = checkConfigFile(write(text), {}, providerDefinitions);
    if (!checked.ok) throw new Error(checked.errors.join());
    const shown = [
      "customer acme (5000 tokens prepaid soft)",
      "team search ($500 per 1mo)",
      "limit big (0 concurrent; 9 tokens per 1h)",
      "key ci ($0 per 1d of openai/*)",
    ];
    expect(checked.summary).toContain(`limits: ${shown.join(", ")}`);
    expect(checked.warnings.map((warning) => warning.replace(`${directory}/`, ""))).toEqual([
      'h.yaml:4:23: "gpt-4o" matches no target: write provider/gpt-4o or */gpt-4o',
      "h.yaml:4:52: a limit of 0 admits nothing (also 6:77)",
      'h.yaml:3:25: the file declares no customer "akme": without one it is a label, no limit',
      'h.yaml:6:38: the file declares no team "serch": without one it is a label, no limit',
    ]);
  });

  test("names what is wrong beyond the schema, with its place", () => {
    expect(errorsOf("providers: { mine: {} }")).toEqual([
      `h.yaml:1:14: providers.mine: is not a provider that Headgate knows: set dialect (${dialectNames.join(" or ")})`,
    ]);
    expect(errorsOf("providers: { mine: { dialect: openai-chat } }")).toEqual([
      "h.yaml:1:14: providers.mine: is not a provider that Headgate knows: set base_url",
    ]);
    const keys = "virtual_keys: [{ name: a, value: same-secret }, { name: b, value: same-secret }]";
    expect(errorsOf(keys)).toEqual(['h.yaml:1:60: virtual_keys[1].value: is the same secret as that of "a"']);
  });

  const references: readonly (readonly [value: string, message: string])[] = [
    ["env:NOT_SET", "environment variable NOT_SET is not set"],
    ["env:EMPTY", "environment variable EMPTY is empty"],
    ["env:LINES", "environment variable LINES holds a space, a line break or a character beyond ASCII"],
    ["env:HEADGATE_MASTER_KEY", "environment variable HEADGATE_MASTER_KEY is Headgate's own and cannot be used here"],
    ["file:nope", `file ${directory}/nope cannot be read (ENOENT)`],
    ["vault:a#b", "vault: references are not supported in this version"],
    ["gcp-sm:a/b", "gcp-sm: references are not supported in this version"],
    ["keychain:openai", "keychain: references are not supported in this version"],
    ...[
      "os.environ/OPENAI_KEY",
      `$\{OPENAI_KEY}`,
      `$\{OPENAI_KEY:-none}`,
      `$\{env:OPENAI_KEY}`,
      "$OPENAI_KEY",
      "%OPENAI_KEY%",
      "env.OPENAI_KEY",
      "process.env.OPENAI_KEY",
      "{{ secrets.OPENAI_KEY }}",
    ].map((value) => [value, `${value} is no reference here and no secret: write env:OPENAI_KEY`] as const),
  ];
  for (const [value, message] of references) {
    test(`refuses ${value}`, () => {
      const environment = { EMPTY: " ", LINES: "canary\nline", HEADGATE_MASTER_KEY: "canary" };
      const text = `providers: { openai: { keys: [{ name: a, value: "${value}" }] } }`;
      const checked = checkConfigFile(write(text), environment, providerDefinitions);
      expect(checked).toEqual({
        ok: false,
        errors: [`${directory}/h.yaml:1:42: providers.openai.keys[0].value: ${message}`],
      });
    });
  }
});

test("checkConfigFile() takes no secret for a reference", () => {
  for (const value of ["sk-proj-abc_DEF", "AIzaSy-x.y", "id.secret", "0b1c:2d3e", "$2y$10$abc", "a%b%c", "sk:X"]) {
    const text = `providers: { openai: { keys: [{ name: a, value: "${value}" }] } }`;
    expect([value, checkConfigFile(write(text), {}, providerDefinitions).ok]).toEqual([value, value !== "sk:X"]);
  }
});

test("checkConfigFile() says that a base URL ends in an endpoint's path, and how it should read", () => {
  for (const [url, rest] of [
    ["http://127.0.0.1:1/v1/chat/completions", "http://127.0.0.1:1/v1"],
    ["http://127.0.0.1:1/v1/Chat/Completions/", "http://127.0.0.1:1/v1"],
    ["http://127.0.0.1:1/v1/messages", "http://127.0.0.1:1/v1"],
    ["http://127.0.0.1:1/anthropic/v1/messages/count_tokens", "http://127.0.0.1:1/anthropic/v1"],
    ["http://127.0.0.1:1/completions", "http://127.0.0.1:1"],
    ["http://127.0.0.1:1/embeddings", "http://127.0.0.1:1"],
    ["http://127.0.0.1:1/v1/models", "http://127.0.0.1:1/v1"],
    ["http://127.0.0.1:1/v1beta/models/", "http://127.0.0.1:1/v1beta"],
    ["http://127.0.0.1:1/v1", undefined],
    ["http://127.0.0.1:1/openai", undefined],
    // As Azure has it.
    ["http://127.0.0.1:1/models", undefined],
  ] as const) {
    const text = `providers: { mine: { dialect: openai-chat, base_url: "${url}", keys: [{ name: a, value: b }] } }`;
    const checked = checkConfigFile(write(text), {}, providerDefinitions);
    const told = checked.ok
      ? checked.warnings.filter((warning) => warning.includes("base_url ends in"))
      : checked.errors;
    expect(told).toEqual(rest === undefined ? [] : [expect.stringMatching(new RegExp(`added to it: write ${rest}$`))]);
  }
});

test("readConfigFile() resolves env: and file: references", () => {
  writeFileSync(join(directory, "secret"), "from-file\n");
  const text = 'providers: { openai: { keys: [{ name: a, value: "env:A" }, { name: b, value: "file:secret" }] } }';
  const read = readConfigFile(write(text), { A: "from-env" }, providerDefinitions);
  const keys = read.ok ? read.entries.providers[0]?.keys : [];
  expect(keys?.map(({ secret, reference }) => [secret, reference])).toEqual([
    ["from-env", "env:A"],
    ["from-file", "file:secret"],
  ]);
});
