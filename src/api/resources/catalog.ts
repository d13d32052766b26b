import { gunzipSync } from "node:zlib";
import * as z from "zod";
import { maxCatalogBytes } from "#catalog/read-catalog";
import type { CatalogStatus, ProposedCatalog } from "#catalog-updates/catalog-keeper";
import { ControlError } from "#core/control-error";
import { bodyOf, noInput } from "../input";
import { noContent, ok } from "../response";
import { type ApiRoute, route } from "../route";
import type { ApiServices } from "../services";
import { count, list, milliseconds, showTime, time, words } from "../view-fields";

/** More names would be nothing to read. */
const mostShown = 200;

const sha256 = z.string().meta({ description: "SHA-256 of its bytes, hex." });

const view = z
  .strictObject({
    version: sha256,
    models: count,
    source: z.enum(["shipped", "file", "url"]),
    name: z.string().exactOptional().meta({ description: "Of the file, or the address." }),
    applied_at: time.exactOptional(),
    fetched: z
      .strictObject({ url: z.string(), every_ms: milliseconds, checked_at: time.exactOptional() })
      .exactOptional()
      .meta({ description: "What `settings.catalog` asks for." }),
    error: z.string().exactOptional().meta({
      description: "Why the last fetch came to nothing, or what was applied cannot be read: what held before goes on.",
    }),
  })
  .meta({ id: "Catalog", description: "What is known of models: their prices and limits." });

const changesView = z
  .strictObject({
    version: sha256,
    models: count,
    applied: z.boolean(),
    counts: z.strictObject({ added: count, removed: count, changed: count }),
    added: words,
    removed: words,
    changed: list(z.strictObject({ model: z.string(), what: words })),
  })
  .meta({
    id: "CatalogChanges",
    description: `What another catalog changes; at most ${mostShown} models of each kind.`,
  });

const body = z
  .strictObject({
    text: z.string().exactOptional().meta({ description: "The file: a model a line." }),
    gzip: z.base64().exactOptional().meta({ description: "In its place: the file compressed with gzip, as base64." }),
    name: z.string().min(1).max(2000).exactOptional().meta({ description: "What it is called.", default: "upload" }),
    dry_run: z.boolean().exactOptional().meta({ description: "Only say what would change.", default: false }),
  })
  .refine(({ text, gzip }) => (text === undefined) !== (gzip === undefined), {
    message: "either text or gzip is needed",
  });

export function catalogRoutes({ catalogKeeper }: Pick<ApiServices, "catalogKeeper">): readonly ApiRoute[] {
  return [
    route({
      method: "GET",
      path: "/api/catalog",
      summary: "Show which catalog of models and prices holds",
      permission: "models:view",
      input: noInput,
      response: ok(view),
      handle: async () => showStatus(await catalogKeeper.status()),
    }),
    route({
      method: "POST",
      path: "/api/catalog",
      summary: "Put another catalog in its place, or say what that would change; running requests keep their prices",
      permission: "models:edit",
      input: bodyOf(body),
      response: ok(changesView),
      handle: async ({ body: asked, origin }) => {
        const text = asked.text ?? inflated(asked.gzip ?? "");
        if (asked.dry_run === true) return showChanges(catalogKeeper.propose(text), false);
        const from = { origin: "file", name: asked.name ?? "upload" } as const;
        return showChanges(await catalogKeeper.apply(origin, text, from), true);
      },
    }),
    route({
      method: "POST",
      path: "/api/catalog/fetch",
      summary: "Fetch what `settings.catalog` names, now, and put it in its place",
      permission: "models:edit",
      input: noInput,
      response: ok(changesView),
      handle: async ({ origin }) => showChanges(await catalogKeeper.fetch(origin), true),
    }),
    route({
      method: "DELETE",
      path: "/api/catalog",
      summary: "Go back to the catalog that ships",
      permission: "models:edit",
      input: noInput,
      response: noContent,
      handle: ({ origin }) => catalogKeeper.reset(origin),
    }),
  ];
}

function inflated(base64: string): string {
  try {
    return gunzipSync(Buffer.from(base64, "base64"), { maxOutputLength: maxCatalogBytes }).toString("utf8");
  } catch {
    throw new ControlError(
      "invalid",
      `Cannot read the catalog: "gzip" is not gzip of at most ${maxCatalogBytes} bytes`,
    );
  }
}

function showStatus({ version, models, applied, fetched, error }: CatalogStatus): z.output<typeof view> {
  return {
    version,
    models,
    source: applied?.origin ?? "shipped",
    ...(applied && { name: applied.name, applied_at: showTime(applied.atMs) }),
    ...(fetched && {
      fetched: {
        url: fetched.url,
        every_ms: fetched.everyMs,
        ...(fetched.checkedAtMs !== undefined && { checked_at: showTime(fetched.checkedAtMs) }),
      },
    }),
    ...(error !== undefined && { error }),
  };
}

function showChanges({ version, models, changes }: ProposedCatalog, applied: boolean): z.output<typeof changesView> {
  const { added, changed, removed } = changes;
  return {
    version,
    models,
    applied,
    counts: { added: added.length, removed: removed.length, changed: changed.length },
    added: added.slice(0, mostShown),
    removed: removed.slice(0, mostShown),
    changed: changed.slice(0, mostShown).map(({ model, what }) => ({ model, what: [...what] })),
  };
}
