import * as z from "zod";
import { changeNote } from "#audit/change-note";
import type { Source } from "#config/configured";
import { ControlError } from "#core/control-error";
import type { Configuration } from "#snapshot/configuration";
import type { ChangedPart } from "#snapshot/content-compiler";
import { bodyOf, deletion, noInput, patchOf, queryOf } from "./input";
import { pageFrom, pageQuery, pageView } from "./paging";
import { created, ok, okOrNoContent } from "./response";
import { type ApiRoute, type PathParams, type Resource, route } from "./route";
import { list } from "./view-fields";

/**
 * A named list of what is configured: entries `E` of the file and the store, made from a `New`, changed as a `C`, shown as
 * a `V`, and as a `W` when just made.
 */
export type NamedResource<E extends { readonly source: Source }, New, C, V, W> = Naming & {
  readonly changed: ChangedPart;
  readonly newSchema: z.ZodType<New>;
  readonly schema: z.ZodType<C>;
  readonly view: z.ZodType<V>;
  readonly newView: z.ZodType<W>;
  readonly all: () => Promise<readonly E[]>;
  readonly idOf: (entry: E) => string;
  readonly split: (input: New) => { readonly id: string; readonly config: C };
  /** As it is changed and audited. */
  readonly configOf: (entry: E) => object;
  /** The stored entry that this configuration makes, of the one before where there is one. */
  readonly entryOf: (id: string, config: C, before: E | undefined) => E;
  readonly put: (id: string, config: C) => Promise<void>;
  readonly remove: (id: string) => Promise<void>;
  /** Reads what all entries are shown with, once. */
  readonly show: () => Promise<(entry: E) => V>;
  readonly showNew: (entry: E) => W;
  /** What is told of a configuration that is allowed but probably not meant; answers of changes have it as `warnings`. */
  readonly doubts?: (config: C) => readonly string[];
  /** Throws where the configuration cannot be used with this id. */
  readonly check?: (id: string, config: C) => void;
  /** Why an entry cannot be deleted; undefined when it can. */
  readonly inUse?: (id: string) => string | undefined;
  /** Fields whose values are not audited. */
  readonly secret?: readonly string[];
  /** What would make a deleted entry again, without its secrets; its configuration unless it says otherwise. */
  readonly restorable?: (entry: E) => object;
  /** What would be missing then. */
  readonly lost?: (entry: E) => readonly string[];
};

type Naming = {
  readonly path: `/api/${string}`;
  /** The path's parameter. */
  readonly key: string;
  /** In messages and audit events, e.g. `team`. */
  readonly word: string;
  readonly permission: Resource;
  readonly summaries: { readonly [action in "list" | "create" | "show" | "change" | "remove"]: string };
  /** What is said of an id that is not there, or is taken. */
  readonly missing: (id: string) => string;
  readonly taken: (id: string) => string;
};

/** What resources have in common whose entries are their configuration, named by a field of it. */
export function namedBy<K extends string, C extends { readonly [key in K]: string }>(
  key: K,
  word: string,
  schema: z.ZodType<C>,
) {
  return {
    key,
    word,
    newSchema: schema,
    schema,
    idOf: (entry: C) => entry[key],
    split: (config: C) => ({ id: config[key], config }),
    configOf: ({ source: _, ...config }: C & { readonly source: Source }): object => config,
    entryOf: (id: string, config: C) => {
      if (config[key] !== id)
        throw new ControlError("invalid", `Cannot change "${key}": create a ${word} with the new one`);
      return { ...config, source: "store" as const };
    },
    missing: (id: string) => `Cannot find the ${word}: there is none with the ${key} "${id}"`,
    taken: (id: string) => `Cannot create the ${word} "${id}": the ${key} is taken`,
  };
}

/** List, create, show, change and delete. */
export function resourceRoutes<E extends { readonly source: Source }, New, C, V, W>(
  resource: NamedResource<E, New, C, V, W>,
  configuration: Pick<Configuration, "change" | "create">,
): readonly ApiRoute[] {
  const { path, key, permission, summaries } = resource;
  const entryPath: string = `${path}/{${key}}`;
  const changes = entryChanges(resource);
  return [
    route({
      method: "GET",
      path,
      summary: summaries.list,
      permission: `${permission}:view`,
      input: queryOf(pageQuery),
      response: ok(pageView(resource.view)),
      handle: async ({ query }) => pageFrom(await resource.all(), query, resource.idOf, await resource.show()),
    }),
    route({
      method: "POST",
      path,
      summary: summaries.create,
      permission: `${permission}:edit`,
      input: bodyOf(resource.newSchema),
      response: created(resource.newView),
      handle: ({ body, origin, keep }) => configuration.create(origin, () => changes.create(body), keep),
    }),
    route({
      method: "GET",
      path: entryPath,
      summary: summaries.show,
      permission: `${permission}:view`,
      input: noInput,
      response: ok(resource.view),
      handle: async ({ params }) => (await resource.show())(await findEntry(idIn(params, key), resource)),
    }),
    route({
      method: "PATCH",
      path: entryPath,
      summary: summaries.change,
      permission: `${permission}:edit`,
      input: patchOf(resource.schema),
      response: ok(resource.view),
      handle: async ({ params, patch, origin }) => {
        const id = idIn(params, key);
        const { entry, doubts } = await configuration.change(origin, () => changes.change(id, patch.applyTo));
        return withDoubts((await resource.show())(entry), doubts);
      },
    }),
    route({
      method: "DELETE",
      path: entryPath,
      summary: summaries.remove,
      permission: `${permission}:edit`,
      input: deletion,
      response: okOrNoContent(deletedView(resource.newSchema)),
      handle: async ({ params, origin, assertUnchanged, wantsRestore }) => {
        const deleted = await configuration.change(origin, () => changes.remove(idIn(params, key), assertUnchanged));
        return wantsRestore ? { restore: { path, body: deleted.body }, lost: deleted.lost } : undefined;
      },
    }),
  ];
}

/** The answer to a DELETE that asks for it. */
function deletedView<New>(body: z.ZodType<New>) {
  return z.strictObject({
    restore: z.strictObject({ path: z.string(), body }).meta({ description: "A POST of this makes it again." }),
    lost: list(z.string()).meta({ description: "What would be missing then." }),
  });
}

/** What is done in the transaction of a change. */
function entryChanges<E extends { readonly source: Source }, New, C, V, W>(resource: NamedResource<E, New, C, V, W>) {
  const { word, changed, configOf, secret } = resource;
  const note = (id: string, verb: string, before: object, after: object) =>
    changeNote({ type: word, id }, verb, before, after, secret);
  return {
    create: async (input: New) => {
      const { id, config } = resource.split(input);
      if ((await resource.all()).some((entry) => resource.idOf(entry) === id))
        throw new ControlError("conflict", resource.taken(id));
      resource.check?.(id, config);
      await resource.put(id, config);
      const entry = resource.entryOf(id, config, undefined);
      const result = withDoubts(resource.showNew(entry), resource.doubts?.(config));
      return { result, changed, event: note(id, "create", {}, configOf(entry)) };
    },
    change: async (id: string, patched: (current: object) => C) => {
      const before = await findStoredEntry(id, resource);
      const config = patched(configOf(before));
      const entry = resource.entryOf(id, config, before);
      resource.check?.(id, config);
      await resource.put(id, config);
      const result = { entry, doubts: resource.doubts?.(config) };
      return { result, changed, event: note(id, "update", configOf(before), configOf(entry)) };
    },
    remove: async (id: string, assertUnchanged: (shown: object) => void) => {
      const before = await findStoredEntry(id, resource);
      assertUnchanged(configOf(before));
      const use = resource.inUse?.(id);
      if (use !== undefined) throw new ControlError("conflict", `Cannot delete the ${word} "${id}": ${use}`);
      await resource.remove(id);
      const body = resource.newSchema.parse(resource.restorable?.(before) ?? configOf(before));
      return {
        result: { body, lost: resource.lost?.(before) ?? [] },
        changed,
        event: note(id, "delete", configOf(before), {}),
      };
    },
  };
}

/** An answer with what is told of the entry, where there is something to tell. */
export function withDoubts<V>(
  shown: V,
  doubts: readonly string[] = [],
): V | (V & { readonly warnings: readonly string[] }) {
  return doubts.length === 0 ? shown : { ...shown, warnings: doubts };
}

type Findable<E> = {
  readonly word: string;
  readonly missing: (id: string) => string;
  readonly all: () => Promise<readonly E[]>;
  readonly idOf: (entry: E) => string;
};

export async function findEntry<E>(id: string, { all, idOf, missing }: Findable<E>): Promise<E> {
  const entry = (await all()).find((candidate) => idOf(candidate) === id);
  if (entry === undefined) throw new ControlError("not_found", missing(id));
  return entry;
}

/** One that the API may change. */
export async function findStoredEntry<E extends { readonly source: Source }>(
  id: string,
  resource: Findable<E>,
): Promise<E> {
  const entry = await findEntry(id, resource);
  if (entry.source === "store") return entry;
  throw declaredInFile(resource.word, id);
}

export function declaredInFile(word: string, id: string): ControlError {
  return new ControlError(
    "conflict",
    `Cannot change the ${word} "${id}": the configuration file declares it, change it there`,
  );
}

function idIn(params: PathParams, key: string): string {
  return params[key] ?? "";
}
