import * as z from "zod";
import type { ConfiguredVirtualKey } from "#config/configured";
import { parseTime } from "#config/schema-fields";
import type { VirtualKeySpec } from "#config/virtual-key-schema";
import type { Configuration } from "#snapshot/configuration";
import { type KeyPage, type KeyStateFilter, keyStates } from "#store/config/stored-virtual-key";
import { badCursor, defaultLimit, isOwnId, type Page, pageFields, pageOf } from "../paging";
import type { ApiServices } from "../services";
import type { KeyShower, VirtualKeyView } from "./virtual-key-view";

const text = z.string().min(1).max(300);

export const keyListQuery = z.strictObject({
  ...pageFields,
  team: text.exactOptional().meta({ description: "Only keys of this team." }),
  customer: text.exactOptional().meta({ description: "Only keys of this customer, their own or their team's." }),
  tag: text.exactOptional().meta({ description: "Only keys with this tag, `name` or `name:value`." }),
  search: text
    .exactOptional()
    .meta({ description: "Only keys with this in their name, or whose id or secret begins so." }),
  state: z
    .enum(keyStates)
    .exactOptional()
    .meta({ description: "Only keys in this state; also revoked ones, if asked for." }),
  include_revoked: z.enum(["true", "false"]).exactOptional().meta({ description: "Whether revoked keys are listed." }),
});

type KeyListQuery = z.output<typeof keyListQuery>;

type Services = Pick<ApiServices, "store" | "configuration" | "nowMs">;

/** Keys of the file first, in its order, then stored ones by id. */
export async function listKeys(
  { store, configuration, nowMs }: Services,
  shower: KeyShower,
  query: KeyListQuery,
): Promise<Page<VirtualKeyView>> {
  const { limit = defaultLimit, after } = query;
  const filter = filterOf(query, configuration, nowMs());
  const declared = configuration.fileVirtualKeys();
  const place = after === undefined ? 0 : declared.findIndex((key) => key.id === after) + 1;
  const isInFile = after === undefined || place > 0;
  if (!isInFile && !isOwnId(after)) throw badCursor("must be the `next` of a page, and name a key that is still there");
  const passing = isInFile ? declared.slice(place).filter((key) => passes(key, filter)) : [];
  const fromFile = passing.slice(0, limit + 1);
  const stored = await store.virtualKeys.list({
    ...filter,
    ...(!isInFile && { after }),
    limit: limit + 1 - fromFile.length,
    includeRevoked: query.include_revoked === "true",
  });
  const entries = [...fromFile.map(shower.declared), ...stored.map(shower.stored)];
  const page = entries.slice(0, limit);
  return pageOf(page, entries.length > limit ? page.at(-1)?.id : undefined);
}

type Filter = Pick<KeyPage, "team" | "customer" | "tag" | "search" | "state">;

function filterOf(
  { team, customer, tag, search, state }: KeyListQuery,
  configuration: Configuration,
  nowMs: number,
): Filter {
  const [, name = "", value] = /^([^:]*)(?::(.*))?$/s.exec(tag ?? "") ?? [];
  const teams = [...configuration.content().teams.values()].filter((candidate) => candidate.customer === customer);
  return {
    ...(team !== undefined && { team }),
    ...(customer !== undefined && {
      customer: { name: customer, teams: teams.map((candidate) => candidate.name) },
    }),
    ...(tag !== undefined && { tag: { name, ...(value !== undefined && { value }) } }),
    ...(search !== undefined && { search }),
    ...(state !== undefined && { state: { is: state, nowMs } }),
  };
}

/** What the store's query does, for the file's keys. */
function passes({ id, hint, spec }: ConfiguredVirtualKey, { team, customer, tag, search, state }: Filter): boolean {
  const tagged = tag === undefined ? undefined : spec.tags?.[tag.name];
  const isTheirs =
    customer === undefined ||
    (spec.customer === undefined ? customer.teams.includes(spec.team ?? "") : spec.customer === customer.name);
  return (
    (team === undefined || spec.team === team) &&
    isTheirs &&
    (tag === undefined || (tagged !== undefined && (tag.value ?? tagged) === tagged)) &&
    (state === undefined || stateOf(spec, state.nowMs) === state.is) &&
    (search === undefined ||
      spec.name.toLowerCase().includes(search.toLowerCase()) ||
      id.startsWith(search) ||
      hint.startsWith(search))
  );
}

/** A key of the file is never revoked. */
function stateOf({ active, expires_at: expires }: VirtualKeySpec, nowMs: number): KeyStateFilter["is"] {
  if (active === false) return "off";
  const expiresAtMs = expires === undefined ? undefined : parseTime(expires);
  return expiresAtMs !== undefined && expiresAtMs <= nowMs ? "expired" : "active";
}
