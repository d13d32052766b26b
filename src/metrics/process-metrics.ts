import type { MetricFamily } from "./metric-family";
import { fillFamily, type MetricHead } from "./metric-head";

export type Readiness = {
  /** Workers that are connected and have the newest snapshot. */
  readonly workersReady: number;
  readonly workersWanted: number;
  /** Of those that are connected: they cannot read the newest snapshot and go on with an older one. */
  readonly workersOutdated: number;
  /** What waits in the journal, for how long, and how many records could not be read back. */
  readonly journal: { readonly records: number; readonly bytes: number; readonly ms: number; readonly lost: number };
  /** What is wrong with the catalog of models; requests are taken even so. */
  readonly catalogProblem?: string | undefined;
  /** Tokens of providers that cannot be renewed; those that they have may hold for a while. */
  readonly tokenProblems?: readonly string[];
};

export type SinkFacts = {
  readonly name: string;
  readonly delivered: number;
  readonly missed: number;
  readonly left: number;
};

export type ProcessFacts = {
  readonly version: string;
  readonly readiness: Readiness;
  /** What sinks have had of the stored records. */
  readonly sinks: readonly SinkFacts[];
  /** Bodies that were asked for, had been kept, and could not be read any more. */
  readonly unreadableBodies: number;
  /** Of the file system that holds the data directory. */
  readonly disk: { readonly freeBytes: number; readonly sizeBytes: number };
  /** Of the control process itself; workers write theirs into the ledger. */
  readonly control: { readonly startedAtS: number; readonly residentBytes: number; readonly loopLagS: number };
};

const gauge = (name: string, help: string, labels: readonly string[] = []): MetricHead => ({
  name,
  help,
  type: "gauge",
  labels,
});

const buildHead = gauge("headgate_build_info", "1, with what runs", ["version", "bun"]);
const readyHead = gauge("headgate_workers_ready", "Workers that are connected and have a snapshot");
const wantedHead = gauge("headgate_workers_wanted", "Workers that should run");
const lagRecordsHead = gauge("headgate_ingest_lag_records", "Journaled records that are not in the log store yet");
const lagBytesHead = gauge("headgate_ingest_lag_bytes", "Journaled bytes that are not in the log store yet");
const lagSecondsHead = gauge("headgate_ingest_lag_seconds", "For how long records have been waiting without a break");
const counter = (name: string, help: string, labels: readonly string[] = []): MetricHead => ({
  name,
  help,
  type: "counter",
  labels,
});
const lostRecordsHead = counter(
  "headgate_ingest_lost_records_total",
  "Journaled records that could not be read back, since the control process started",
);
const unreadableBodiesHead = counter(
  "headgate_unreadable_bodies_total",
  "Kept bodies that were asked for and could not be read, since the control process started",
);
const sinkLagHead = gauge("headgate_sink_lag_records", "Stored records that a sink has not had", ["sink"]);
const sinkRecordsHead = counter(
  "headgate_sink_records_total",
  "Records that a sink has had, since the control process started",
  ["sink"],
);
const sinkMissedHead = counter(
  "headgate_sink_missed_records_total",
  "Records that were deleted before a sink had them, since the control process started",
  ["sink"],
);
const diskFreeHead = gauge("headgate_disk_free_bytes", "Free on the file system that holds the data directory");
const diskSizeHead = gauge("headgate_disk_size_bytes", "Size of the file system that holds the data directory");

/** For the page of metrics. @internal */
export const processHeads: readonly MetricHead[] = [
  buildHead,
  readyHead,
  wantedHead,
  lagRecordsHead,
  lagBytesHead,
  lagSecondsHead,
  lostRecordsHead,
  unreadableBodiesHead,
  diskFreeHead,
  diskSizeHead,
  sinkLagHead,
  sinkRecordsHead,
  sinkMissedHead,
];

export function processFamilies({
  version,
  readiness,
  sinks,
  unreadableBodies,
  disk,
}: ProcessFacts): readonly MetricFamily[] {
  const { workersReady, workersWanted, journal } = readiness;
  const one = (head: MetricHead, value: number) => fillFamily(head, [[[], value]]);
  const ofSinks = (head: MetricHead, value: (sink: SinkFacts) => number) =>
    fillFamily(
      head,
      sinks.map((sink) => [[sink.name], value(sink)]),
    );
  return [
    fillFamily(buildHead, [[[version, process.versions.bun ?? ""], 1]]),
    one(readyHead, workersReady),
    one(wantedHead, workersWanted),
    one(lagRecordsHead, journal.records),
    one(lagBytesHead, journal.bytes),
    one(lagSecondsHead, journal.ms / 1000),
    one(lostRecordsHead, journal.lost),
    one(unreadableBodiesHead, unreadableBodies),
    one(diskFreeHead, disk.freeBytes),
    one(diskSizeHead, disk.sizeBytes),
    ofSinks(sinkLagHead, ({ left }) => left),
    ofSinks(sinkRecordsHead, ({ delivered }) => delivered),
    ofSinks(sinkMissedHead, ({ missed }) => missed),
  ];
}

/** Adds the control process to the families that workers fill with their own. */
export function withControlProcess(
  families: readonly MetricFamily[],
  { startedAtS, residentBytes, loopLagS }: ProcessFacts["control"],
): readonly MetricFamily[] {
  const own = new Map([
    ["headgate_process_start_time_seconds", startedAtS],
    ["headgate_process_resident_memory_bytes", residentBytes],
    ["headgate_process_event_loop_lag_seconds", loopLagS],
  ]);
  return families.map((family) => {
    const value = own.get(family.name);
    if (value === undefined) return family;
    return { ...family, samples: [...family.samples, { name: family.name, labels: { process: "control" }, value }] };
  });
}
