import * as z from "zod";
import type { AuditNote } from "#audit/audit-trail";
import type { FieldChanges } from "#audit/field-changes";
import type { ConfigFile } from "#config/schema";
import { writeConfig } from "#config/write-config";
import { ControlError } from "#core/control-error";
import { applyChanges, type MadeKey } from "#interchange/apply-changes";
import { compareSections, type EntryChange } from "#interchange/compare-sections";
import { fileOf, heldSections, sectionNames } from "#interchange/config-sections";
import { readPasted } from "#interchange/read-pasted";
import { wantedSections } from "#interchange/wanted-sections";
import { isObject, type Json } from "#lib/json";
import type { Changed } from "#snapshot/configuration";
import { bodyOf, noInput } from "../input";
import { ok, text } from "../response";
import { type ApiRoute, route } from "../route";
import type { ApiServices } from "../services";
import { list, words } from "../view-fields";
import { isSecretTaken } from "./find-virtual-key";

type Services = Pick<ApiServices, "store" | "configuration" | "definitions" | "resolveSecret" | "newId" | "nowMs">;

const yaml = z.string().max(1_000_000).meta({ description: "The text of a configuration file." });

const applySchema = z.strictObject({
  yaml,
  remove: z.boolean().exactOptional().meta({
    default: false,
    description: "Whether what the text does not name is removed. Without it that stays as it is.",
  }),
});

const changeView = z
  .strictObject({
    section: z.enum(sectionNames),
    name: z.string().meta({ description: "Of a provider key `provider/key`, of a setting its name." }),
    change: z.enum(["added", "changed", "removed"]).meta({ description: "`removed`: the text does not name it." }),
    fields: list(
      z.strictObject({
        field: z.string(),
        from: z.string().exactOptional().meta({ description: "As JSON." }),
        to: z.string().exactOptional().meta({ description: "As JSON." }),
        secret: z.literal(true).exactOptional().meta({ description: "It changes, and is not shown." }),
      }),
    ),
    refused: z.string().exactOptional().meta({ description: "Why this cannot be changed here." }),
  })
  .meta({ id: "ConfigurationChange" });

const comparisonView = z
  .strictObject({
    valid: z.boolean(),
    errors: words.meta({ description: "Place in the text and what is wrong there." }),
    changes: list(changeView),
  })
  .meta({ id: "ConfigurationComparison", description: "How a text differs from the configuration that holds." });

const appliedView = z
  .strictObject({
    changes: list(changeView),
    virtual_keys: list(z.strictObject({ id: z.string(), name: z.string(), value: z.string() })).meta({
      description: "Those that were given a secret, which is never shown again.",
    }),
  })
  .meta({ id: "AppliedConfiguration" });

const comment = [
  "The whole configuration, as it holds.",
  "Literal secrets are blank, references are kept. Virtual keys have no values: only hashes of them are stored.",
];

export function configurationRoutes(services: Services): readonly ApiRoute[] {
  const { configuration } = services;
  return [
    route({
      method: "GET",
      path: "/api/configuration",
      summary: "Download the whole configuration as a configuration file, secrets as references or blank",
      permission: "configuration:view",
      input: noInput,
      response: text("application/yaml; charset=utf-8"),
      handle: async () => writeConfig(fileOf(await heldSections(configuration)), comment),
    }),
    route({
      method: "POST",
      path: "/api/configuration/compare",
      summary: "Compare a configuration file's text with what holds: what an apply would add, change and remove",
      permission: "configuration:edit",
      input: bodyOf(z.strictObject({ yaml })),
      response: ok(comparisonView),
      handle: async ({ body }) => {
        const pasted = readPasted(body.yaml, services.definitions);
        if (!pasted.ok) return { valid: false, errors: pasted.errors, changes: [] };
        const { changes } = await difference(pasted.file, services);
        return { valid: true, errors: [], changes: changes.map(showChange) };
      },
    }),
    applyRoute(services),
  ];
}

function applyRoute(services: Services): ApiRoute {
  const { configuration, definitions } = services;
  return route({
    method: "POST",
    path: "/api/configuration/apply",
    summary: "Make the configuration what a text says, all of it or nothing; secrets that are blank stay as they are",
    permission: "configuration:edit",
    input: bodyOf(applySchema),
    response: ok(appliedView),
    handle: ({ body, origin, keep }) => {
      const pasted = readPasted(body.yaml, definitions);
      if (!pasted.ok) throw new ControlError("invalid", `Cannot apply the configuration: ${pasted.errors.join("; ")}`);
      return configuration.create(origin, () => apply(pasted.file, body.remove ?? false, services), keep);
    },
  });
}

async function difference(file: ConfigFile, { configuration, resolveSecret }: Services) {
  const held = await heldSections(configuration);
  const resolve = (value: string) => {
    const found = resolveSecret(value);
    return found.ok ? found.secret : value;
  };
  const wanted = wantedSections(file, held, resolve);
  return { wanted, changes: compareSections(held, wanted) };
}

async function apply(
  file: ConfigFile,
  remove: boolean,
  services: Services,
): Promise<Changed<z.output<typeof appliedView>>> {
  const { wanted, changes: all } = await difference(file, services);
  const changes = remove ? all : all.filter(({ change }) => change !== "removed");
  const refused = changes.filter((change) => change.refused !== undefined);
  if (refused.length > 0) {
    const named = refused.map(({ section, name, refused: why }) => `${section} "${name}": ${why}`).join("; ");
    throw new ControlError("conflict", `Cannot apply the configuration: ${named}`);
  }
  const values = new Map(
    (file.virtual_keys ?? []).flatMap(({ name, value }) => (value === undefined ? [] : [[name, value] as const])),
  );
  const isTaken = (hash: string) => isSecretTaken(hash, services);
  const made: readonly MadeKey[] = await applyChanges(changes, wanted, values, { ...services, isTaken });
  const result = { changes: changes.map(showChange), virtual_keys: made };
  return { result, changed: "everything", event: note(changes) };
}

/** By name alone, as of the file itself: it holds secrets. */
function note(changes: readonly EntryChange[]): AuditNote {
  const bySection = Map.groupBy(changes, ({ section }) => section);
  const named = [...bySection].map(([section, entries]): readonly [string, Json] => [
    section,
    Object.fromEntries(entries.map(({ name, change }) => [name, change])),
  ]);
  return {
    action: "config.apply",
    resource: { type: "config", id: "pasted" },
    changes: Object.fromEntries(named),
  };
}

function showChange({ section, name, change, fields, refused }: EntryChange): z.output<typeof changeView> {
  return { section, name, change, fields: showFields(fields), ...(refused !== undefined && { refused }) };
}

function showFields(fields: FieldChanges) {
  return Object.entries(fields).map(([field, sides]) => {
    if (!isObject(sides)) return { field, secret: true as const };
    const { from, to } = sides;
    return {
      field,
      ...(from !== undefined && { from: JSON.stringify(from) }),
      ...(to !== undefined && { to: JSON.stringify(to) }),
    };
  });
}
