import { type Environment, readEnvironment } from "./environment";

/** What the supervisor hands to every process it starts, in the environment variable `HEADGATE_PROCESS`. */
export type ProcessOptions = {
  readonly role: "control" | "worker";
  /** Grows by 1 with every start and restart; kept in the data directory. Socket and journal names carry it. */
  readonly generation: number;
  readonly dataDir: string;
  readonly host: string;
  readonly port: number;
  /** How many workers this generation has. */
  readonly workers: number;
  readonly logLevel: string;
  readonly configFile?: string;
  readonly tls?: { readonly certFile: string; readonly keyFile: string };
  readonly adminListen?: { readonly host: string; readonly port: number };
  readonly drainTimeoutMs: number;
  readonly sockets: {
    /** HTTP: admin API, dashboard, metrics. */
    readonly control: string;
    /** The snapshot channel, one JSON document a line. */
    readonly snapshot: string;
    /** Where `headgate restart` asks. */
    readonly supervisor: string;
  };
  readonly ledgerFile: string;
  readonly journalDir: string;
};

export type WorkerOptions = ProcessOptions & {
  readonly role: "worker";
  /** 0 to `workers` - 1. With the generation it names the worker's seat in the ledger and its journal segments. */
  readonly index: number;
};

const variable = "HEADGATE_PROCESS";

/** Reads what a control process was started with. Throws where the variable is not there or is another role's. */
export function readControlOptions(): ProcessOptions {
  const options: ProcessOptions = readVariable();
  if (options.role !== "control")
    throw new Error(`Cannot start a control process: ${variable} is for a ${options.role}`);
  return options;
}

/** Reads what a worker was started with. Throws where the variable is not there or is another role's. */
export function readWorkerOptions(): WorkerOptions {
  const options: WorkerOptions = readVariable();
  if (options.role !== "worker") throw new Error(`Cannot start a worker: ${variable} is for a ${options.role}`);
  return options;
}

/** The environment of a control process: all that the operator set (provider keys among it) and its options. */
export function controlEnvironment(options: ProcessOptions): Environment {
  return { ...readEnvironment(), [variable]: JSON.stringify(options) };
}

/** The environment of a worker: no secret, nothing but what the runtime and outgoing connections need. */
export function workerEnvironment(options: WorkerOptions): Environment {
  const kept = Object.entries(readEnvironment()).filter(([name]) => keptForWorkers.has(name.toUpperCase()));
  return {
    ...Object.fromEntries(kept),
    BUN_CONFIG_MAX_HTTP_REQUESTS: maxHttpRequests,
    [variable]: JSON.stringify(options),
  };
}

/** Bun's `fetch` runs 256 requests at a time unless this is set before the process starts. */
const maxHttpRequests = "65336";

const keptForWorkers: ReadonlySet<string> = new Set([
  "PATH",
  "HOME",
  "TZ",
  "HTTP_PROXY",
  "HTTPS_PROXY",
  "NO_PROXY",
  "NODE_EXTRA_CA_CERTS",
  "SSL_CERT_FILE",
  "SSL_CERT_DIR",
]);

/** Our own supervisor wrote it, so its shape is trusted. */
function readVariable() {
  const text = readEnvironment()[variable];
  if (text === undefined)
    throw new Error(`Cannot start: ${variable} is not set, only the supervisor starts this command`);
  return JSON.parse(text);
}
