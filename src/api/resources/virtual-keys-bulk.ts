import * as z from "zod";
import { changeNote } from "#audit/change-note";
import type { Origin } from "#audit/origin";
import type { Problem } from "#config/problem";
import { generateVirtualKey } from "#core/virtual-key";
import type { Changed } from "#snapshot/configuration";
import { keyHash } from "#snapshot/configured-entries";
import { bodyOf } from "../input";
import { invalidFields, parseInput } from "../parse-input";
import { created } from "../response";
import { type ApiRoute, route } from "../route";
import type { ApiServices } from "../services";
import { list } from "../view-fields";
import { isNameTaken, isSecretTaken } from "./find-virtual-key";
import { csvColumns, readKeyTable } from "./key-csv";
import { newKeySchema } from "./new-key-schema";
import { type KeyViewServices, showStoredKey, virtualKeySecretView } from "./virtual-key-view";

type Services = KeyViewServices & Pick<ApiServices, "newId" | "audit">;

const maxRows = 1000;

const rows = z.array(newKeySchema).min(1).max(maxRows);

const bulkSchema = z
  .strictObject({
    rows: rows.exactOptional().meta({ description: `Keys as they are created one by one, at most ${maxRows}.` }),
    csv: z
      .string()
      .max(1_000_000)
      .exactOptional()
      .meta({
        description: `In place of rows: a table whose first line names its columns, of ${csvColumns.join(", ")}. Lists are apart by semicolons, tags are name=value.`,
      }),
  })
  .check((context) => {
    if ((context.value.rows === undefined) !== (context.value.csv === undefined)) return;
    const message = "must have either rows or csv";
    context.issues.push({ code: "custom", message, input: context.value, path: [] });
  });

const view = z.strictObject({ data: list(virtualKeySecretView) }).meta({ id: "VirtualKeySecrets" });

type NewKey = z.output<typeof newKeySchema>;

export function bulkKeyRoutes(services: Services): readonly ApiRoute[] {
  return [
    route({
      method: "POST",
      path: "/api/virtual-keys/bulk",
      summary: "Create many virtual keys, all or none; what is wrong is said by row, and the secrets are shown once",
      permission: "virtual-keys:edit",
      input: bodyOf(bulkSchema),
      response: created(view),
      handle: ({ body, origin, keep }) => {
        const wanted =
          body.rows ?? parseInput(z.strictObject({ rows }), { rows: readKeyTable(body.csv ?? "") }, "body").rows;
        return services.configuration.create(origin, () => createAll(wanted, origin, services), keep);
      },
    }),
  ];
}

async function createAll(
  wanted: readonly NewKey[],
  origin: Origin,
  services: Services,
): Promise<Changed<z.output<typeof view>>> {
  const { store, audit, newId, nowMs } = services;
  const keys = wanted.map(({ value = generateVirtualKey(), ...spec }) => ({
    value,
    stored: { id: newId(), ...keyHash(value), spec, createdAtMs: nowMs() },
  }));
  await refuseTaken(
    keys.map(({ stored }) => stored),
    services,
  );
  const notes = keys.map(({ stored: { id, spec } }) =>
    changeNote({ type: "virtual_key", id, name: spec.name }, "create", {}, spec),
  );
  for (const { stored } of keys) await store.virtualKeys.add(stored);
  for (const note of notes.slice(0, -1)) await audit.note(origin, note);
  const data = keys.map(({ stored, value }) => ({ ...showStoredKey(stored), value }));
  const event = notes.at(-1);
  if (event === undefined) throw new Error("There is no row");
  return { result: { data }, changed: "virtualKeys", event };
}

type Keyed = { readonly hash: string; readonly spec: { readonly name: string } };

/** All of them at once, so that a table is mended in one go. */
async function refuseTaken(keys: readonly Keyed[], services: Services): Promise<void> {
  const problems: Problem[] = [];
  const names = new Set<string>();
  const hashes = new Set<string>();
  for (const [index, { hash, spec }] of keys.entries()) {
    const report = (field: string, message: string) => problems.push({ path: ["rows", index, field], message });
    if (names.has(spec.name)) report("name", `"${spec.name}" stands in an earlier row`);
    else if (await isNameTaken(spec.name, services)) report("name", `"${spec.name}" is taken by another virtual key`);
    if (hashes.has(hash) || (await isSecretTaken(hash, services))) report("value", "is or was in use");
    names.add(spec.name);
    hashes.add(hash);
  }
  if (problems.length > 0) throw invalidFields(problems, "body");
}
