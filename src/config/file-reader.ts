import type { ProviderDefinition } from "#providers/provider";
import type { JudgePlan } from "./check";
import { declaredOf, judgeReplacement, readDeclared, writeDeclared } from "./declared";
import type { Environment } from "./environment";
import type { FileEntries } from "./file-entries";
import { readEntries } from "./read-entries";

export type FileReader = {
  /**
   * What the configuration file declares, read anew; nothing without one. Its doubts go to `warn`. Throws one line where it
   * cannot be used, also where it is empty and the one before was not.
   */
  readonly read: () => FileEntries;
  /** These entries are in force: the next are held against them. */
  readonly keep: (entries: FileEntries) => void;
};

export function createFileReader(parts: {
  readonly configFile?: string;
  readonly dataDir: string;
  readonly environment: Environment;
  readonly definitions: ReadonlyMap<string, ProviderDefinition>;
  readonly judge: JudgePlan;
  readonly warn: (warning: string) => void;
}): FileReader {
  const { configFile, dataDir, environment, definitions, judge, warn } = parts;
  return {
    read: () => {
      const entries = readEntries(configFile, environment, definitions, judge, warn);
      const before = readDeclared(dataDir);
      if (before === undefined) return entries;
      // Without a file there is no place for `allow_empty`, and to leave out --config takes more than a slip.
      const allowEmpty = configFile === undefined || entries.settings.allow_empty === true;
      const file = configFile ?? "the configuration file";
      const { refusal, warning } = judgeReplacement(before, declaredOf(entries), { file, allowEmpty });
      if (refusal !== undefined) throw new Error(refusal);
      if (warning !== undefined) warn(warning);
      return entries;
    },
    keep: (entries) => {
      try {
        writeDeclared(dataDir, declaredOf(entries));
      } catch (error) {
        warn(`Cannot note what the configuration file declares: ${error}`);
      }
    },
  };
}
