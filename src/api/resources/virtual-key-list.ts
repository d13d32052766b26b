import * as z from "zod";
import type { ConfiguredVirtualKey } from "#config/configured";
import type { Configuration } from "#snapshot/configuration";
import type { ConfigStore } from "#store/config/config-store";
import type { KeyPage } from "#store/config/stored-virtual-key";
import { defaultLimit, listAnswer, pageFields } from "../paging";
import type { ApiResponse } from "../route";
import type { KeyShower } from "./show-virtual-key";

const text = z.string().min(1).max(300);

export const keyListQuery = z.strictObject({
  ...pageFields,
  team: text.exactOptional().meta({ description: "Only keys of this team." }),
  customer: text.exactOptional().meta({ description: "Only keys of this customer, their own or their team's." }),
  tag: text.exactOptional().meta({ description: "Only keys with this tag, `name` or `name:value`." }),
  search: text
    .exactOptional()
    .meta({ description: "Only keys with this in their name, or whose id or secret begins so." }),
  include_revoked: z.enum(["true", "false"]).exactOptional().meta({ description: "Whether revoked keys are listed." }),
});

export type KeyListParts = {
  readonly store: ConfigStore;
  readonly configuration: Configuration;
  readonly shower: KeyShower;
};

/** Keys of the file first, in its order, then stored ones by id. */
export async function listKeys(parts: KeyListParts, query: z.output<typeof keyListQuery>): Promise<ApiResponse> {
  const { limit = defaultLimit, after } = query;
  const filter = filterOf(query, parts.configuration);
  const declared = parts.configuration.fileVirtualKeys();
  const place = after === undefined ? 0 : declared.findIndex((key) => key.id === after) + 1;
  const isInFile = after === undefined || place > 0;
  const fromFile = isInFile
    ? declared
        .slice(place)
        .filter((key) => passes(key, filter))
        .slice(0, limit + 1)
    : [];
  const stored = await parts.store.virtualKeys.list({
    ...filter,
    ...(isInFile ? {} : { after }),
    limit: limit + 1 - fromFile.length,
    includeRevoked: query.include_revoked === "true",
  });
  const entries = [
    ...fromFile.map((key) => [key.id, parts.shower.declared(key)] as const),
    ...stored.map((key) => [key.id, parts.shower.stored(key)] as const),
  ];
  const page = entries.slice(0, limit);
  return listAnswer(
    page.map(([, shown]) => shown),
    entries.length > limit ? page.at(-1)?.[0] : undefined,
  );
}

type Filter = Pick<KeyPage, "team" | "customer" | "tag" | "search">;

function filterOf(
  { team, customer, tag, search }: z.output<typeof keyListQuery>,
  configuration: Configuration,
): Filter {
  const [, name = "", value] = /^([^:]*)(?::(.*))?$/s.exec(tag ?? "") ?? [];
  const teams = [...configuration.content().teams.values()].filter((candidate) => candidate.customer === customer);
  return {
    ...(team === undefined ? {} : { team }),
    ...(customer === undefined
      ? {}
      : { customer: { name: customer, teams: teams.map((candidate) => candidate.name) } }),
    ...(tag === undefined ? {} : { tag: { name, ...(value === undefined ? {} : { value }) } }),
    ...(search === undefined ? {} : { search }),
  };
}

/** What the store's query does, for the file's keys. */
function passes({ id, hint, spec }: ConfiguredVirtualKey, { team, customer, tag, search }: Filter): boolean {
  const tagged = tag === undefined ? undefined : spec.tags?.[tag.name];
  const isTheirs =
    customer === undefined ||
    (spec.customer === undefined ? customer.teams.includes(spec.team ?? "") : spec.customer === customer.name);
  return (
    (team === undefined || spec.team === team) &&
    isTheirs &&
    (tag === undefined || (tagged !== undefined && (tag.value ?? tagged) === tagged)) &&
    (search === undefined ||
      spec.name.toLowerCase().includes(search.toLowerCase()) ||
      id.startsWith(search) ||
      hint.startsWith(search))
  );
}
