import { createHash } from "node:crypto";

// Ids and encrypted reasoning as OpenAI gives them out: an id says of what it is (`rs_`, `msg_`, `fc_`), and belongs to one
// answer; encrypted reasoning is bound to the id that it came with.

/** What an id that was given out says: which answer, and whether that one reasoned. */
export type MadeId = { readonly answer: number; readonly reasons: boolean };

export function itemId(prefix: string, answer: number, reasons: boolean, at: number): string {
  return `${prefix}_${answer.toString(16).padStart(44, "0")}${reasons ? "r" : "n"}${at.toString(16).padStart(3, "0")}`;
}

/** Undefined for an id that was never given out. */
export function readItemId(id: string): MadeId | undefined {
  const [, answer, reasons] = /^[a-z]+_([0-9a-f]{44})([rn])[0-9a-f]{3}$/.exec(id) ?? [];
  return answer === undefined ? undefined : { answer: Number.parseInt(answer, 16), reasons: reasons === "r" };
}

export function encryptReasoning(id: string): string {
  return `gAAAAAB${Buffer.from(`${id}.${seal(id)}`).toString("base64url")}`;
}

/** The id that encrypted reasoning belongs to; undefined where it has been changed. */
export function decryptReasoning(content: string): string | undefined {
  const [id = "", sealed] = Buffer.from(content.replace(/^gAAAAAB/, ""), "base64url")
    .toString()
    .split(".");
  return sealed === seal(id) ? id : undefined;
}

function seal(id: string): string {
  return createHash("sha256").update(`fake:${id}`).digest("base64url");
}

/** A call of a function, or of a free-form tool. */
export function callItem(
  { name, arguments: said }: { readonly name: string; readonly arguments: string },
  isCustom: boolean,
  { id, at, reasons }: { readonly id: number; readonly at: number; readonly reasons: boolean },
): { readonly [key: string]: unknown } {
  const call_id = `call_fake${id.toString(36)}x${at}AbCdEfGhIjKlMnOp`.slice(0, 29);
  const rest = { status: "completed", call_id, name };
  return isCustom
    ? { id: itemId("ctc", id, reasons, at), type: "custom_tool_call", ...rest, input: said }
    : { id: itemId("fc", id, reasons, at), type: "function_call", ...rest, arguments: said };
}
