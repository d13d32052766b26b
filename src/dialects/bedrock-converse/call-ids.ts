import { createHash } from "node:crypto";

/** https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_ToolUseBlock.html */
const taken = /^[a-zA-Z0-9_.:-]{1,64}$/;
const prefix = "hgid_";
const longest = 64;
const digestLength = 16;

/**
 * The id of a tool call as Converse takes it. Others travel as base64url behind a prefix, so that no state is needed to map
 * them back; what is too long for that becomes a digest, the same for a call and its result.
 */
export function encodeCallId(id: string): string {
  if (taken.test(id) && !id.startsWith(prefix)) return id;
  const encoded = prefix + Buffer.from(id, "utf8").toString("base64url");
  return encoded.length <= longest ? encoded : shortened(id);
}

function shortened(id: string): string {
  const digest = createHash("sha256").update(id).digest("hex").slice(0, digestLength);
  return `${id.replace(/[^a-zA-Z0-9_.:-]/g, "_").slice(0, longest - digestLength - 1)}_${digest}`;
}

/** The id that `encodeCallId` was given, where it can be read back. */
export function decodeCallId(id: string): string {
  if (!id.startsWith(prefix)) return id;
  const original = Buffer.from(id.slice(prefix.length), "base64url").toString("utf8");
  return encodeCallId(original) === id ? original : id;
}
