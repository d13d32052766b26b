import { expect, test } from "bun:test";
import { readdirSync, readFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { dialectNames } from "#dialects/registry";

const root = dirname(import.meta.dir);
const sources = filesBelow("src").filter(
  (file) => !/\.(test|suite|gen)\.ts$/.test(file) && !file.includes("/fixtures/"),
);
const pageSources = filesBelow("dashboard/src").filter((file) => !/\.(test|gen)\.tsx?$/.test(file));
const [tableOfProduct = "", tableOfPage = ""] = read("ARCHITECTURE.md").split("\nThe dashboard (`dashboard/src`");
const allowed = importTable(tableOfProduct);
const allowedInPage = importTable(tableOfPage);
const bunFolders = [
  "server",
  "http",
  "upstream",
  "store",
  "ledger",
  "journal",
  "supervisor",
  "channel",
  "cli",
  "api/listener",
];

test("every folder of src is a row of the import table in ARCHITECTURE.md", () => {
  const missing = new Set(sources.map(unitOf).filter((unit) => !allowed.has(unit)));
  expect([...missing]).toEqual([]);
});

test("every import is allowed by the import table in ARCHITECTURE.md", () => {
  const wrong = sources.flatMap((file) => {
    const own = unitOf(file);
    const may = allowed.get(file.slice("src/".length, -".ts".length)) ?? allowed.get(own) ?? [];
    return importsOf(file)
      .map((specifier) => ({ specifier, target: moduleOf(file, specifier) }))
      .filter(({ target }) => target !== undefined && unitOf(`src/${target}.ts`) !== own && !mayImport(may, target))
      .map(({ specifier }) => `${file} imports ${specifier}`);
  });
  expect(wrong).toEqual([]);
});

test("a relative import stays inside its top folder", () => {
  const wrong = sources.flatMap((file) =>
    importsOf(file)
      .filter((specifier) => specifier.startsWith("."))
      .map((specifier) => ({ specifier, target: moduleOf(file, specifier) }))
      .filter(({ target }) => target !== undefined && unitFolder(file) !== unitFolder(`src/${target}`))
      .map(({ specifier }) => `${file} imports ${specifier}`),
  );
  expect(wrong).toEqual([]);
});

test("every file name is in kebab-case and says what it holds", () => {
  const vague = new Set(["utils", "util", "helpers", "helper", "common", "types", "index", "misc", "shared"]);
  const wrong = ["src", "test", "bench", "dashboard"].flatMap(filesBelow).filter((file) => {
    const name = file.slice(file.lastIndexOf("/") + 1);
    if (!name.endsWith(".ts") && !name.endsWith(".tsx")) return false;
    const base = name.slice(0, name.indexOf("."));
    return vague.has(base) || !/^[a-z0-9]+(-[a-z0-9]+)*(\.(test|suite|client|bench|gen))?\.tsx?$/.test(name);
  });
  expect(wrong).toEqual([]);
});

test("no file has more than 400 lines", () => {
  const long = [...sources, ...pageSources, ...filesBelow("test").filter((file) => file.endsWith(".ts"))].filter(
    (file) => read(file).split("\n").length > 401,
  );
  expect(long).toEqual([]);
});

test("no file has a default export or passes on the exports of another", () => {
  expect(
    [...sources, ...pageSources].filter((file) =>
      /^export default\b|^export (type )?(\*|\{[^}]*\}) from\b/m.test(read(file)),
    ),
  ).toEqual([]);
});

test("the environment is read in src/config alone", () => {
  const wrong = sources.filter(
    (file) => !file.startsWith("src/config/") && /\b(process|Bun|import\.meta)\.env\b/.test(code(file)),
  );
  expect(wrong).toEqual([]);
});

test("Bun's own APIs are used in few folders", () => {
  const exempt = (file: string) =>
    rootFile(file) || bunFolders.some((name) => file.startsWith(`src/${name}/`) || file === `src/${name}.ts`);
  const wrong = sources.filter(
    (file) => !exempt(file) && (/\bBun\./.test(code(file)) || importsOf(file).some((name) => /^bun(:|$)/.test(name))),
  );
  expect(wrong).toEqual([]);
});

test("no type assertion but `as const`", () => {
  const wrong = [...sources, ...pageSources].filter((file) => {
    const text = code(file).replaceAll(/^(import|export) (type )?[{*][^;]*;/gm, "");
    return /[\w)\]}"'`] as (?!const\b)[\w{(["'`]/.test(
      text.replaceAll(/"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*'|`(?:[^`\\]|\\.)*`/gs, '""'),
    );
  });
  expect(wrong).toEqual([]);
});

test("a folder of the dashboard imports what its row in ARCHITECTURE.md names, and a feature no other feature", () => {
  const wrong = pageSources.flatMap((file) => {
    const [own = "", feature] = file.split("/").slice(2);
    const room = own === "features" ? `features/${feature}/` : `${own}/`;
    const may = allowedInPage.get(`dashboard/${own.replace(/\.tsx$/, "")}`) ?? [];
    return importsOf(file)
      .map((specifier) => ({ specifier, target: pageModuleOf(file, specifier) }))
      .filter(({ target }) => target !== undefined && !target.startsWith(room) && !mayImport(may, target))
      .map(({ specifier }) => `${file} imports ${specifier}`);
  });
  expect(wrong).toEqual([]);
});

test("no files of the dashboard import each other in a circle", () => {
  const importsByFile = new Map(
    pageSources.map((file) => [
      file,
      importsOf(file)
        .map((specifier) => pageModuleOf(file, specifier))
        .flatMap((target) => pageSources.filter((each) => each.replace(/\.tsx?$/, "") === `dashboard/src/${target}`)),
    ]),
  );
  expect(circlesIn(importsByFile).map((files) => files.join(" ↔ "))).toEqual([]);
});

/** What is known of providers and models, as data: names belong there. */
const facts = "src/traits/rows/";
/** Whose names makers go by. */
const makers = "src/core/makers.ts";

const dialects: readonly string[] = dialectNames;

test("no provider is named outside its folder, the registry and the facts about all", () => {
  const ids = readdirSync(join(root, "src/providers"), { withFileTypes: true })
    .filter((entry) => entry.isDirectory() && entry.name !== "auth")
    .map((entry) => entry.name);
  const named = new RegExp(`"(${ids.join("|")})"`, "g");
  const others = sources.filter(
    (file) => ![makers, "src/providers/registry.ts"].includes(file) && !file.startsWith(facts),
  );
  const wrong = others.flatMap((file) =>
    [...code(file).matchAll(named)]
      // A provider that has a dialect's name, in the dialect and where it is spoken.
      .filter(([, id = ""]) => !(dialects.includes(id) && /^src\/(?:dialects|providers)\//.test(file)))
      .filter(([, id]) => !file.startsWith(`src/providers/${id}/`))
      .map(([found]) => `${file} names ${found}`),
  );
  expect(wrong).toEqual([]);
});

/** One that is a model's name too is a dialect's where it stands alone. */
function namesDialect(text: string, name: string): boolean {
  return name.includes("-") ? text.includes(name) : text.includes(`"${name}"`);
}

test("no dialect is named outside the dialects and the providers that speak them", () => {
  const wrong = sources
    .filter((file) => !["src/dialects/", "src/providers/", facts].some((folder) => file.startsWith(folder)))
    .flatMap((file) =>
      dialectNames.filter((name) => namesDialect(code(file), name)).map((name) => `${file} names ${name}`),
    );
  expect(wrong).toEqual([]);
});

test("every import of a source file is found", () => {
  const known = new Set(filesBelow("src"));
  const wrong = sources.flatMap((file) =>
    importsOf(file)
      .map((specifier) => moduleOf(file, specifier))
      .filter(
        (target) =>
          target !== undefined &&
          !/\.(json|txt)$/.test(target) &&
          !known.has(`src/${target}.ts`) &&
          !known.has(`src/${target}`),
      )
      .map((target) => `${file} imports ${target}`),
  );
  expect(wrong).toEqual([]);
});

test("no files import each other in a circle", () => {
  const known = new Set(sources);
  const importsByFile = new Map(
    sources.map((file) => [
      file,
      importsOf(file)
        .map((specifier) => `src/${moduleOf(file, specifier)}.ts`)
        .filter((target) => known.has(target)),
    ]),
  );
  expect(circlesIn(importsByFile).map((files) => files.join(" ↔ "))).toEqual([]);
});

test("the supervisor and the workers do without the libraries that the control process alone needs", () => {
  const entries = ["src/cli/start.ts", "src/cli/worker-process.ts"];
  const wrong = entries.flatMap((entry) =>
    [...loadedWith(entry)]
      .filter((name) => name === "zod" || name.startsWith("zod/") || name === "yaml")
      .map((name) => `${entry} loads ${name}`),
  );
  expect(wrong).toEqual([]);
  // What is known to be loaded is found: the walk goes through files.
  expect([...loadedWith("src/cli/worker-process.ts")]).toContain("pino");
});

/** The files and packages that are loaded with a file; neither types nor what is imported when it is needed. */
function loadedWith(entry: string): ReadonlySet<string> {
  const transpiler = new Bun.Transpiler({ loader: "ts" });
  const known = new Set(sources);
  const loaded = new Set([entry]);
  for (const file of loaded) {
    if (!known.has(file)) continue;
    for (const { kind, path } of transpiler.scanImports(read(file))) {
      if (kind !== "import-statement") continue;
      const module = moduleOf(file, path);
      loaded.add(module === undefined ? path : `src/${module}.ts`);
    }
  }
  return loaded;
}

/** The groups of files that reach each other, each sorted (Tarjan's strongly connected components). */
function circlesIn(importsByFile: ReadonlyMap<string, readonly string[]>): readonly (readonly string[])[] {
  const order = new Map<string, number>();
  const path: string[] = [];
  const circles: string[][] = [];
  const visit = (file: string): number => {
    const number = order.size;
    order.set(file, number);
    path.push(file);
    let low = number;
    for (const target of importsByFile.get(file) ?? []) {
      if (!order.has(target)) low = Math.min(low, visit(target));
      else if (path.includes(target)) low = Math.min(low, order.get(target) ?? number);
    }
    if (low === number) {
      const group = path.splice(path.indexOf(file));
      if (group.length > 1) circles.push(group.toSorted());
    }
    return low;
  };
  for (const file of importsByFile.keys()) if (!order.has(file)) visit(file);
  return circles;
}

/** `| folder | may import |` rows: names in backticks, `–` for none, `all` for everything. */
function importTable(markdown: string): ReadonlyMap<string, readonly string[]> {
  const lines = markdown.split("\n");
  const start = lines.findIndex((line) => /^\|\s*folder\s*\|\s*may import\s*\|/i.test(line));
  expect(start).toBeGreaterThan(-1);
  const end = lines.findIndex((line, index) => index > start && !line.startsWith("|"));
  const rows = lines
    .slice(start + 2, end < 0 ? undefined : end)
    .map((line) => line.split("|").map((cell) => cell.trim()));
  const names = (cell: string | undefined) =>
    (cell ?? "")
      .replaceAll("`", "")
      .split(/[,\s]+/)
      .filter((name) => name !== "" && name !== "–");
  return new Map(
    rows.flatMap(([, folders, may]) =>
      names(folders).map((folder) => [
        folder.replace(/\.ts$/, ""),
        names(may).map((name) => name.replace(/\.ts$/, "")),
      ]),
    ),
  );
}

function mayImport(may: readonly string[], target: string): boolean {
  return may.some((name) => name === "all" || target === name || target.startsWith(`${name}/`));
}

/** The top folder of a file, or its own name when it stands in `src` itself. */
function unitOf(file: string): string {
  return (file.split("/")[1] ?? "").replace(/\.ts$/, "");
}

/** The same, but one for all files that stand in `src` itself. */
function unitFolder(file: string): string {
  return rootFile(file) ? "" : unitOf(file);
}

function rootFile(file: string): boolean {
  return file.split("/").length === 2;
}

/** The path below `src`, without `.ts`, of what is imported; undefined for a package. */
function moduleOf(file: string, specifier: string): string | undefined {
  if (specifier.startsWith("#")) return specifier.slice(1);
  // Data, such as package.json, is no module.
  if (!specifier.startsWith(".") || specifier.endsWith(".json")) return undefined;
  return relative(join(root, "src"), join(root, dirname(file), specifier)).replace(/\.ts$/, "");
}

/** The path below `dashboard/src` of what is imported, without its ending; undefined for a package. */
function pageModuleOf(file: string, specifier: string): string | undefined {
  if (specifier.startsWith("#")) return specifier.slice(1);
  return specifier.startsWith(".") ? relative("dashboard/src", join(dirname(file), specifier)) : undefined;
}

function importsOf(file: string): readonly string[] {
  return [...code(file).matchAll(/(?:\bfrom|\bimport)\s*\(?\s*"([^"\n]+)"/g)].flatMap(([, specifier]) =>
    specifier === undefined ? [] : [specifier],
  );
}

/** The text without its comments (line comments only where they stand at the start or after a space). */
function code(file: string): string {
  return read(file)
    .replaceAll(/\/\*.*?\*\//gs, "")
    .replaceAll(/(^|\s)\/\/ .*$/gm, "");
}

function read(file: string): string {
  return readFileSync(join(root, file), "utf8");
}

function filesBelow(folder: string): readonly string[] {
  return readdirSync(join(root, folder), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && !/\/node_modules\b/.test(entry.parentPath))
    .map((entry) => relative(root, join(entry.parentPath, entry.name)))
    .filter((file) => file.endsWith(".ts") || file.endsWith(".tsx"));
}
