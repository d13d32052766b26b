// Chooses the recorded exchanges that are kept in `test/recordings`, out of a folder of `<provider>.jsonl.gz` files with
// one exchange a line: `node scripts/select-recordings.mjs FOLDER`. The smallest of each kind (provider, operation,
// streamed or whole, refused or not, and what its tags say) until the kind has enough.
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { gunzipSync, gzipSync } from "node:zlib";

/** The operations that are kept, and how many exchanges of one kind. */
const enoughOf = new Map([
  ["chat.completions", 6],
  ["messages", 6],
  ...[
    ...["responses", "gemini.generate", "gemini.stream", "bedrock.converse", "bedrock.converse_stream"],
    ...["bedrock.invoke", "bedrock.invoke_stream"],
  ].map((operation) => [operation, 3]),
  ["gemini.embed", 1],
]);
/** Of these only what was refused. */
const refusedOperations = new Set(["embeddings", "completions"]);
const largestBytes = 64_000;
const target = new URL("../test/recordings/", import.meta.url);

const [folder] = process.argv.slice(2);
if (folder === undefined) throw new Error("Cannot select recordings: name the folder that they lie in");
rmSync(target, { recursive: true, force: true });
mkdirSync(target);
const sources = new Set();
let kept = 0;
for (const name of readdirSync(folder).filter((file) => file.endsWith(".jsonl.gz"))) {
  const lines = select(
    gunzipSync(readFileSync(`${folder}/${name}`))
      .toString()
      .split("\n"),
  );
  if (lines.length === 0) continue;
  kept += lines.length;
  for (const line of lines) sources.add(JSON.parse(line).source);
  writeFileSync(new URL(name, target), gzipSync(`${lines.join("\n")}\n`, { level: 9 }));
}
process.stdout.write(`${kept} exchanges kept, from ${[...sources].sort().join(", ")}\n`);

function select(lines) {
  const seen = new Map();
  const exchanges = lines
    .filter((line) => line !== "" && line.length <= largestBytes)
    .map((line, index) => ({ line, index, exchange: JSON.parse(line) }))
    .filter(({ exchange }) => isServed(exchange))
    .sort((a, b) => a.line.length - b.line.length);
  return exchanges
    .filter(({ exchange }) => isWanted(exchange, seen))
    .sort((a, b) => a.index - b.index)
    .map(({ line }) => line);
}

/** InvokeModel is served with Anthropic's body alone. */
function isServed({ op, request, response }) {
  if (op.startsWith("bedrock.invoke")) return JSON.stringify(request).includes("anthropic_version");
  return enoughOf.has(op) || (refusedOperations.has(op) && response.status >= 400);
}

/** Whether one of the kinds that an exchange is of has not enough yet. */
function isWanted({ op, stream, response, tags, request }, seen) {
  const head = `${op} ${stream} ${request === null}`;
  const kinds = [`status ${response.status}`, ...tags].map((kind) => `${head} ${kind}`);
  const wanted = kinds.some((kind) => (seen.get(kind) ?? 0) < (enoughOf.get(op) ?? 6));
  if (wanted) for (const kind of kinds) seen.set(kind, (seen.get(kind) ?? 0) + 1);
  return wanted;
}
