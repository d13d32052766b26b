import type { Flag } from "#config/flag";
import { dataDirFlag, startFlags } from "#config/start-flags";
import { keyFlags } from "./key-flags";
import { listFlags } from "./list-flags";
import { logFlags } from "./log-flags";
import type { CommandLine } from "./parse";

export type Command = {
  readonly name: string;
  /** The words after the name, for the help. */
  readonly usage: string;
  readonly summary: string;
  readonly flags: readonly Flag[];
  /** Not in the help: what the supervisor starts. */
  readonly hidden?: true;
  /** Loads the command and runs it; resolves with the exit code. */
  readonly run: (line: CommandLine) => Promise<number>;
};

const auditFlags: readonly Flag[] = [
  { name: "actor", value: "ACTOR", help: "list: only events by this actor, such as admin_token" },
  { name: "action", value: "ACTION", help: "list: only this, such as virtual_key.create" },
  { name: "resource", value: "RESOURCE", help: "list: only of this type, or with this id or name" },
  { name: "from", value: "TIME", help: "list: at this time or later" },
  { name: "to", value: "TIME", help: "list: before this time" },
  { name: "limit", value: "N", help: "list: how many, the newest first (all)" },
  { name: "hash", value: "HASH", help: "verify: a hash noted before, which must still be in the chain" },
];

const catalogFlags: readonly Flag[] = [
  { name: "yes", value: "", help: "update: apply what is shown without asking" },
  { name: "sha256", value: "HEX", help: "update from a URL: only this very file" },
  {
    name: "public-key",
    value: "BASE64",
    help: "update from a URL: only a file that this Ed25519 key signed (URL.sig)",
  },
];

function listCommands(): readonly Command[] {
  const shown = {
    providers: "show the providers that are switched on, and where their keys come from",
    routes: "show the aliases and where they lead",
    models: "show the models that can be asked for, with their prices",
  } as const;
  return (["providers", "routes", "models"] as const).map((name) => ({
    name,
    usage: "list",
    summary: shown[name],
    flags: listFlags(name),
    run: async (line) => (await import("./configured-list")).showConfigured(name, line),
  }));
}

/** Commands are loaded when they run, so that each starts as fast as it can. */
export const commands: readonly Command[] = [
  {
    name: "start",
    usage: "",
    summary: "start the gateway (also without a command)",
    flags: startFlags,
    run: async (line) => (await import("./start")).start(line),
  },
  {
    name: "check",
    usage: "FILE",
    summary:
      "validate a configuration file and say what it would do; write a file of LiteLLM, Bifrost or Portkey for Headgate",
    flags: [dataDirFlag],
    run: async (line) => (await import("./check")).check(line),
  },
  {
    name: "keys",
    usage: "create|list|show ID|rotate ID|revoke ID",
    summary: "make, show, rotate and revoke virtual keys",
    flags: [...keyFlags, dataDirFlag],
    run: async (line) => (await import("./keys")).keys(line),
  },
  ...listCommands(),
  {
    name: "catalog",
    usage: "show|update FILE|URL|reset",
    summary: "show, replace or reset the catalog of models and their prices, while the gateway runs",
    flags: [...catalogFlags, dataDirFlag],
    run: async (line) => (await import("./catalog")).catalog(line),
  },
  {
    name: "logs",
    usage: "tail|search",
    summary: "show records of requests, one a line; tail goes on as they are added",
    flags: [...logFlags, dataDirFlag],
    run: async (line) => (await import("./logs")).logs(line),
  },
  {
    name: "audit",
    usage: "list|verify",
    summary: "show the audit events, one a line, as JSON; check that their chain is whole",
    flags: [...auditFlags, dataDirFlag],
    run: async (line) => (await import("./audit")).audit(line),
  },
  {
    name: "admin",
    usage: "reset-token|link",
    summary: "make a new admin token, with which the old one and its sessions end; make a one-time sign-in link",
    flags: [dataDirFlag],
    run: async (line) => (await import("./admin")).admin(line),
  },
  {
    name: "restart",
    usage: "",
    summary: "replace the running processes, new ones first",
    flags: [dataDirFlag],
    run: async (line) => (await import("./restart")).restart(line),
  },
  {
    name: "health",
    usage: "",
    summary: "ask the running instance whether it is alive; the exit code says it",
    flags: [dataDirFlag],
    run: async (line) => (await import("./health")).health(line),
  },
  {
    name: "doctor",
    usage: "",
    summary: "look at this machine and a running instance, say what to do",
    flags: startFlags,
    run: async (line) => (await import("./doctor")).doctor(line),
  },
  {
    name: "__control",
    usage: "",
    summary: "",
    flags: [],
    hidden: true,
    run: async () => (await import("./control-process")).runControlProcess(),
  },
  {
    name: "__worker",
    usage: "",
    summary: "",
    flags: [],
    hidden: true,
    run: async () => (await import("./worker-process")).runWorkerProcess(),
  },
];
