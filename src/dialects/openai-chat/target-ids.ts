import { createHash } from "node:crypto";

const longestCallId = 40;
const longestUserId = 64;

// The same id always gives the same result, so that calls and their results stay together over every turn.

/** The id of a tool call as OpenAI takes it: it refuses more than 40 characters. */
export function shortCallId(id: string): string {
  return id.length > 0 && id.length <= longestCallId ? id : `call_${digest(id).slice(0, 24)}`;
}

/** The id of a tool call as Mistral takes it: nine letters and digits. */
export function nineCharacterCallId(id: string): string {
  return /^[a-zA-Z0-9]{9}$/.test(id) ? id : digest(id).slice(0, 9);
}

/** The end user's id as OpenAI takes it: at most 64 characters, so a longer one (Claude Code's) is digested. */
export function targetUserId(user: string): string {
  return user.length <= longestUserId ? user : `user_${digest(user)}`;
}

function digest(id: string): string {
  return createHash("sha256").update(id).digest("base64").replace(/[+/=]/g, "");
}
