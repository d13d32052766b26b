import { expect, test } from "bun:test";
import { sessionHeader } from "./session-header";

const read = (headers: Record<string, string>) => {
  const all = new Headers(headers);
  return sessionHeader((name) => all.get(name));
};

test("sessionHeader() reads ours before those of clients, cut to 200 characters", () => {
  expect(read({ session_id: "codex", "x-headgate-session": "ours" })).toBe("ours");
  expect(read({ "x-claude-code-session-id": "claude" })).toBe("claude");
  expect(read({ "session-id": "codex" })).toBe("codex");
  expect(read({ session_id: "codex" })).toBe("codex");
  expect(read({ "x-headgate-session": "", "user-agent": "x" })).toBeUndefined();
  expect(read({ "x-headgate-session": "s".repeat(999) })).toHaveLength(200);
});
