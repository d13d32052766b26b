import { readFileEntries } from "#config/file-entries";
import { parseConfig } from "#config/load";
import type { ConfigFile } from "#config/schema";
import type { ProviderDefinition } from "#providers/provider";

export type Pasted =
  | { readonly ok: true; readonly file: ConfigFile }
  /** Each a line: place in the text, what is wrong. */
  | { readonly ok: false; readonly errors: readonly string[] };

/** Reads a pasted configuration file as a start would, but for its references, which are another machine's perhaps. */
export function readPasted(text: string, definitions: ReadonlyMap<string, ProviderDefinition>): Pasted {
  const parsed = parseConfig(text, "pasted");
  if (!parsed.ok) return parsed;
  const read = readFileEntries(parsed.config, parsed.where, (secret) => ({ ok: true, secret }), definitions);
  return read.ok ? { ok: true, file: parsed.config } : read;
}
