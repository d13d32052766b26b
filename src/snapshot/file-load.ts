import { hash } from "node:crypto";
import type { AuditNote } from "#audit/audit-trail";
import { fieldChanges } from "#audit/field-changes";
import type { FileEntries } from "#config/file-entries";
import { isArray, isObject, type Json, objectOf, parseJson, stringOf } from "#lib/json";

/** Tells whether the configuration file, with the secrets that it refers to, is the one that was loaded last. */
export function fileFingerprint(entries: FileEntries): string {
  return hash("sha256", JSON.stringify(entries), "hex");
}

/** What a load of the configuration file changed: settings by field, the rest by name alone, for it holds secrets. */
export function fileLoadNote(before: FileEntries, after: FileEntries): AuditNote {
  const sections = Object.keys(after).filter((section) => section !== "settings" && section !== "metricsToken");
  const [from, to] = [named(before), named(after)];
  const lists = sections.map((section) => [section, fieldChanges(from[section] ?? {}, to[section] ?? {})] as const);
  const settings = fieldChanges(before.settings, after.settings, ["metrics_token"]);
  const changed = [["settings", settings] as const, ...lists].filter(([, fields]) => Object.keys(fields).length > 0);
  return {
    action: "config.reload",
    resource: { type: "config", id: "file" },
    changes: Object.fromEntries(changed.map(([section, fields]) => [snakeCase(section), namesOf(section, fields)])),
  };
}

/** As the file has it. */
function snakeCase(section: string): string {
  return section.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}

type Named = { readonly [section: string]: { readonly [name: string]: Json } };

function named(entries: FileEntries): Named {
  const plain = parseJson(JSON.stringify(entries));
  const sections = Object.entries(isObject(plain) ? plain : {});
  return Object.fromEntries(
    sections.map(([section, list]) => {
      const values = isArray(list) ? list : [];
      return [section, Object.fromEntries(values.map((value) => [nameOf(value), value]))];
    }),
  );
}

function nameOf(value: Json): string {
  if (!isObject(value)) return String(value);
  const spec = objectOf(value, "spec") ?? value;
  return stringOf(value, "id") ?? stringOf(value, "alias") ?? stringOf(spec, "name") ?? "";
}

/** Settings with their values; of the rest which were added, removed or changed. */
function namesOf(section: string, fields: ReturnType<typeof fieldChanges>): Json {
  if (section === "settings") return fields;
  const words = Object.entries(fields).map(([name, sides]) => {
    const { from, to } = isObject(sides) ? sides : {};
    return [name, from === undefined ? "added" : to === undefined ? "removed" : "changed"];
  });
  return Object.fromEntries(words);
}
