import type { RequestRecord } from "#core/record";
import type { Dimension, dimensions } from "./stats-query";

const tagPrefix = "tag:";

/** Whether what is grouped by says who asked, rather than what was asked. */
export function isOfPrincipal(name: Dimension): boolean {
  return isTag(name) || name === "key" || name === "team" || name === "customer";
}

/** What a record, or the part of it that a dictionary keeps, is grouped under; null where it has no such value. */
export function dimensionValue(entry: Partial<RequestRecord>, name: Dimension): string | null {
  if (isTag(name)) return entry.tags?.[name.slice(tagPrefix.length)] ?? null;
  return values[name](entry) ?? null;
}

function isTag(name: Dimension): name is `tag:${string}` {
  return name.startsWith(tagPrefix);
}

const values: { readonly [D in (typeof dimensions)[number]]: (entry: Partial<RequestRecord>) => string | undefined } = {
  key: ({ keyId }) => keyId,
  team: ({ team }) => team,
  customer: ({ customer }) => customer,
  asked_model: ({ askedModel }) => askedModel,
  model: ({ model }) => model,
  provider: ({ provider }) => provider,
  provider_key: ({ providerKey }) => providerKey,
  endpoint: ({ endpoint }) => endpoint,
  dialect: ({ dialect }) => dialect,
  outcome: ({ outcome }) => outcome,
  error_code: ({ errorCode }) => errorCode,
  status: ({ status }) => status?.toString(),
  stream: ({ stream }) => stream?.toString(),
};
