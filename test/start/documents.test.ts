import { expect, test } from "bun:test";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

const root = join(import.meta.dir, "..", "..");
const read = (name: string) => readFileSync(join(root, name), "utf8");
const pages = [
  ...["README.md", "ARCHITECTURE.md", "CONTRIBUTING.md", "SECURITY.md", "SUPPORT.md", "docs/comparison.md"],
  ...["guides", "internals", "reference"].flatMap((folder) =>
    readdirSync(join(root, "docs", folder))
      .filter((name) => name.endsWith(".md"))
      .map((name) => `docs/${folder}/${name}`),
  ),
];

test.each(pages)("%s names no file of the project that is not there", (page) => {
  const wrong = pathsIn(read(page)).filter((path) => !placesOf(path).some((place) => existsSync(join(root, place))));
  expect(wrong).toEqual([]);
});

test.each(pages)("%s links to nothing that is not there", (page) => {
  const links = [...read(page).matchAll(/\]\((?!https?:|#)([^)#\s]+)/g)].map(([, target = ""]) => target);
  expect(links.filter((target) => !existsSync(join(root, page, "..", target)))).toEqual([]);
});

test("decisions are numbered without a gap, have a status, and say on both sides what supersedes what", () => {
  const names = readdirSync(join(root, "docs/decisions")).sort();
  expect(names.map((name) => Number(name.slice(0, 4)))).toEqual(names.map((_, index) => index + 1));
  const statuses = new Map(
    names.map((name) => [name.slice(0, 4), /^Status: (.+)$/m.exec(read(`docs/decisions/${name}`))?.[1] ?? ""]),
  );
  const wrong = [...statuses].flatMap(([number, status]) => {
    if (!status.startsWith("accepted")) return [`${number} has no status`];
    const told = [...status.matchAll(/superseded (?:in part )?by (\d{4})/gi)].map(([, by = ""]) => by);
    const tells = [...status.matchAll(/supersedes (\d{4})/gi)].map(([, other = ""]) => other);
    return [
      ...told
        .filter((by) => !new RegExp(`supersedes ${number}`, "i").test(statuses.get(by) ?? ""))
        .map((by) => `${by} does not supersede ${number}`),
      ...tells
        .filter((other) => !new RegExp(`superseded (?:in part )?by ${number}`, "i").test(statuses.get(other) ?? ""))
        .map((other) => `${other} is not superseded by ${number}`),
    ];
  });
  expect(wrong).toEqual([]);
});

test("every promise of SECURITY.md names tests that are there", () => {
  const promises = (/## What Headgate promises\n([\s\S]*?)\n## /.exec(read("SECURITY.md"))?.[1] ?? "")
    .split(/^- /m)
    .slice(1);
  expect(promises.length).toBeGreaterThan(5);
  const bare = promises.filter((promise) => {
    const proofs = pathsIn(promise).filter((path) => path.includes(".test.ts"));
    return proofs.length === 0 || proofs.some((path) => !existsSync(join(root, path)));
  });
  expect(bare).toEqual([]);
});

test("package.json has every script that a script or a page runs", () => {
  const { scripts } = JSON.parse(read("package.json"));
  const files = [
    ...pages,
    ".ci/run",
    ...readdirSync(join(root, "scripts"))
      .filter((name) => name.endsWith(".mjs"))
      .map((name) => `scripts/${name}`),
  ];
  const run = files.flatMap((file) =>
    [...read(file).matchAll(/npm run ([\w:-]+)|"run", "([\w:-]+)"/g)].map(([, a, b]) => a ?? b ?? ""),
  );
  expect([...new Set(run)].filter((name) => !(name in scripts))).toEqual([]);
});

/** Paths in backticks that look like files or folders of the project; `{a,b}` stands for several. */
function pathsIn(text: string): readonly string[] {
  const quoted = [...text.matchAll(/`([\w@.{},/*-]+\/[\w@.{},/*-]*)`/g)].map(([, path = ""]) => path);
  return quoted
    .flatMap(expanded)
    .filter((path) => /^(?:src|test|bench|docs|scripts|bin)\/|\.(?:ts|mjs)$/.test(path) && !path.includes("*"));
}

function expanded(path: string): readonly string[] {
  const [, before, choices, after] = /^(.*)\{([^}]*)\}(.*)$/.exec(path) ?? [];
  return choices === undefined ? [path] : choices.split(",").map((choice) => `${before}${choice}${after}`);
}

/** A path may leave `src/` out. */
function placesOf(path: string): readonly string[] {
  return [path, `src/${path}`];
}
