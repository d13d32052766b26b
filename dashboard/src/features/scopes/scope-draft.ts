import type { Body } from "#api/call";
import { type LimitDraft, limitDrafts, limitsFrom } from "#components/limit-drafts";
import { readTags, writeTags } from "#lib/word-list";
import type { ScopeRow } from "./scope-row";

export type ScopeBody = Body<"POST /api/teams"> & Body<"POST /api/customers"> & Body<"POST /api/limits">;
export type ScopePatch = Body<"PATCH /api/teams/{name}"> &
  Body<"PATCH /api/customers/{name}"> &
  Body<"PATCH /api/limits/{name}">;

export type ScopeDraft = {
  readonly name: string;
  readonly customer: string;
  readonly tags: string;
  readonly model: string;
  readonly provider: string;
  readonly providerKey: string;
  readonly limits: readonly LimitDraft[];
};

export const emptyScopeDraft: ScopeDraft = {
  name: "",
  customer: "",
  tags: "",
  model: "",
  provider: "",
  providerKey: "",
  limits: [],
};

export function draftOf(row: ScopeRow): ScopeDraft {
  const { name, customer = "", tags = {}, model = "", provider = "", provider_key: providerKey = "" } = row;
  const own = { model, provider };
  // What stands on the entry is shown on each of its limits too, and must not be said twice.
  const limits = limitDrafts({
    budgets: row.budgets.map((budget) => ({ ...budget, ...without(own) })),
    rate_limits: row.rate_limits.map((rate) => ({ ...rate, ...without(own) })),
  });
  return { name, customer, tags: writeTags(tags), model, provider, providerKey, limits };
}

function without(own: { readonly model: string; readonly provider: string }) {
  return { ...(own.model !== "" && { model: undefined }), ...(own.provider !== "" && { provider: undefined }) };
}

/** What was left empty is undefined. */
function specFrom(draft: ScopeDraft) {
  const { name, customer, model, provider, providerKey } = draft;
  const { budgets, rate_limits: rates } = limitsFrom(draft.limits);
  const tags = readTags(draft.tags);
  return {
    name: name.trim(),
    customer: customer.trim() || undefined,
    tags: Object.keys(tags).length === 0 ? undefined : tags,
    model: model.trim() || undefined,
    provider: provider.trim() || undefined,
    provider_key: providerKey.trim() || undefined,
    budgets: budgets.length === 0 ? undefined : budgets,
    rate_limits: rates.length === 0 ? undefined : rates,
  };
}

export function newScopeFrom(draft: ScopeDraft): ScopeBody {
  return specFrom(draft);
}

/** Only what differs; null for what was emptied. */
export function patchBetween(before: ScopeDraft, after: ScopeDraft): ScopePatch {
  const old: ReadonlyMap<string, unknown> = new Map(Object.entries(specFrom(before)));
  const changed = Object.entries(specFrom(after)).filter(
    ([name, value]) => JSON.stringify(value) !== JSON.stringify(old.get(name)),
  );
  return Object.fromEntries(changed.map(([name, value]) => [name, value ?? null]));
}
