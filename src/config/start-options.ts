import { existsSync } from "node:fs";
import { availableParallelism, homedir } from "node:os";
import { join, resolve } from "node:path";
import { flagsFromEnvironment, readEnvironment } from "./environment";
import { type GivenFlags, OptionError, unusable } from "./flag";
import { startFlags } from "./start-flags";

const mostWorkers = 64;
const unitMs = { ms: 1, s: 1000, m: 60_000, h: 3_600_000 } as const;

/** What the text of a flag means; undefined for one that cannot be used, for which `needed` says what can. */
type Form<T> = { readonly needed: string; readonly read: (text: string) => T | undefined };

const text: Form<string> = { needed: "a value", read: (given) => given };

const path: Form<string> = { needed: "a path", read: (given) => resolve(given) };

const time: Form<number> = {
  needed: "a time such as 500ms, 30s, 15m or 1h",
  read: (given) => {
    const [, amount, unit] = /^(\d+)(ms|s|m|h)$/.exec(given) ?? [];
    if (unit !== "ms" && unit !== "s" && unit !== "m" && unit !== "h") return undefined;
    return Number(amount) * unitMs[unit];
  },
};

const hostAndPort: Form<{ readonly host: string; readonly port: number }> = {
  needed: "HOST:PORT",
  read: (given) => {
    const [, bracketed, plain, port] = /^(?:\[([^\]]+)\]|([^:]+)):(\d{1,5})$/.exec(given) ?? [];
    const host = bracketed ?? plain;
    return host !== undefined && Number(port) <= 65535 ? { host, port: Number(port) } : undefined;
  },
};

const workerCount: Form<number> = {
  ...wholeNumber(1, mostWorkers),
  read: (given) =>
    given === "auto" ? Math.min(availableParallelism(), mostWorkers) : wholeNumber(1, mostWorkers).read(given),
};

const logLevel = oneOf(["trace", "debug", "info", "warn", "error", "silent"]);

/** What the operator asked for, from flags and environment variables. */
export type StartOptions = {
  readonly host: string;
  /** 0 takes a free one. */
  readonly port: number;
  readonly dataDir: string;
  readonly configFile?: string;
  readonly workers: number;
  readonly logLevel: string;
  readonly tls?: { readonly certFile: string; readonly keyFile: string };
  readonly adminListen?: { readonly host: string; readonly port: number };
  readonly drainTimeoutMs: number;
  readonly takeoverTimeoutMs: number;
  /** How long a worker may hang; the control process three times that; 0: for ever. */
  readonly hangTimeoutMs: number;
};

/** A flag counts before its variable, that before the default. Throws OptionError for a value that cannot be used. */
export function resolveStartOptions(flags: GivenFlags, packageRoot: string): StartOptions {
  const { texts, labelOf } = withVariables(flags);
  const has = <T>(name: string, { needed, read }: Form<T>): T => {
    const given = texts[name] ?? "";
    const value = read(given);
    if (value === undefined) throw unusable(labelOf(name), needed, given);
    return value;
  };
  const may = <T>(name: string, form: Form<T>) => (texts[name] === undefined ? undefined : has(name, form));
  const configFile = may("config", path);
  const adminListen = may("admin-listen", hostAndPort);
  const tls = tlsFiles(may("tls-cert", path), may("tls-key", path));
  return {
    host: has("host", text),
    port: has("port", wholeNumber(0, 65535)),
    dataDir: resolveDataDir(flags, packageRoot),
    ...(configFile !== undefined && { configFile }),
    workers: has("workers", workerCount),
    logLevel: has("log-level", logLevel),
    ...(tls !== undefined && { tls }),
    ...(adminListen !== undefined && { adminListen }),
    drainTimeoutMs: has("drain-timeout", time),
    takeoverTimeoutMs: has("takeover-timeout", time),
    hangTimeoutMs: has("hang-timeout", time),
  };
}

/** The data directory that commands without the other flags use too. */
export function resolveDataDir(flags: GivenFlags, packageRoot: string): string {
  const directory = withVariables(flags).texts["data-dir"];
  if (directory !== undefined) return resolve(directory);
  if (existsSync(join(packageRoot, ".git"))) return join(packageRoot, "data");
  const stateHome = readEnvironment().XDG_STATE_HOME;
  return join(stateHome === undefined || stateHome === "" ? join(homedir(), ".local", "state") : stateHome, "headgate");
}

function withVariables(flags: GivenFlags): { readonly texts: GivenFlags; readonly labelOf: (name: string) => string } {
  const names = startFlags.map(({ name }) => name);
  const variables = flagsFromEnvironment(readEnvironment(), names);
  const texts = startFlags.flatMap(({ name, default: preset }) => {
    const text = flags[name] ?? variables.get(name) ?? preset;
    return text === undefined ? [] : [[name, text] as const];
  });
  const isVariable = (name: string) => flags[name] === undefined && variables.has(name);
  return {
    texts: Object.fromEntries(texts),
    labelOf: (name) => (isVariable(name) ? `HEADGATE_${name.toUpperCase().replaceAll("-", "_")}` : `--${name}`),
  };
}

function wholeNumber(least: number, most: number): Form<number> {
  const isOne = (given: string) => /^\d+$/.test(given) && Number(given) >= least && Number(given) <= most;
  return {
    needed: `a whole number from ${least} to ${most}`,
    read: (given) => (isOne(given) ? Number(given) : undefined),
  };
}

function oneOf(known: readonly string[]): Form<string> {
  return { needed: `one of ${known.join(", ")}`, read: (given) => (known.includes(given) ? given : undefined) };
}

function tlsFiles(certFile: string | undefined, keyFile: string | undefined): StartOptions["tls"] {
  if (certFile === undefined && keyFile === undefined) return undefined;
  if (certFile === undefined) throw new OptionError("Cannot use --tls-key alone: --tls-cert is needed too");
  if (keyFile === undefined) throw new OptionError("Cannot use --tls-cert alone: --tls-key is needed too");
  return { certFile, keyFile };
}
