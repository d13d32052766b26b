import { type FieldChanges, fieldChanges } from "#audit/field-changes";
import { type ConfigSection, type Sections, sectionNames } from "./config-sections";

/** What an apply would do to one entry. */
export type EntryChange = {
  readonly section: ConfigSection;
  readonly name: string;
  readonly change: "added" | "changed" | "removed";
  /** By field; of secrets only that they changed. */
  readonly fields: FieldChanges;
  /** Why it cannot be done here. */
  readonly refused?: string;
};

const secretFields: { readonly [section in ConfigSection]?: readonly string[] } = {
  providers: ["headers"],
  provider_keys: ["value"],
  virtual_keys: ["hash"],
};

/** The differences, section by section. What is only held is listed as removed, whether it will be or not. */
export function compareSections(held: Sections, wanted: Sections): readonly EntryChange[] {
  return sectionNames.flatMap((section) => {
    const [before, after] = [held[section], wanted[section]];
    const names = new Set([...before.keys(), ...after.keys()]);
    return [...names].flatMap((name) => compareEntry(section, name, before, after) ?? []);
  });
}

function compareEntry(
  section: ConfigSection,
  name: string,
  before: Sections[ConfigSection],
  after: Sections[ConfigSection],
): EntryChange | undefined {
  const [from, to] = [before.get(name), after.get(name)];
  // A literal is never written into a file, so that its absence there says nothing.
  if (name === "metrics_token" && to === undefined) return undefined;
  const secret = name === "metrics_token" ? ["value"] : secretFields[section];
  const fields = fieldChanges(from?.fields ?? {}, to?.fields ?? {}, secret);
  const change = from === undefined ? "added" : to === undefined ? "removed" : "changed";
  if (change === "changed" && Object.keys(fields).length === 0) return undefined;
  const refused =
    section === "prices"
      ? "prices of your own are declared by the configuration file alone"
      : from?.source === "file"
        ? "the configuration file declares it: change it there"
        : undefined;
  return { section, name, change, fields, ...(refused !== undefined && { refused }) };
}
