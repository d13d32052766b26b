import type { KeyIdentity } from "./key-profile";
import type { SlotRef } from "./slot-ref";

/** A virtual key under one of its secrets, as text: all but what others may have just so, which its profile has. */
export type KeyLine = KeyIdentity & {
  /** SHA-256 of the secret, hex. */
  readonly hash: string;
  /** The id of its profile. */
  readonly profile: string;
};

/**
 * Hash, profile, slots (index and tag of its own, then those of each of its limits), and id with name as JSON. Control plane
 * and workers have to agree on it: a change raises `channelProtocol`.
 */
export function writeLine(hash: string, profile: string, { slot, limitSlots, id, name }: KeyIdentity): string {
  const slots = [slot.index, slot.tag];
  for (const { index, tag } of limitSlots) slots.push(index, tag);
  return [hash, profile, slots.join(","), JSON.stringify([id, name])].join(" ");
}

/** Throws where it is none. */
export function readLine(line: string): KeyLine {
  const hashEnd = line.indexOf(" ");
  const profileEnd = line.indexOf(" ", hashEnd + 1);
  const slotsEnd = line.indexOf(" ", profileEnd + 1);
  const [slot, ...limitSlots] = readSlots(line.slice(profileEnd + 1, slotsEnd));
  const [id, name] = readNames(line.slice(slotsEnd + 1));
  if (slot === undefined || id === undefined || name === undefined) throw new Error(`No virtual key: ${line}`);
  return { hash: line.slice(0, hashEnd), profile: line.slice(hashEnd + 1, profileEnd), slot, limitSlots, id, name };
}

/** Lines as they are kept together: each begins with a line feed, which JSON has none of. */
export function joinLines(lines: readonly string[]): string {
  return lines.length === 0 ? "" : `\n${lines.join("\n")}`;
}

export function linesOf(text: string): readonly string[] {
  const [, ...lines] = text.split("\n");
  return lines;
}

/** The line of a hash in the text of many. */
export function findLine(text: string, hash: string): string | undefined {
  const start = text.indexOf(`\n${hash} `);
  return start < 0 ? undefined : lineAround(text, start + 1);
}

/** The lines of virtual key `id`: a name cannot look like it, for its quotes are escaped. */
export function linesOfKey(text: string, id: string): readonly string[] {
  const lines: string[] = [];
  const mark = ` [${JSON.stringify(id)},`;
  for (let at = text.indexOf(mark); at >= 0; at = text.indexOf(mark, at + 1)) lines.push(lineAround(text, at));
  return lines;
}

/** A line with this profile. */
export function findProfile(text: string, profile: string): string | undefined {
  const at = text.indexOf(` ${profile} `);
  return at < 0 ? undefined : lineAround(text, at);
}

export function hashOfLine(line: string): string {
  return line.slice(0, line.indexOf(" "));
}

function lineAround(text: string, at: number): string {
  const end = text.indexOf("\n", at);
  return text.slice(text.lastIndexOf("\n", at) + 1, end < 0 ? text.length : end);
}

function readSlots(text: string): readonly SlotRef[] {
  const numbers = text.split(",");
  const refs: SlotRef[] = [];
  for (let at = 0; at + 1 < numbers.length; at += 2)
    refs.push({ index: Number(numbers[at]), tag: Number(numbers[at + 1]) });
  return refs;
}

function readNames(json: string): readonly (string | undefined)[] {
  // Without an escape there is no quote inside, and to cut takes a third of what parsing does.
  if (!json.includes("\\")) return json.slice(2, -2).split('","');
  const names: unknown = JSON.parse(json);
  return Array.isArray(names) ? names.filter((name) => typeof name === "string") : [];
}
