import { readFileSync, statSync } from "node:fs";
import { isAbsolute, resolve } from "node:path";
import type { Environment } from "./environment";
import { foreignVariable } from "./foreign-reference";

export type ResolvedSecret =
  | { readonly ok: true; readonly secret: string }
  | { readonly ok: false; readonly message: string };

/**
 * Turns a literal, `env:NAME` or `file:PATH` into the secret that it is or refers to. What reads like a reference and is none
 * of these is refused: sent as a key it would be refused there, and seen there. Messages name the reference, never a secret.
 */
export type SecretResolver = (value: string, form?: SecretForm) => ResolvedSecret;

/** A header's value, or text that may have spaces and several lines: a PEM, the JSON of a service account. */
export type SecretForm = "header" | "text";

/** `baseDirectory` is where a relative `file:` path starts; without one, `file:` references are refused. */
export function createSecretResolver(environment: Environment, baseDirectory?: string): SecretResolver {
  return (value, form = "header") => {
    const foreign = foreignVariable(value.trim());
    if (foreign !== undefined)
      return refused(`${value.trim()} is no reference here and no secret: write env:${foreign}`);
    const [, scheme, rest = ""] = /^([a-z]+(?:-[a-z]+)*):(.*)$/s.exec(value) ?? [];
    if (scheme === undefined) return checked(value, "the secret", form);
    if (scheme === "env") return fromEnvironment(environment, rest, form);
    if (scheme !== "file") return refused(`${scheme}: references are not supported in this version`);
    if (baseDirectory === undefined) return refused("file: references are taken from the configuration file only");
    return fromFile(isAbsolute(rest) ? rest : resolve(baseDirectory, rest), form);
  };
}

/** The value of a variable; undefined where it is not set, or cannot be part of an address. */
export function variableNamed(name: string, resolve: SecretResolver): string | undefined {
  const resolved = resolve(`env:${name}`);
  return resolved.ok ? resolved.secret : undefined;
}

/** The value of a provider key that stands for the client's own credential: nothing of it is kept here. */
export const clientReference = "client";

/** The reference itself when the value is one (it may be shown), else undefined (a literal secret). */
export function referenceOf(value: string): string | undefined {
  return value === clientReference || /^(env|file):/.test(value) ? value : undefined;
}

/** Headgate's own secrets must not travel to a provider under another name. */
const ownSecrets = new Set(["HEADGATE_MASTER_KEY", "HEADGATE_ADMIN_TOKEN"]);
const maxSecretBytes = 65_536;

function fromEnvironment(environment: Environment, name: string, form: SecretForm): ResolvedSecret {
  if (ownSecrets.has(name)) return refused(`environment variable ${name} is Headgate's own and cannot be used here`);
  const value = environment[name];
  if (value === undefined) return refused(`environment variable ${name} is not set`);
  return checked(value, `environment variable ${name}`, form);
}

function fromFile(path: string, form: SecretForm): ResolvedSecret {
  try {
    if (statSync(path).size > maxSecretBytes) return refused(`file ${path} is too large for a secret`);
    return checked(readFileSync(path, "utf8").replace(/\r?\n$/, ""), `file ${path}`, form);
  } catch (error) {
    const code = error instanceof Error && "code" in error ? error.code : "unreadable";
    return refused(`file ${path} cannot be read (${code})`);
  }
}

/** It must be there; one that travels in a header holds nothing that a header cannot. */
function checked(secret: string, source: string, form: SecretForm): ResolvedSecret {
  const bare = secret.trim();
  if (bare === "") return refused(`${source} is empty`);
  if (form === "header" && !/^[\x21-\x7e]+$/.test(bare))
    return refused(`${source} holds a space, a line break or a character beyond ASCII`);
  return { ok: true, secret: bare };
}

function refused(message: string): ResolvedSecret {
  return { ok: false, message };
}
