import { hash } from "node:crypto";
import type { AuditNote } from "#audit/audit-trail";
import { type FieldChanges, fieldChanges } from "#audit/field-changes";
import type { FileEntries } from "#config/file-entries";
import { isObject, type Json } from "#lib/json";
import { sectionRows } from "./sections";

/** Tells whether the configuration file, with the secrets that it refers to, is the one that was loaded last. */
export function fileFingerprint(entries: FileEntries): string {
  return hash("sha256", JSON.stringify(entries), "hex");
}

/** What a load of the configuration file changed: settings by field, the rest by name alone, for it holds secrets. */
export function fileLoadNote(before: FileEntries, after: FileEntries): AuditNote {
  const changes: { [section: string]: Json } = {};
  for (const [section, { declared }] of Object.entries(sectionRows)) {
    const isSettings = section === "settings";
    const [from, to] = [Object.fromEntries(declared(before)), Object.fromEntries(declared(after))];
    const fields = fieldChanges(from, to, isSettings ? ["metrics_token"] : []);
    if (Object.keys(fields).length > 0) changes[snakeCase(section)] = isSettings ? fields : namesOf(fields);
  }
  return { action: "config.reload", resource: { type: "config", id: "file" }, changes };
}

/** As the file has it. */
function snakeCase(section: string): string {
  return section.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}

/** Which were added, removed or changed. */
function namesOf(fields: FieldChanges): Json {
  const words = Object.entries(fields).map(([name, sides]) => {
    const { from, to } = isObject(sides) ? sides : {};
    return [name, from === undefined ? "added" : to === undefined ? "removed" : "changed"];
  });
  return Object.fromEntries(words);
}
