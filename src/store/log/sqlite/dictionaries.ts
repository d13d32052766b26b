import type { Database } from "bun:sqlite";
import { createShapeParser } from "#core/parse-record";
import type { RequestRecord } from "#core/record";
import { classOf, classShape, type Principal, principalOf, principalShape, type RequestClass } from "../log-fields";

/**
 * Clients choose the model names that they ask for: beyond so many combinations new ones are taken in without that name,
 * and principals without their tags.
 */
const maxEntries = { principals: 200_000, kinds: 20_000 };
const maxKnown = 50_000;
const maxLast = 1000;

export type DictionaryWriter = {
  readonly principal: (record: RequestRecord) => number;
  readonly requestClass: (record: RequestRecord) => number;
  /** A transaction was rolled back: what it took in is not there. */
  readonly forget: () => void;
};

/** Gives a number to each principal and request class. To be used within a transaction. */
export function createDictionaryWriter(database: Database): DictionaryWriter {
  const principals = createNumbers(database, "principals");
  const classes = createNumbers(database, "kinds");
  const principalNumber = (record: RequestRecord) =>
    principals.numberOf(principalName(record), () => {
      const principal = principalOf(record);
      const { tags: _, ...less } = principal;
      return [principal, less];
    });
  const classNumber = (record: RequestRecord) =>
    classes.numberOf(classKey(record), () => {
      const requestClass = classOf(record);
      const { askedModel: _, ...less } = requestClass;
      return [requestClass, less];
    });
  const lastPrincipals = createLast(isSamePrincipal, principalNumber);
  const lastClasses = createLast(isSameClass, classNumber);
  return {
    principal: (record) => lastPrincipals.numberOf(record.keyId, record),
    requestClass: (record) => lastClasses.numberOf(record.model, record),
    forget: () => {
      principals.forget();
      classes.forget();
      lastPrincipals.forget();
      lastClasses.forget();
    },
  };
}

/**
 * Keeps the last record under each word: where the next one is the same, so is its number. Texts of records are the same
 * objects mostly (`TextCache`), so that comparing ten of them takes a tenth of making a name of them.
 */
function createLast(
  isSame: (a: RequestRecord, b: RequestRecord) => boolean,
  numberOf: (record: RequestRecord) => number,
) {
  const last = new Map<string | undefined, { readonly record: RequestRecord; readonly number: number }>();
  return {
    numberOf: (word: string | undefined, record: RequestRecord): number => {
      const before = last.get(word);
      if (before !== undefined && isSame(before.record, record)) return before.number;
      if (last.size >= maxLast) last.clear();
      const number = numberOf(record);
      last.set(word, { record, number });
      return number;
    },
    forget: () => last.clear(),
  };
}

function isSamePrincipal(a: RequestRecord, b: RequestRecord): boolean {
  return (
    a.keyId === b.keyId &&
    a.keyName === b.keyName &&
    a.team === b.team &&
    a.customer === b.customer &&
    isSameTags(a.tags, b.tags)
  );
}

/** False for the same tags in another order. */
function isSameTags(a: RequestRecord["tags"], b: RequestRecord["tags"]): boolean {
  if (a === undefined || b === undefined) return a === b;
  const [names, others] = [Object.keys(a), Object.keys(b)];
  return names.length === others.length && names.every((name, index) => name === others[index] && a[name] === b[name]);
}

function isSameClass(a: RequestRecord, b: RequestRecord): boolean {
  return (
    a.endpoint === b.endpoint &&
    a.dialect === b.dialect &&
    a.askedModel === b.askedModel &&
    a.provider === b.provider &&
    a.model === b.model &&
    a.providerKey === b.providerKey &&
    a.stream === b.stream &&
    a.status === b.status &&
    a.outcome === b.outcome &&
    a.errorCode === b.errorCode &&
    a.errorSource === b.errorSource
  );
}

function createNumbers(database: Database, table: keyof typeof maxEntries) {
  const find = database.prepare<{ id: number }, [string]>(`SELECT id FROM ${table} WHERE fields = ?`);
  const insert = database.prepare<{ id: number }, [string]>(`INSERT INTO ${table} (fields) VALUES (?) RETURNING id`);
  const size = database.prepare<{ size: number | null }, []>(`SELECT max(id) AS size FROM ${table}`);
  const known = new Map<string, number>();
  const take = (entry: object): number => {
    const fields = JSON.stringify(entry);
    return find.get(fields)?.id ?? insert.get(fields)?.id ?? 0;
  };
  return {
    /** `entries`: what stands for the name, and what does when there is no room for more. */
    numberOf: (name: string, entries: () => readonly [object, object]): number => {
      const before = known.get(name);
      if (before !== undefined) return before;
      const [entry, less] = entries();
      const full = (size.get()?.size ?? 0) >= maxEntries[table];
      const id = full ? (find.get(JSON.stringify(entry))?.id ?? take(less)) : take(entry);
      if (known.size >= maxKnown) known.clear();
      known.set(name, id);
      return id;
    },
    forget: () => known.clear(),
  };
}

/** What tells principals apart, faster to make than their JSON. */
function principalName({ keyId, keyName, team, customer, tags }: RequestRecord): string {
  return nameOf([keyId, keyName, team, customer, tags === undefined ? undefined : JSON.stringify(tags)]);
}

function classKey(record: RequestRecord): string {
  const { endpoint, dialect, askedModel, provider, model, providerKey, stream, status, outcome } = record;
  const words = [endpoint, dialect, askedModel, provider, model, providerKey, outcome];
  return nameOf([...words, record.errorCode, record.errorSource, `${stream} ${status}`]);
}

function nameOf(words: readonly (string | undefined)[]): string {
  let name = "";
  for (const word of words) name += word === undefined ? "\u0000" : `${word}\u0001`;
  return name;
}

export type Dictionaries = {
  readonly principals: ReadonlyMap<number, Principal>;
  readonly classes: ReadonlyMap<number, RequestClass>;
};

/** Reads both dictionaries; a later call reads what has been added since. */
export function createDictionaryReader(database: Database): () => Dictionaries {
  const principals = createEntries(database, "principals", createShapeParser(principalShape));
  const classes = createEntries(database, "kinds", createShapeParser(classShape));
  return () => ({ principals: principals(), classes: classes() });
}

function createEntries<T>(
  database: Database,
  table: keyof typeof maxEntries,
  parse: (json: string) => T | undefined,
): () => ReadonlyMap<number, T> {
  const added = database.prepare<{ id: number; fields: string }, [number]>(
    `SELECT id, fields FROM ${table} WHERE id > ? ORDER BY id`,
  );
  const entries = new Map<number, T>();
  let last = 0;
  return () => {
    for (const { id, fields } of added.all(last)) {
      const entry = parse(fields);
      if (entry === undefined)
        throw new Error(`Cannot read row ${id} of ${table}: it is none of this or an older version`);
      entries.set(id, entry);
      last = id;
    }
    return entries;
  };
}
