// Cuts an OpenAPI description down to some of its paths and what they refer to, for the judges of the tests:
// `node scripts/slice-openapi.mjs DESCRIPTION PATH… > SLICE`.
import { readFileSync } from "node:fs";
import { parse } from "yaml";

const [file, ...paths] = process.argv.slice(2);
if (file === undefined || paths.length === 0) throw new Error("Cannot cut: name a description and the paths to keep");
const whole = parse(readFileSync(file, "utf8"), { maxAliasCount: -1 });
/** Said to readers, and nothing that decides. */
const prose = new Set(["description", "example", "examples", "externalDocs", "x-oaiMeta", "x-stainless-const"]);

const slice = {
  openapi: whole.openapi,
  info: { title: whole.info.title, version: whole.info.version, license: whole.info.license },
  servers: whole.servers,
  paths: Object.fromEntries(paths.map((path) => [path, without(requestsOnly(whole.paths[path], path))])),
  components: {},
};
const queue = refsIn(slice.paths);
for (let ref = queue.shift(); ref !== undefined; ref = queue.shift()) {
  const [, , kind, name] = ref.split("/");
  slice.components[kind] ??= {};
  if (slice.components[kind][name] !== undefined) continue;
  slice.components[kind][name] = without(whole.components[kind][name]);
  queue.push(...refsIn(slice.components[kind][name]));
}
process.stdout.write(`${JSON.stringify(slice)}\n`);

/** Only requests are judged: an answer is any object. */
function requestsOnly(item, path) {
  if (item === undefined) throw new Error(`Cannot cut: there is no path "${path}"`);
  const responses = { 200: { description: "OK", content: { "application/json": { schema: { type: "object" } } } } };
  return Object.fromEntries(
    Object.entries(item)
      .filter(([method]) => method === "post")
      .map(([method, operation]) => [method, { ...operation, responses }]),
  );
}

function without(value, isNames = false) {
  if (Array.isArray(value)) return value.map((each) => without(each));
  if (value === null || typeof value !== "object") return value;
  const kept = Object.entries(value).filter(([key]) => isNames || !prose.has(key));
  return Object.fromEntries(kept.map(([key, each]) => [key, without(each, key === "properties")]));
}

function refsIn(value) {
  if (value === null || typeof value !== "object") return [];
  const own = typeof value.$ref === "string" ? [value.$ref] : [];
  return [...own, ...Object.values(value).flatMap(refsIn)];
}
