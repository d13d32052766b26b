import type { ClientLabels } from "#core/record";
import type { Draft } from "#lib/draft";
import { isObject, type Json, tryParseJson } from "#lib/json";

// Nothing is refused for a label: what is not text counts as absent. Undefined where the fields are absent.

/** Longer ones are cut. */
const maxLength = 200;

/** OpenAI's `user`, and `session_id` among its `metadata`. */
export function openAiLabels(user: Json | undefined, metadata: Json | undefined): ClientLabels | undefined {
  if (user === undefined && metadata === undefined) return undefined;
  return labels(sessionIn(metadata), labelOf(user));
}

/**
 * Anthropic's `metadata.user_id`. Claude Code puts its session into it, older versions as `…_session_<uuid>`, newer ones
 * as JSON: what is left then is the user.
 */
export function anthropicLabels(metadata: Json | undefined): ClientLabels | undefined {
  if (!isObject(metadata)) return undefined;
  const sessionId = sessionIn(metadata);
  const userId = metadata.user_id;
  if (typeof userId !== "string") return labels(sessionId, undefined);
  const [, user, session] = /^(.*?)_session_([0-9a-f-]{36})$/s.exec(userId) ?? [];
  if (session !== undefined) return labels(sessionId ?? session, labelOf(user));
  const parts = userId.startsWith("{") ? tryParseJson(userId) : undefined;
  if (!isObject(parts)) return labels(sessionId, labelOf(userId));
  const endUser = labelOf(parts.account_uuid) ?? labelOf(parts.device_id) ?? labelOf(userId);
  return labels(sessionId ?? labelOf(parts.session_id), endUser);
}

function labels(sessionId: string | undefined, endUser: string | undefined): ClientLabels {
  const found: Draft<ClientLabels> = {};
  if (sessionId !== undefined) found.sessionId = sessionId;
  if (endUser !== undefined) found.endUser = endUser;
  return found;
}

function sessionIn(metadata: Json | undefined): string | undefined {
  return isObject(metadata) ? labelOf(metadata.session_id) : undefined;
}

/** Undefined for an empty one. */
function labelOf(value: Json | undefined): string | undefined {
  return typeof value === "string" && value !== "" ? value.slice(0, maxLength) : undefined;
}
