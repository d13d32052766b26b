import type { InferenceRequest } from "#core/inference";

/** Ours, Claude Code's, and Codex's under its newer and its older name, in the order in which they count. */
const names = ["x-headgate-session", "x-claude-code-session-id", "session-id", "session_id"] as const;

/** Longer ones are cut. */
const maxLength = 200;

/** The session that a client names in a header; undefined without one. */
export function sessionHeader(header: InferenceRequest["header"]): string | undefined {
  for (const name of names) {
    const session = header(name);
    if (session !== null && session !== "") return session.slice(0, maxLength);
  }
  return undefined;
}
