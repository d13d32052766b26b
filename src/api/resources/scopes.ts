import type * as z from "zod";
import type { AuditNote } from "#audit/audit-trail";
import { fieldChanges } from "#audit/field-changes";
import type { Source } from "#config/configured";
import type { LimitsConfig } from "#config/limit-schema";
import { ControlError } from "#core/control-error";
import type { Limit } from "#core/limit";
import { isObject, type JsonObject, parseJson } from "#lib/json";
import { type LimitStateParts, readLimitStates } from "#limits/limit-state";
import type { SnapshotContent } from "#snapshot/compile";
import type { Configuration } from "#snapshot/configuration";
import type { ChangedPart } from "#snapshot/content-compiler";
import type { ConfigStore } from "#store/config/config-store";
import { listAnswer, pageOf, pageQuery } from "../paging";
import { parseInput } from "../parse-input";
import { applyPatch } from "../patch";
import { type ApiRoute, json, noContent } from "../route";

export type ScopeParts = LimitStateParts & { readonly store: ConfigStore; readonly configuration: Configuration };

type Named = LimitsConfig & { readonly name: string };
type Configured<C> = C & { readonly source: Source };

/** What tells teams, customers and the gateway's limits apart. */
export type ScopeResource<C extends Named> = {
  readonly path: string;
  /** In messages and audit events, e.g. `team`. */
  readonly word: string;
  readonly changed: ChangedPart;
  readonly schema: z.ZodType<C>;
  readonly all: () => Promise<readonly Configured<C>[]>;
  readonly put: (config: C) => Promise<void>;
  readonly remove: (name: string) => Promise<void>;
  readonly limitsOf: (name: string, content: SnapshotContent) => readonly Limit[];
  /** Why one cannot be deleted; undefined when it can. */
  readonly inUse: (name: string, content: SnapshotContent) => string | undefined;
};

/** List, create, show, change and delete: the same for everything that carries limits and has a name. */
export function scopeRoutes<C extends Named>(resource: ScopeResource<C>, parts: ScopeParts): readonly ApiRoute[] {
  const { path, word, schema } = resource;
  const { configuration } = parts;
  const shower = async () => {
    const states = await readLimitStates(parts);
    return ({ source, ...entry }: Configured<C>): JsonObject => ({
      ...fieldsOf(entry),
      ...states(resource.limitsOf(entry.name, configuration.content())),
      source,
      read_only: source === "file",
    });
  };
  return [
    {
      method: "GET",
      path,
      summary: `List ${word}s with the state of their limits`,
      access: "admin",
      query: pageQuery,
      handle: async ({ query }) => {
        const entries = await resource.all();
        const { page, next } = pageOf(entries, ({ name }) => name, parseInput(pageQuery, query, "query"));
        return listAnswer(page.map(await shower()), next);
      },
    },
    {
      method: "POST",
      path,
      summary: `Create a ${word}`,
      access: "admin",
      body: schema,
      handle: async ({ body, origin }) => {
        const config = parseInput(schema, body, "body");
        return configuration.create(origin, async () => {
          const taken = (await resource.all()).some(({ name }) => name === config.name);
          if (taken)
            throw new ControlError("conflict", `Cannot create the ${word} "${config.name}": the name is taken`);
          await resource.put(config);
          const answer = json({ ...fieldsOf(config), source: "store", read_only: false }, 201);
          return { result: answer, changed: resource.changed, event: note(word, "create", config.name, {}, config) };
        });
      },
    },
    {
      method: "GET",
      path: `${path}/{name}`,
      summary: `Show a ${word} with the state of its limits`,
      access: "admin",
      handle: async ({ params }) => json((await shower())(await find(params.name ?? "", resource))),
    },
    {
      method: "PATCH",
      path: `${path}/{name}`,
      summary: `Change a ${word}; limits that only get another amount keep what is spent`,
      access: "admin",
      body: schema,
      handle: async ({ params, body, origin }) => {
        const changed = await configuration.change(origin, async () => {
          const { source: _, ...current } = await findStored(params.name ?? "", resource);
          const config = applyPatch(schema, current, body);
          if (config.name !== params.name)
            throw new ControlError("invalid", `Cannot change "name": create a ${word} with the new one`);
          await resource.put(config);
          return {
            result: config,
            changed: resource.changed,
            event: note(word, "update", config.name, current, config),
          };
        });
        return json((await shower())({ ...changed, source: "store" }));
      },
    },
    {
      method: "DELETE",
      path: `${path}/{name}`,
      summary: `Remove a ${word} with its limits and what they counted`,
      access: "admin",
      handle: async ({ params, origin }) => {
        await configuration.change(origin, async () => {
          const { source: _, ...current } = await findStored(params.name ?? "", resource);
          const use = resource.inUse(current.name, configuration.content());
          if (use !== undefined)
            throw new ControlError("conflict", `Cannot delete the ${word} "${current.name}": ${use}`);
          await resource.remove(current.name);
          return {
            result: undefined,
            changed: resource.changed,
            event: note(word, "delete", current.name, current, {}),
          };
        });
        return noContent;
      },
    },
  ];
}

async function find<C extends Named>(name: string, { word, all }: ScopeResource<C>): Promise<Configured<C>> {
  const entry = (await all()).find((candidate) => candidate.name === name);
  if (entry === undefined)
    throw new ControlError("not_found", `Cannot find the ${word}: there is none with the name "${name}"`);
  return entry;
}

async function findStored<C extends Named>(name: string, resource: ScopeResource<C>): Promise<Configured<C>> {
  const entry = await find(name, resource);
  if (entry.source === "store") return entry;
  throw new ControlError(
    "conflict",
    `Cannot change the ${resource.word} "${name}": the configuration file declares it, change it there`,
  );
}

function note(
  word: string,
  verb: "create" | "update" | "delete",
  id: string,
  before: object,
  after: object,
): AuditNote {
  return { action: `${word}.${verb}`, resource: { type: word, id }, changes: fieldChanges(before, after) };
}

function fieldsOf(entry: object): JsonObject {
  const value = parseJson(JSON.stringify(entry));
  return isObject(value) ? value : {};
}
