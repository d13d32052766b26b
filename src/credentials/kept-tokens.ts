import { readFileSync, renameSync, writeFileSync } from "node:fs";
import { tryParseJson } from "#lib/json";
import { number, object, oneOf, optional, readKnown, record, string } from "#lib/shape";
import { createSecretBox } from "#store/config/secret-box";
import type { Token } from "./token";

/** Tokens that outlive the process, so that a start does not depend on those that issue them. */
export type KeptTokens = {
  readonly read: () => ReadonlyMap<string, Token>;
  readonly write: (tokens: ReadonlyMap<string, Token>) => void;
};

const shape = record<Token>(
  object<Token>({ secret: string, auth: oneOf("bearer", "sigv4"), expiresAtMs: optional(number) }),
);
const context = "tokens";

/** In a file, encrypted as stored secrets are. One that cannot be read is none: new tokens take its place. */
export function keptTokens(file: string, masterKey: string): KeptTokens {
  const box = createSecretBox(masterKey);
  return {
    read: () => {
      try {
        const read = readKnown(shape, tryParseJson(box.open(readFileSync(file), context)));
        return "value" in read ? new Map(Object.entries(read.value)) : new Map();
      } catch {
        return new Map();
      }
    },
    write: (tokens) => {
      writeFileSync(`${file}.new`, box.seal(JSON.stringify(Object.fromEntries(tokens)), context), { mode: 0o600 });
      renameSync(`${file}.new`, file);
    },
  };
}
