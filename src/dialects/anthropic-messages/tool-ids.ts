const prefix = "hgid_";
const allowed = /^[a-zA-Z0-9_-]+$/;

/**
 * The id of a tool call as the Messages API takes it (`^[a-zA-Z0-9_-]+$`). Other ids travel as base64url behind a
 * prefix, so that no state is needed to map them back.
 */
export function encodeToolId(id: string): string {
  return allowed.test(id) && !id.startsWith(prefix) ? id : prefix + Buffer.from(id, "utf8").toString("base64url");
}

/** The id that `encodeToolId` was given. */
export function decodeToolId(id: string): string {
  if (!id.startsWith(prefix)) return id;
  const original = Buffer.from(id.slice(prefix.length), "base64url").toString("utf8");
  return encodeToolId(original) === id ? original : id;
}
