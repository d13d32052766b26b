import * as z from "zod";
import { tryParseJson } from "#lib/json";
import { type Environment, readEnvironment } from "./environment";

/** Of what supervisor and children say to each other; raised when an earlier program could not obey. */
const processProtocol = 1;

/** Beside the options; programs before version 0.1.0 left both out. */
const speakerSchema = z.object({ protocol: z.int().default(1), version: z.string().default("before 0.1.0") });

const hostAndPort = z.object({ host: z.string(), port: z.int() });

const optionsSchema = z.object({
  role: z.enum(["control", "worker"]),
  /** Grows by 1 with every start and restart; kept in the data directory. Socket and journal names carry it. */
  generation: z.int(),
  dataDir: z.string(),
  ...hostAndPort.shape,
  /** How many workers this generation has. */
  workers: z.int(),
  logLevel: z.string(),
  configFile: z.string().exactOptional(),
  tls: z.object({ certFile: z.string(), keyFile: z.string() }).exactOptional(),
  adminListen: hostAndPort.exactOptional(),
  drainTimeoutMs: z.number(),
  sockets: z.object({
    /** HTTP: admin API, dashboard, metrics. */
    control: z.string(),
    /** The snapshot channel, one JSON document a line. */
    snapshot: z.string(),
    /** Where `headgate restart` asks. */
    supervisor: z.string(),
  }),
  ledgerFile: z.string(),
  journalDir: z.string(),
});

const workerSchema = optionsSchema.extend({
  role: z.literal("worker"),
  /** 0 to `workers` - 1. With the generation it names the worker's area of the ledger and its journal segments. */
  index: z.int(),
});

/** What the supervisor hands to every process it starts, in the environment variable `HEADGATE_PROCESS`. */
export type ProcessOptions = Readonly<z.infer<typeof optionsSchema>>;

export type WorkerOptions = Readonly<z.infer<typeof workerSchema>>;

const variable = "HEADGATE_PROCESS";

/** Reads what a control process was started with. Throws where the variable is not there or is another role's. */
export function readControlOptions(): ProcessOptions {
  return readVariable("a control process", optionsSchema.extend({ role: z.literal("control") }));
}

/** Reads what a worker was started with. Throws where the variable is not there or is another role's. */
export function readWorkerOptions(): WorkerOptions {
  return readVariable("a worker", workerSchema);
}

/** The environment of a control process: all that the operator set (provider keys among it) and its options. */
export function controlEnvironment(options: ProcessOptions, version: string): Environment {
  return { ...readEnvironment(), [variable]: encode(options, version) };
}

/** The environment of a worker: no secret, nothing but what the runtime and outgoing connections need. */
export function workerEnvironment(options: WorkerOptions, version: string): Environment {
  const kept = Object.entries(readEnvironment()).filter(([name]) => keptForWorkers.has(name.toUpperCase()));
  return {
    ...Object.fromEntries(kept),
    BUN_CONFIG_MAX_HTTP_REQUESTS: maxHttpRequests,
    [variable]: encode(options, version),
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

function encode(options: ProcessOptions, version: string): string {
  return JSON.stringify({ protocol: processProtocol, version, ...options });
}

/** The supervisor that wrote it may be another version's: it goes on running while the program on disk is replaced. */
function readVariable<Options>(what: string, schema: z.ZodType<Options>): Options {
  const text = readEnvironment()[variable];
  if (text === undefined)
    throw new Error(`Cannot start: ${variable} is not set, only the supervisor starts this command`);
  const value = tryParseJson(text);
  const speaker = speakerSchema.safeParse(value).data;
  if (speaker !== undefined && speaker.protocol > processProtocol) {
    throw new Error(
      `Cannot start ${what}: the supervisor is of version ${speaker.version} and speaks protocol ${speaker.protocol}, this ` +
        `program knows ${processProtocol}; install that version again, or stop and start Headgate`,
    );
  }
  const { success, data, error } = schema.safeParse(value);
  if (success) return data;
  throw new Error(`Cannot start ${what}: ${variable} is wrong: ${z.prettifyError(error).replaceAll(/\s+/g, " ")}`);
}
