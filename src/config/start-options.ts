import { existsSync } from "node:fs";
import { availableParallelism, homedir } from "node:os";
import { join, resolve } from "node:path";
import * as z from "zod";
import { flagsFromEnvironment, readEnvironment } from "./environment";
import { type GivenFlags, OptionError, readFlags } from "./flag";
import { startFlags } from "./start-flags";

const mostWorkers = 64;
const unitMs = { ms: 1, s: 1000, m: 60_000, h: 3_600_000 } as const;
const neededAddress = "HOST:PORT";
const neededTime = "a time such as 500ms, 30s, 15m or 1h";

/** A flag counts before its variable, that before the default: some text is there unless a flag has no default. */
const given = z.string({ error: "a value" });

const time = given.transform((text, { addIssue }) => {
  const [, amount, unit] = /^(\d+)(ms|s|m|h)$/.exec(text) ?? [];
  if (unit === "ms" || unit === "s" || unit === "m" || unit === "h") return Number(amount) * unitMs[unit];
  addIssue(neededTime);
  return z.NEVER;
});

const hostAndPort = given.transform((text, { addIssue }) => {
  const [, bracketed, plain, port] = /^(?:\[([^\]]+)\]|([^:]+)):(\d{1,5})$/.exec(text) ?? [];
  const host = bracketed ?? plain;
  if (host !== undefined && Number(port) <= 65535) return { host, port: Number(port) };
  addIssue(neededAddress);
  return z.NEVER;
});

const path = given.transform((text) => resolve(text));

const startSchema = z.object({
  host: given,
  /** 0 takes a free one. */
  port: wholeNumber(0, 65535),
  config: path.exactOptional(),
  workers: given
    .transform((text) => (text === "auto" ? String(Math.min(availableParallelism(), mostWorkers)) : text))
    .pipe(wholeNumber(1, mostWorkers)),
  "log-level": oneOf(["trace", "debug", "info", "warn", "error", "silent"]),
  "tls-cert": path.exactOptional(),
  "tls-key": path.exactOptional(),
  "admin-listen": hostAndPort.exactOptional(),
  "drain-timeout": time,
  "takeover-timeout": time,
});

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
};

/** A flag counts before its variable, that before the default. Throws OptionError for a value that cannot be used. */
export function resolveStartOptions(flags: GivenFlags, packageRoot: string): StartOptions {
  const { texts, labelOf } = withVariables(flags);
  const options = readFlags(startSchema, texts, labelOf);
  const { host, port, workers, config: configFile, "admin-listen": adminListen } = options;
  const tls = tlsFiles(options["tls-cert"], options["tls-key"]);
  return {
    host,
    port,
    dataDir: resolveDataDir(flags, packageRoot),
    ...(configFile !== undefined && { configFile }),
    workers,
    logLevel: options["log-level"],
    ...(tls !== undefined && { tls }),
    ...(adminListen !== undefined && { adminListen }),
    drainTimeoutMs: options["drain-timeout"],
    takeoverTimeoutMs: options["takeover-timeout"],
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

function wholeNumber(least: number, most: number) {
  const needed = `a whole number from ${least} to ${most}`;
  const isOne = (text: string) => /^\d+$/.test(text) && Number(text) >= least && Number(text) <= most;
  return given.refine(isOne, needed).transform(Number);
}

function oneOf(known: readonly string[]) {
  return given.refine((text) => known.includes(text), `one of ${known.join(", ")}`);
}

function tlsFiles(certFile: string | undefined, keyFile: string | undefined): StartOptions["tls"] {
  if (certFile === undefined && keyFile === undefined) return undefined;
  if (certFile === undefined) throw new OptionError("Cannot use --tls-key alone: --tls-cert is needed too");
  if (keyFile === undefined) throw new OptionError("Cannot use --tls-cert alone: --tls-key is needed too");
  return { certFile, keyFile };
}
