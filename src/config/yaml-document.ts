import { type Document, isMap, isNode, isPair, isScalar, LineCounter, type Node, parseDocument, visit } from "yaml";
import { messageOf } from "#lib/message-of";
import type { Path } from "./problem";

export type Position = { readonly line: number; readonly column: number };

export type YamlDocument =
  | {
      readonly ok: true;
      readonly value: unknown;
      /** The place of a path in the text: its key for a map entry, else the deepest part of it that exists. */
      readonly locate: (path: Path) => Position;
    }
  | { readonly ok: false; readonly problems: readonly (Position & { readonly message: string })[] };

/** Aliases beyond this many times the document's own size are a bomb, not a convenience. */
const maxAliasCount = 100;

/** A broken file can make a fault of every further line: the first ones tell enough. */
const maxProblems = 10;

/** Parses YAML 1.2 text. Never throws; each problem is one line. */
export function parseYaml(text: string): YamlDocument {
  const lines = new LineCounter();
  const deepAt = tooDeepAt(text);
  if (deepAt !== undefined) {
    const line = text.slice(0, deepAt).split("\n").length;
    return { ok: false, problems: [{ line, column: 1, message: "cannot be read as YAML: nested too deep" }] };
  }
  try {
    const document = parseDocument(text, { lineCounter: lines, prettyErrors: false });
    const faults = [...document.errors, ...document.warnings, ...forbiddenKeys(document)];
    if (faults.length > 0) return { ok: false, problems: problemsOf(faults, lines) };
    const value: unknown = document.toJS({ maxAliasCount }) ?? {};
    return { ok: true, value, locate: (path) => position(lines, offsetOf(document.contents, path)) };
  } catch (error) {
    return { ok: false, problems: [{ line: 1, column: 1, message: explainThrown(error) }] };
  }
}

const maxDepth = 100;

/** The parser takes quadratic time on deep nesting. Counts brackets in strings too: no text has a hundred of them open. */
function tooDeepAt(text: string): number | undefined {
  const indicators = /(?:[-?] ){100}/.exec(text);
  if (indicators !== null) return indicators.index;
  let depth = 0;
  for (const { 0: bracket, index } of text.matchAll(/[[\]{}]/g)) {
    depth = bracket === "[" || bracket === "{" ? depth + 1 : Math.max(0, depth - 1);
    if (depth > maxDepth) return index;
  }
  return undefined;
}

function position(lines: LineCounter, offset: number): Position {
  const { line, col } = lines.linePos(offset);
  return { line: Math.max(line, 1), column: Math.max(col, 1) };
}

/** One problem a line: a fault often makes others right after itself. */
function problemsOf(faults: readonly Fault[], lines: LineCounter) {
  const problems = faults.map((fault) => ({ ...position(lines, fault.pos[0]), message: explain(fault) }));
  return [...new Map(problems.toReversed().map((problem) => [problem.line, problem])).values()]
    .toReversed()
    .slice(0, maxProblems);
}

type Fault = { readonly code: string; readonly message: string; readonly pos: readonly [number, number] };

/** `__proto__` would be lost on the way into an object, unsaid. */
function forbiddenKeys(document: Document): readonly Fault[] {
  const faults: Fault[] = [];
  visit(document, {
    Pair: (_, { key }) => {
      const start = isNode(key) ? (key.range?.[0] ?? 0) : 0;
      if (isScalar(key) && key.value === "__proto__")
        faults.push({ code: "FORBIDDEN_KEY", message: "", pos: [start, start] });
    },
  });
  return faults;
}

const explanations: { readonly [code: string]: string } = {
  DUPLICATE_KEY: "the same key stands here twice; remove one",
  TAB_AS_INDENT: "a tab is used to indent; use spaces",
  MULTIPLE_DOCS: "a second document starts here; the file must hold one",
  FORBIDDEN_KEY: "this key is never allowed",
  BAD_INDENT: "the indentation does not fit the lines before",
};

function explain(fault: Omit<Fault, "pos">): string {
  return (
    explanations[fault.code] ?? `cannot be read as YAML: ${(fault.message.split("\n")[0] ?? "").replace(/\.$/, "")}`
  );
}

function explainThrown(error: unknown): string {
  const message = messageOf(error);
  if (/excessive alias/i.test(message)) return "cannot be read as YAML: aliases repeat too much of the document";
  return `cannot be read as YAML: ${(message.split("\n")[0] ?? "").replace(/\.$/, "")}`;
}

function offsetOf(root: Node | null, path: Path): number {
  let node: unknown = root;
  let offset = root?.range?.[0] ?? 0;
  for (const part of path) {
    const next = childOf(node, part);
    if (next === undefined) return offset;
    offset = next.offset ?? offset;
    node = next.node;
  }
  return offset;
}

function childOf(
  node: unknown,
  part: string | number,
): { readonly node: unknown; readonly offset?: number } | undefined {
  if (isMap(node)) {
    const pair = node.items.find(
      (item) => isPair(item) && isScalar(item.key) && String(item.key.value) === String(part),
    );
    if (pair === undefined) return undefined;
    return { node: pair.value, ...startOf(pair.key) };
  }
  if (typeof node !== "object" || node === null || !("items" in node) || !Array.isArray(node.items)) return undefined;
  const item: unknown = typeof part === "number" ? node.items[part] : undefined;
  return item === undefined ? undefined : { node: item, ...startOf(item) };
}

function startOf(node: unknown): { readonly offset?: number } {
  return isNode(node) && node.range ? { offset: node.range[0] } : {};
}
