// Builds the page into a folder: `bun dashboard/build.ts FOLDER`. Prints what the first load weighs.
import { mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import { brotliCompressSync } from "node:zlib";
import { compile, optimize } from "@tailwindcss/node";
import { Scanner } from "@tailwindcss/oxide";

const here = import.meta.dir;
const output = process.argv[2] ?? join(here, "dist");
const assets = join(output, "assets");

mkdirSync(assets, { recursive: true });
/** Everything that this build is made of. */
const made = new Set<string>();
const [script, styles] = await Promise.all([bundle(), stylesheet()]);
const loadedFirst = withImports(script);
const tags = [
  `<link rel="stylesheet" href="/ui/assets/${styles}" />`,
  ...loadedFirst.slice(1).map((name) => `<link rel="modulepreload" href="/ui/assets/${name}" />`),
  `<script type="module" src="/ui/assets/${script}"></script>`,
];
const html = readFileSync(join(here, "index.html"), "utf8").replace("<!-- assets -->", tags.join("\n    "));
// The gateway may be serving this folder: the page comes after all that it names, and goes before what it named.
writeFileSync(join(output, "index.html.new"), html);
renameSync(join(output, "index.html.new"), join(output, "index.html"));
for (const name of readdirSync(assets)) if (!made.has(name)) rmSync(join(assets, name));
const firstLoad = [styles, ...loadedFirst].map((name) => compressedSize(readFileSync(join(assets, name))));
const total = firstLoad.reduce((sum, size) => sum + size, compressedSize(Buffer.from(html)));
process.stdout.write(`dashboard: first load ${(total / 1000).toFixed(1)} KB (brotli), ${firstLoad.length} files\n`);

/** The name of the entry script; the other chunks lie beside it. */
async function bundle(): Promise<string> {
  const result = await Bun.build({
    entrypoints: [join(here, "src/main.tsx")],
    outdir: assets,
    target: "browser",
    splitting: true,
    minify: true,
    // Names of chunks are hashes of their content, so that a browser may keep them for ever.
    naming: { entry: "[name]-[hash].[ext]", chunk: "[name]-[hash].[ext]", asset: "[name]-[hash].[ext]" },
    define: { "process.env.NODE_ENV": '"production"' },
  });
  for (const { path } of result.outputs) made.add(basename(path));
  const entry = result.outputs.find(({ kind }) => kind === "entry-point");
  if (entry === undefined) throw new Error("Cannot build the dashboard: the bundler made no entry");
  return basename(entry.path);
}

/** One sheet for all pages: the classes that the sources name. Returns its file name. */
async function stylesheet(): Promise<string> {
  const base = join(here, "src/styles");
  const compiler = await compile(readFileSync(join(base, "main.css"), "utf8"), { base, onDependency: () => undefined });
  const scanner = new Scanner({ sources: [{ base: join(here, "src"), pattern: "**/*.{ts,tsx}", negated: false }] });
  const { code } = optimize(compiler.build(scanner.scan()), { minify: true });
  const name = `main-${Bun.hash(code).toString(36)}.css`;
  writeFileSync(join(assets, name), code);
  made.add(name);
  return name;
}

/** A chunk and all that it imports at once, itself first. */
function withImports(entry: string): readonly string[] {
  const transpiler = new Bun.Transpiler({ loader: "js" });
  const found = new Set([entry]);
  for (const name of found) {
    for (const { kind, path } of transpiler.scanImports(readFileSync(join(assets, name)))) {
      if (kind === "import-statement") found.add(basename(path));
    }
  }
  return [...found];
}

function compressedSize(content: Uint8Array): number {
  return brotliCompressSync(content).length;
}
