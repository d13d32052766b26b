import { createHash } from "node:crypto";
import type { Traits } from "#traits/vocabulary";

const longestCallId = 40;

// The same id always gives the same result, so that calls and their results stay together over every turn.

/** The id of a tool call in the form that a target takes. */
export function callIdFor(form: Traits["call_ids"] | "64-characters", id: string): string {
  switch (form) {
    case "9-letters":
      return /^[a-zA-Z0-9]{9}$/.test(id) ? id : digest(id).slice(0, 9);
    case "40-characters":
      return id.length > 0 && id.length <= longestCallId ? id : `call_${digest(id).slice(0, 24)}`;
    // https://platform.openai.com/docs/api-reference/responses/create#responses_create-input
    case "64-characters":
      return id.length > 0 && id.length <= 64 ? id : `call_${digest(id).slice(0, 24)}`;
    case "any":
    case "none":
    case undefined:
      return id;
  }
}

/** The end user's id in at most so many characters: a longer one (Claude Code's) is digested. */
export function shortUserId(user: string, longest: number): string {
  return user.length <= longest ? user : `user_${digest(user)}`.slice(0, longest);
}

function digest(id: string): string {
  return createHash("sha256").update(id).digest("base64").replace(/[+/=]/g, "");
}
