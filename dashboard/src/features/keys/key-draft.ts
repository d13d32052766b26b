import type { Body } from "#api/call";
import type { VirtualKey } from "#api/schema.gen";
import { type LimitDraft, limitDrafts, limitsFrom } from "#components/limit-drafts";
import { readTags, readWords, writeTags } from "#lib/word-list";
import type { KeyPatch } from "./update-key";

export type KeyDraft = {
  readonly name: string;
  readonly team: string;
  readonly customer: string;
  readonly limits: readonly LimitDraft[];
  /** Lists as they are typed, separated by commas. */
  readonly models: string;
  readonly blocked: string;
  readonly endpoints: string;
  readonly addresses: string;
  readonly tags: string;
  /** RFC 3339, or empty. */
  readonly expires: string;
  readonly contentLogging: "" | "off" | "metadata" | "full";
  readonly requirePrice: "" | "true" | "false";
  readonly onTightBudget: "" | "cap" | "cap-any" | "refuse";
  readonly onAbort: "" | "estimate" | "full-hold" | "drain";
  readonly selfView: "off" | "usage" | "requests" | "content";
};

export type KeyFormProps = {
  readonly draft: KeyDraft;
  readonly onChange: (part: Partial<KeyDraft>) => void;
};

export const emptyKeyDraft: KeyDraft = {
  name: "",
  team: "",
  customer: "",
  limits: [],
  models: "",
  blocked: "",
  endpoints: "",
  addresses: "",
  tags: "",
  expires: "",
  contentLogging: "",
  requirePrice: "",
  onTightBudget: "",
  onAbort: "",
  selfView: "requests",
};

export function draftOf(key: VirtualKey): KeyDraft {
  const { name, team = "", customer = "", blocked, tags, expires_at: expires = "" } = key;
  const { allowed_ips: addresses, content_logging: contentLogging = "", require_price: price } = key;
  const { on_abort: onAbort = "", on_tight_budget: onTightBudget = "" } = key;
  return {
    name,
    team,
    customer,
    limits: limitDrafts(key),
    models: restriction(key.models),
    blocked: blocked.join(", "),
    endpoints: restriction(key.endpoints),
    addresses: addresses.join(", "),
    tags: writeTags(tags),
    expires,
    contentLogging,
    onAbort,
    onTightBudget,
    requirePrice: price === undefined ? "" : price ? "true" : "false",
    selfView: key.self_view,
  };
}

/** `*` alone restricts nothing. */
function restriction(globs: readonly string[]): string {
  return globs.length === 1 && globs[0] === "*" ? "" : globs.join(", ");
}

/** What was left empty is undefined. */
function specFrom(draft: KeyDraft) {
  const { name, team, customer, expires, contentLogging, requirePrice, selfView } = draft;
  const words = (text: string) => emptied(readWords(text));
  const limits = limitsFrom(draft.limits);
  const tags = readTags(draft.tags);
  return {
    name: name.trim(),
    team: team.trim() || undefined,
    customer: customer.trim() || undefined,
    budgets: emptied(limits.budgets),
    rate_limits: emptied(limits.rate_limits),
    models: words(draft.models),
    blocked: words(draft.blocked),
    endpoints: words(draft.endpoints),
    allowed_ips: words(draft.addresses),
    tags: Object.keys(tags).length === 0 ? undefined : tags,
    expires_at: expires || undefined,
    content_logging: contentLogging || undefined,
    require_price: requirePrice === "" ? undefined : requirePrice === "true",
    on_tight_budget: draft.onTightBudget || undefined,
    on_abort: draft.onAbort || undefined,
    self_view: selfView === "requests" ? undefined : selfView,
  };
}

function emptied<T>(list: readonly T[]): readonly T[] | undefined {
  return list.length === 0 ? undefined : list;
}

export function newKeyFrom(draft: KeyDraft): Body<"POST /api/virtual-keys"> {
  return specFrom(draft);
}

/** Only what differs: what another tab changed meanwhile stays as it is. */
export function patchBetween(before: KeyDraft, after: KeyDraft): KeyPatch {
  const [old, next] = [Object.entries(specFrom(before)), Object.entries(specFrom(after))];
  const changed = next.filter(([, value], index) => JSON.stringify(value) !== JSON.stringify(old[index]?.[1]));
  return Object.fromEntries(changed.map(([name, value]) => [name, value ?? null]));
}
