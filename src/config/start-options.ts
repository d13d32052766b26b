import { existsSync } from "node:fs";
import { availableParallelism, homedir } from "node:os";
import { join, resolve } from "node:path";
import { type Environment, flagsFromEnvironment, readEnvironment } from "./environment";

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

export type Flag = { readonly name: string; readonly value: string; readonly help: string; readonly default?: string };

export const dataDirFlag: Flag = {
  name: "data-dir",
  value: "DIR",
  help: "where everything is kept (./data in a clone, else $XDG_STATE_HOME/headgate)",
};

/** Every flag of the start; each is also an environment variable: `--drain-timeout` is `HEADGATE_DRAIN_TIMEOUT`. */
export const startFlags: readonly Flag[] = [
  { name: "host", value: "ADDRESS", default: "127.0.0.1", help: "address to listen on" },
  { name: "port", value: "PORT", default: "8080", help: "port to listen on, 0 for a free one" },
  dataDirFlag,
  { name: "config", value: "FILE", help: "configuration file (YAML)" },
  { name: "workers", value: "N|auto", default: "auto", help: "worker processes, auto: one a core" },
  { name: "log-level", value: "LEVEL", default: "info", help: "trace, debug, info, warn, error or silent" },
  { name: "tls-cert", value: "FILE", help: "certificate chain (PEM); with --tls-key, serves HTTPS" },
  { name: "tls-key", value: "FILE", help: "private key (PEM)" },
  { name: "admin-listen", value: "HOST:PORT", help: "serve the admin API here and not on the public port" },
  { name: "drain-timeout", value: "TIME", default: "30s", help: "how long a stop waits for running requests" },
  { name: "takeover-timeout", value: "TIME", default: "15m", help: "how long a restart lets the old workers finish" },
];

/** What was wrong with a flag or variable; the message says what is needed. */
export class OptionError extends Error {}

/** A flag counts before its variable, that before the default. Throws OptionError for a value that cannot be used. */
export function resolveStartOptions(flags: Environment, packageRoot: string): StartOptions {
  const setting = settingsFrom(flags);
  const configFile = setting("config").text;
  const adminListen = setting("admin-listen");
  const tls = tlsFiles(setting("tls-cert").text, setting("tls-key").text);
  return {
    host: setting("host").required(),
    port: wholeNumber(setting("port"), 0, 65535),
    dataDir: resolveDataDir(flags, packageRoot),
    ...(configFile !== undefined && { configFile: resolve(configFile) }),
    workers: workerCount(setting("workers")),
    logLevel: oneOf(setting("log-level"), ["trace", "debug", "info", "warn", "error", "silent"]),
    ...(tls !== undefined && { tls }),
    ...(adminListen.text !== undefined && { adminListen: hostAndPort(adminListen) }),
    drainTimeoutMs: milliseconds(setting("drain-timeout")),
    takeoverTimeoutMs: milliseconds(setting("takeover-timeout")),
  };
}

/** The data directory that commands without the other flags use too. */
export function resolveDataDir(flags: Environment, packageRoot: string): string {
  const given = settingsFrom(flags)("data-dir").text;
  if (given !== undefined) return resolve(given);
  if (existsSync(join(packageRoot, ".git"))) return join(packageRoot, "data");
  const stateHome = readEnvironment().XDG_STATE_HOME;
  return join(stateHome === undefined || stateHome === "" ? join(homedir(), ".local", "state") : stateHome, "headgate");
}

type Setting = { readonly label: string; readonly text: string | undefined; readonly required: () => string };

function settingsFrom(flags: Environment): (name: string) => Setting {
  const names = startFlags.map((flag) => flag.name);
  const variables = flagsFromEnvironment(readEnvironment(), names);
  return (name) => {
    const inVariable = flags[name] === undefined && variables.has(name);
    const label = inVariable ? `HEADGATE_${name.toUpperCase().replaceAll("-", "_")}` : `--${name}`;
    const text = flags[name] ?? variables.get(name) ?? startFlags.find((flag) => flag.name === name)?.default;
    return { label, text, required: () => text ?? refuse(label, "a value", "nothing") };
  };
}

function wholeNumber(setting: Setting, least: number, most: number): number {
  const text = setting.required();
  const value = Number(text);
  if (/^\d+$/.test(text) && value >= least && value <= most) return value;
  return refuse(setting.label, `a whole number from ${least} to ${most}`, text);
}

const mostWorkers = 64;

function workerCount(setting: Setting): number {
  if (setting.text === "auto") return Math.min(availableParallelism(), mostWorkers);
  return wholeNumber(setting, 1, mostWorkers);
}

function oneOf(setting: Setting, known: readonly string[]): string {
  const text = setting.required();
  return known.includes(text) ? text : refuse(setting.label, `one of ${known.join(", ")}`, text);
}

const unitMs: { readonly [unit: string]: number } = { ms: 1, s: 1000, m: 60_000, h: 3_600_000 };

function milliseconds(setting: Setting): number {
  const text = setting.required();
  const [, amount, unit] = /^(\d+)(ms|s|m|h)$/.exec(text) ?? [];
  const factor = unitMs[unit ?? ""];
  if (amount === undefined || factor === undefined)
    return refuse(setting.label, "a time such as 500ms, 30s, 15m or 1h", text);
  return Number(amount) * factor;
}

function hostAndPort(setting: Setting): { readonly host: string; readonly port: number } {
  const text = setting.required();
  const [, bracketed, plain, port] = /^(?:\[([^\]]+)\]|([^:]+)):(\d{1,5})$/.exec(text) ?? [];
  const host = bracketed ?? plain;
  if (host === undefined || Number(port) > 65535) return refuse(setting.label, "HOST:PORT", text);
  return { host, port: Number(port) };
}

function tlsFiles(cert: string | undefined, key: string | undefined): StartOptions["tls"] {
  if (cert === undefined && key === undefined) return undefined;
  if (cert === undefined) throw new OptionError("Cannot use --tls-key alone: --tls-cert is needed too");
  if (key === undefined) throw new OptionError("Cannot use --tls-cert alone: --tls-key is needed too");
  return { certFile: resolve(cert), keyFile: resolve(key) };
}

function refuse(label: string, needed: string, found: string): never {
  throw new OptionError(`Cannot use ${label}: needs ${needed}, found "${found}"`);
}
