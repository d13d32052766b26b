import { createHash } from "node:crypto";

// Thought signatures as Gemini gives them out: they come back on the part that they came with.

export function signCall(name: string, args: unknown): string {
  return sign(`${name} ${canonical(args)}`);
}

export function signText(text: string): string {
  return sign(text);
}

function sign(content: string): string {
  return Buffer.concat([Buffer.from("CkFha2U"), createHash("sha256").update(`fake:${content}`).digest()]).toString(
    "base64",
  );
}

/** JSON whose members stand in one order, whatever a client made of it. */
function canonical(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonical).join()}]`;
  if (typeof value !== "object" || value === null) return JSON.stringify(value);
  const members = Object.entries(value).toSorted(([a], [b]) => (a < b ? -1 : 1));
  return `{${members.map(([name, each]) => `${JSON.stringify(name)}:${canonical(each)}`).join()}}`;
}
