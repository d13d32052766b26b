import { createHash } from "node:crypto";
import type { EditableFields } from "#lib/json-fields";
import type { JsonNode } from "#lib/json-node";
import type { Mend, MendNotes, MendRule } from "../mend";
import { someText } from "./marks";

/** Shows every name of a tool in a body, with its path: in tools, choice and history. */
export type NamesOfTools = (body: EditableFields, visit: (name: JsonNode | undefined, path: string) => void) => void;

/** Names that the target takes, each tool's the same wherever it stands; `visitNames` says where a dialect has them, `fields` in which top-level ones. */
export function toolNames(visitNames: NamesOfTools, fields: readonly string[] = ["tools", "functions"]): MendRule {
  return ({ tool_name_length: longest }) =>
    longest === undefined ? undefined : shortenNames(visitNames, longest, fields);
}

function shortenNames(visitNames: NamesOfTools, longest: number, fields: readonly string[]): Mend {
  const isOdd = (bytes: Buffer, start: number) => !isPlain(bytes, start, longest);
  return {
    fields,
    concerns: (bytes) => someText(bytes, nameKey, isOdd),
    apply: (body, notes) => visitNames(body, (node, path) => rename(node, path, longest, notes)),
  };
}

const nameKey = Buffer.from('"name"');
const quote = 0x22;
const letter = /^[a-zA-Z0-9_-]$/;
const isLetter = Uint8Array.from({ length: 256 }, (_, byte) => (letter.test(String.fromCharCode(byte)) ? 1 : 0));

/** Whether the string that begins here is a name that every provider takes. */
function isPlain(bytes: Buffer, start: number, longest: number): boolean {
  let at = start;
  while (isLetter[bytes[at] ?? 0] === 1) at++;
  return bytes[at] === quote && at > start && at - start <= longest;
}

function rename(node: JsonNode | undefined, path: string, longest: number, notes: MendNotes): void {
  const name = node?.text();
  if (node === undefined || name === undefined) return;
  const sent = shortToolName(name, longest);
  if (sent === name) return;
  node.replace(sent);
  notes.respelled(path);
  notes.renamed(sent, name);
}

/** A name in letters, digits, `_` and `-`, at most this long. The same name always gives the same. */
export function shortToolName(name: string, longest: number): string {
  if (name.length <= longest && /^[a-zA-Z0-9_-]+$/.test(name)) return name;
  const digest = createHash("sha256").update(name).digest("hex").slice(0, digestLength);
  const readable = name.replace(/[^a-zA-Z0-9_-]/g, "_").slice(0, longest - digestLength - 1);
  return `${readable}_${digest}`;
}

const digestLength = 10;
