import { tryParseJson } from "#lib/json";
import { integer, number, object, oneOf, optional, readKnown, type Shape, string } from "#lib/shape";
import { type Environment, readEnvironment } from "./environment";

/** Of what supervisor and children say to each other; raised when an earlier program could not obey. */
const processProtocol = 1;

/** Beside the options; programs before version 0.1.0 left both out. */
type Speaker = { readonly protocol?: number; readonly version?: string };

const speakerShape = object<Speaker>({ protocol: optional(integer), version: optional(string) });

type HostAndPort = { readonly host: string; readonly port: number };
type TlsFiles = { readonly certFile: string; readonly keyFile: string };
type Role = "control" | "worker";

type Sockets = {
  /** HTTP: admin API, dashboard, metrics. */
  readonly control: string;
  /** The snapshot channel, one JSON document a line. */
  readonly snapshot: string;
  /** Where `headgate restart` asks. */
  readonly supervisor: string;
};

/** What the supervisor hands to every process it starts, in the environment variable `HEADGATE_PROCESS`. */
export type ProcessOptions = HostAndPort & {
  readonly role: Role;
  /** Grows by 1 with every start and restart; kept in the data directory. Socket and journal names carry it. */
  readonly generation: number;
  readonly dataDir: string;
  /** How many workers this generation has. */
  readonly workers: number;
  readonly logLevel: string;
  readonly configFile?: string;
  readonly tls?: TlsFiles;
  readonly adminListen?: HostAndPort;
  readonly drainTimeoutMs: number;
  /** How often it is to say that it is alive; left out by supervisors that do not listen for it. */
  readonly beatMs?: number;
  readonly sockets: Sockets;
  readonly ledgerFile: string;
  readonly journalDir: string;
};

type ControlOptions = ProcessOptions & { readonly role: "control" };

export type WorkerOptions = ProcessOptions & {
  readonly role: "worker";
  /** 0 to `workers` - 1. With the generation it names the worker's area of the ledger and its journal segments. */
  readonly index: number;
};

const hostAndPort = { host: string, port: integer };

const shared = {
  generation: integer,
  dataDir: string,
  ...hostAndPort,
  workers: integer,
  logLevel: string,
  configFile: optional(string),
  tls: optional(object<TlsFiles>({ certFile: string, keyFile: string })),
  adminListen: optional(object<HostAndPort>(hostAndPort)),
  drainTimeoutMs: number,
  beatMs: optional(number),
  sockets: object<Sockets>({ control: string, snapshot: string, supervisor: string }),
  ledgerFile: string,
  journalDir: string,
};

const controlShape = object<ControlOptions>({ role: oneOf("control"), ...shared });
const workerShape = object<WorkerOptions>({ role: oneOf("worker"), index: integer, ...shared });

const variable = "HEADGATE_PROCESS";

/** Reads what a control process was started with. Throws where the variable is not there or is another role's. */
export function readControlOptions(): ProcessOptions {
  return readVariable("a control process", controlShape);
}

/** Reads what a worker was started with. Throws where the variable is not there or is another role's. */
export function readWorkerOptions(): WorkerOptions {
  return readVariable("a worker", workerShape);
}

/** The environment of a control process: all that the operator set (provider keys among it) and its options. */
export function controlEnvironment(options: ProcessOptions, version: string): Environment {
  return { ...memoryHabits, ...readEnvironment(), [variable]: encode(options, version) };
}

/** The environment of a worker: no secret, nothing but what the runtime and outgoing connections need. */
export function workerEnvironment(options: WorkerOptions, version: string): Environment {
  const kept = Object.entries(readEnvironment()).filter(([name]) => keptForWorkers.has(name.toUpperCase()));
  return {
    ...Object.fromEntries(kept),
    ...memoryHabits,
    BUN_CONFIG_MAX_HTTP_REQUESTS: maxHttpRequests,
    [variable]: encode(options, version),
  };
}

/** Bun's `fetch` runs 256 requests at a time unless this is set before the process starts. */
const maxHttpRequests = "65336";

/**
 * How the runtime gets its memory. By itself Bun's allocator looks for free pages to give back all the time, which under load
 * takes 3 µs a request (every ten seconds here, and memory is given back after a load as before); and a thread makes pages of
 * the heap resident before they are needed, which takes 2 µs where the heap's pages come and go with every collection.
 */
const memoryHabits = { MIMALLOC_PURGE_HOLES_MIN_INTERVAL: "10000", BUN_JSC_useWarmUpMarkedBlocks: "0" } as const;

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
  // What the system's loader needs: all processes of an instance run with the same libraries.
  "LD_LIBRARY_PATH",
  "LD_PRELOAD",
]);

function encode(options: ProcessOptions, version: string): string {
  return JSON.stringify({ protocol: processProtocol, version, ...options });
}

/** The supervisor that wrote it may be another version's: it goes on running while the program on disk is replaced. */
function readVariable<Options>(what: string, shape: Shape<Options>): Options {
  const text = readEnvironment()[variable];
  if (text === undefined)
    throw new Error(`Cannot start: ${variable} is not set, only the supervisor starts this command`);
  const value = tryParseJson(text);
  const speaker = readKnown(speakerShape, value);
  if ("value" in speaker && (speaker.value.protocol ?? 1) > processProtocol) {
    const { version = "before 0.1.0", protocol } = speaker.value;
    throw new Error(
      `Cannot start ${what}: the supervisor is of version ${version} and speaks protocol ${protocol}, this ` +
        `program knows ${processProtocol}; install that version again, or stop and start Headgate`,
    );
  }
  const read = readKnown(shape, value);
  if ("value" in read) return read.value;
  throw new Error(`Cannot start ${what}: ${variable} is wrong: ${read.wrong}`);
}
