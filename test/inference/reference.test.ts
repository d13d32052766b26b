import { expect, test } from "bun:test";
import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { errorTable } from "#core/errors";
import { headerPrefixes, headerRows } from "#dialects/gateway-header-table";
import { dialects } from "#dialects/registry";
import { clientBasePaths } from "#http/client-bases";
import { clientKey } from "#http/client-key";
import { headerLines } from "#http/response";
import { createRouter } from "#http/routes";
import { clientHeaders } from "#providers/auth/headers";

const page = (name: string) =>
  readFileSync(fileURLToPath(new URL(`../../docs/reference/${name}`, import.meta.url)), "utf8");
const router = createRouter(dialects);
const errors = page("errors.md");
const http = page("http.md");

test("errors.md has the rows of the error table, each with a reason", () => {
  const rows = tableUnder(errors, "Codes").map(([code = "", status, source, retry]) => [
    code.replace(" ¹", ""),
    { status: Number(status), source, retryable: retry === "yes" },
  ]);
  expect(Object.fromEntries(rows)).toEqual({ ...errorTable });
  for (const row of tableUnder(errors, "Codes")) expect(row[4]?.length, row[0]).toBeGreaterThan(10);
});

test("errors.md marks as reserved the codes that nothing raises, and no other", () => {
  const folder = fileURLToPath(new URL("../../src/", import.meta.url));
  const isProduct = (name: string) => name.endsWith(".ts") && !/\.test\.ts$|(?:^|\/)fixtures\//.test(name);
  const source = readdirSync(folder, { recursive: true, encoding: "utf8" })
    .filter(isProduct)
    .map((name) => readFileSync(folder + name, "utf8"))
    .join("\n");
  const raised = (code: string) => new RegExp(`GatewayError\\(\\s*"${code}"`).test(source);
  const silent = Object.keys(errorTable).filter((code) => !raised(code));
  const marked = tableUnder(errors, "Codes").flatMap(([code = ""]) => (code.endsWith(" ¹") ? [code.slice(0, -2)] : []));
  expect(marked).toEqual(silent);
});

test("http.md has every path, and no other", () => {
  const told = tableUnder(http, "Paths").flatMap(([endpoint = "", paths = "", dialect, prefixes = ""]) =>
    ["", ...quoted(prefixes)].flatMap((prefix) =>
      ["", "/v1"].flatMap((version) =>
        quoted(paths).map((path) => ({
          path: `${prefix}${version}${path}`,
          method: paths.split(" ")[0] ?? "",
          endpoint,
          dialect,
        })),
      ),
    ),
  );
  for (const { method, path, endpoint, dialect } of told) {
    const match = router.match(method, path.replace("{id}", "some/model"));
    const found = match.kind === "inference" ? match.endpoint : match.kind;
    expect([found, "dialect" in match ? match.dialect : undefined], path).toEqual([endpoint, dialect]);
  }
  const listed = new Set(told.map(({ path }) => path));
  const health = [
    "/healthz",
    "/livez",
    "/health",
    "/health/liveliness",
    "/health/liveness",
    "/readyz",
    "/health/readiness",
    "/ping",
    "/v1/health",
  ];
  const bases = ["/anthropic", "/bedrock", ...(dialects.gemini?.prefixes ?? []), "/cohere"];
  const lists = bases.flatMap((base) => [`${base}/models`, `${base}/v1/models`]);
  const others = [...lists, ...health, "/"];
  for (const path of [...health, ...clientBasePaths]) expect(http, path).toMatch(new RegExp(`\`(?:GET )?${path}\``));
  expect(router.exactPaths.filter((path) => !listed.has(path))).toEqual(others);
});

test("http.md has every path that names the model", () => {
  const told = tableUnder(http, "Paths that name the model").flatMap(
    ([endpoint = "", paths = "", dialect, prefix = ""]) =>
      ["", ...quoted(prefix)].flatMap((base) =>
        quoted(paths).map((path) => ({ path: base + path, endpoint, dialect })),
      ),
  );
  for (const { path, endpoint, dialect } of told)
    expect(router.match("POST", path.replace("{model}", "a/b%3A0")), path).toMatchObject({
      ...{ kind: "inference", endpoint, dialect, pathModel: "a/b:0" },
    });
  expect([...told.map(({ path }) => path), ...googlePaths()].toSorted()).toEqual(
    [...new Set(patternsServed())].toSorted(),
  );
});

test("http.md has every endpoint behind Google's paths", () => {
  for (const [endpoint = "", methods = "", dialect] of tableUnder(http, "Google's paths"))
    for (const path of quoted(methods))
      expect(router.match("POST", `/v1beta${path.replace("{model}", "a/b")}`), path).toMatchObject({
        endpoint,
        dialect,
      });
});

/** What the section about Google's paths spells: each base, version, place and method. */
function googlePaths(): readonly string[] {
  const [, section = ""] = /\n## Google's paths\n([\s\S]*?)\n## /.exec(http) ?? [];
  const listed = (name: string) => ["", ...quoted(new RegExp(`\n- ${name}: (.*)`).exec(section)?.[1] ?? "")];
  const methods = tableUnder(http, "Google's paths").flatMap(([, paths = ""]) => quoted(paths));
  const own = listed("base").flatMap((base) =>
    listed("version").flatMap((version) =>
      listed("place").flatMap((place) => methods.map((method) => base + version + place + method)),
    ),
  );
  const bare = listed("base").flatMap((base) =>
    listed("version")
      .slice(1)
      .flatMap((version) => methods.map((method) => base + version + method.replace("/models", ""))),
  );
  const [claude = "", ...bases] = quoted(/Claude at Vertex.*\n([\s\S]*?)\n\n/.exec(section)?.[1] ?? "");
  return [
    ...own,
    ...bare,
    ...bases.flatMap((base) => [base + claude, base + claude.replace("rawPredict", "streamRawPredict")]),
  ];
}

/** Patterns of endpoints that have no path beside them. */
function patternsServed(): readonly string[] {
  return Object.values(dialects).flatMap(({ endpoints }) =>
    endpoints.flatMap(({ path, patterns = [] }) => (path === undefined ? patterns : [])),
  );
}

test("http.md has every header that an answer can carry", () => {
  const told = tableUnder(http, "Headers of every answer").map(([name]) => name ?? "");
  const facts = {
    id: "1",
    requestId: "1",
    provider: "p",
    model: "m",
    attempts: 1,
    cost: "1",
    capped: 1024,
    dropped: ["x"],
    estimated: ["usage"],
    errorCode: "not_found",
    retryAfterS: 1,
    shouldRetry: false,
  };
  expect(told.toSorted()).toEqual(
    [...headerLines("application/json", facts).matchAll(/^[^:]+/gm)]
      .map(([name]) => name.trim())
      .filter(Boolean)
      .toSorted(),
  );
});

test("http.md has every header that carries a key", () => {
  const told = tableUnder(http, "The virtual key").map(([name]) => name ?? "");
  expect(told.length).toBe(8);
  for (const name of told) expect(clientKey(new Headers({ [name]: "Bearer hg-1" })), name).toBe("hg-1");
});

test("http.md has every header that is understood for other gateways' sake", () => {
  const [, section = ""] = /\n## Headers for the gateway\n([\s\S]*?)\n## /.exec(http) ?? [];
  for (const name of headerRows.flatMap(({ names }) => names))
    expect(section).toContain(`\`${name.endsWith("-") ? `${name}…` : name}\``);
  for (const prefix of headerPrefixes) expect(section).toContain(`\`${prefix}\``);
  for (const name of headerRows.flatMap(({ names }) => names))
    expect(
      headerPrefixes.some((prefix) => name.startsWith(prefix)),
      name,
    ).toBe(true);
});

test("http.md has every header that reaches a provider", () => {
  const rows = tableUnder(http, "Headers of a request").filter(([, dialect]) => /^every$|-/.test(dialect ?? ""));
  for (const dialect of ["openai-chat", "anthropic-messages", "bedrock-invoke"] as const) {
    const asked: string[] = [];
    const clientHeader = (name: string) => {
      asked.push(name);
      return null;
    };
    clientHeaders(dialects[dialect]?.forwardedHeaders ?? [], clientHeader);
    const told = rows.filter(([, of]) => of === "every" || of === dialect).map(([name]) => name ?? "");
    expect(asked.toSorted()).toEqual(told.toSorted());
  }
});

/** The cells of the tables under a heading, without their heads and back-quotes around a whole cell. */
function tableUnder(text: string, heading: string): readonly (readonly string[])[] {
  const [, rest = ""] = text.split(`\n## ${heading}\n`);
  const [section = ""] = rest.split("\n## ");
  const lines = section.split("\n").filter((line) => line.startsWith("|"));
  return lines
    .filter((line, index) => !line.startsWith("|---") && !lines[index + 1]?.startsWith("|---"))
    .map((line) =>
      line
        .split("|")
        .slice(1, -1)
        .map((cell) => cell.trim().replace(/^`([^`]*)`/, "$1")),
    );
}

function quoted(cell: string): readonly string[] {
  return [...cell.matchAll(/`?(\/[^`,\s]+)`?/g)].map(([, text = ""]) => text);
}
