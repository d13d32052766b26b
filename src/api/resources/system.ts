import * as z from "zod";
import type { Origin } from "#audit/origin";
import { ControlError } from "#core/control-error";
import type { Finding } from "#system/finding";
import type { ProcessFact } from "#system/system-facts";
import { noInput } from "../input";
import { accepted, ok } from "../response";
import { type ApiRoute, route } from "../route";
import type { ApiServices } from "../services";
import { count, list, showTime, time } from "../view-fields";
import { configurationFindings } from "./configuration-findings";

type Services = Pick<
  ApiServices,
  "system" | "systemFacts" | "readiness" | "configuration" | "doubts" | "audit" | "nowMs"
>;

const seconds = z.number().min(0).meta({ description: "Seconds." });
const bytes = count.meta({ description: "Bytes." });

const processView = z
  .strictObject({
    role: z.enum(["supervisor", "control", "worker"]),
    pid: z.int(),
    generation: count.exactOptional().meta({ description: "Grows by one with every start and restart." }),
    index: count.exactOptional().meta({ description: "Of a worker, from 0." }),
    started_at: time.exactOptional(),
    uptime_s: seconds.exactOptional(),
    memory_bytes: bytes.exactOptional(),
    cpu_s: seconds.exactOptional().meta({ description: "Seconds of processor time since it started." }),
  })
  .meta({ id: "Process", description: "A process of the instance; what it takes is told on Linux alone." });

const findingView = z
  .strictObject({
    level: z.enum(["ok", "warn", "fail"]),
    subject: z.string(),
    text: z.string().meta({ description: "What was found, and what to do where it is not well." }),
  })
  .meta({ id: "Finding" });

const view = z
  .strictObject({
    versions: z.strictObject({
      headgate: z.string(),
      bun: z.string(),
      protocol: count.meta({ description: "Of the channel to workers." }),
      configuration_schema: count,
      log_schema: count,
    }),
    platform: z.string(),
    data_dir: z.string(),
    config_file: z.string().exactOptional(),
    processes: list(processView),
    workers: z.strictObject({ ready: count, wanted: count, outdated: count }),
    journal: z
      .strictObject({ records: count, bytes: count, ms: z.number(), lost: count })
      .meta({ description: "What waits to be stored and for how long, and records that could not be read back." }),
    storage: z.strictObject({
      log_bytes: bytes,
      content_bytes: bytes,
      journal_bytes: bytes,
      configuration_bytes: bytes,
      ledger_bytes: bytes,
      disk_free_bytes: bytes,
      disk_size_bytes: bytes,
    }),
    findings: list(findingView),
  })
  .meta({ id: "System", description: "The instance as it runs." });

const doneView = z.strictObject({ message: z.string() });

export function systemRoutes(services: Services): readonly ApiRoute[] {
  return [
    route({
      method: "GET",
      path: "/api/system",
      summary: "Show processes, versions, storage, what waits in the journal, and what doctor finds",
      permission: "system:view",
      input: noInput,
      response: ok(view),
      handle: () => showSystem(services),
    }),
    route({
      method: "POST",
      path: "/api/system/reload",
      summary: "Read the configuration file again; 409 says why it cannot be used, and the old one stays",
      permission: "system:edit",
      input: noInput,
      response: ok(doneView),
      handle: async ({ origin }) => {
        const result = await services.system.reload();
        if (!result.ok) throw new ControlError("conflict", `Cannot reload: ${result.error}`);
        await note("reload", origin, services);
        return { message: "The configuration file was read, and holds" };
      },
    }),
    orderRoute("restart", "Put new processes of the program on disk in front; the old ones finish and end", services),
    orderRoute("drain", "Finish what runs and stop the instance, as SIGTERM does", services),
  ];
}

const orderWords = {
  restart: "The supervisor starts new processes; this one ends in a moment",
  drain: "Running requests are finished, then the instance stops",
};

/** It is carried out by the supervisor once the answer is out, for it ends this process. */
function orderRoute(order: "restart" | "drain", summary: string, services: Services): ApiRoute {
  return route({
    method: "POST",
    path: `/api/system/${order}`,
    summary,
    permission: "system:edit",
    input: noInput,
    response: accepted(doneView),
    handle: async ({ origin }) => {
      const problem = services.system.order(order);
      if (problem !== undefined) throw new ControlError("conflict", `Cannot ${order}: ${problem}`);
      await note(order, origin, services);
      return { message: orderWords[order] };
    },
  });
}

function note(verb: string, origin: Origin, { audit }: Services): Promise<void> {
  return audit.note(origin, { action: `system.${verb}`, resource: { type: "system", id: "system" } });
}

async function showSystem(services: Services): Promise<z.output<typeof view>> {
  const { readiness, systemFacts, nowMs } = services;
  const { processes, storage, findings } = await services.system.read();
  const { workersReady, workersWanted, workersOutdated, journal } = readiness();
  const own: readonly Finding[] = configurationFindings(services);
  return {
    ...systemFacts,
    processes: processes.map((process) => showProcess(process, nowMs())),
    workers: { ready: workersReady, wanted: workersWanted, outdated: workersOutdated },
    journal: { records: journal.records, bytes: journal.bytes, ms: journal.ms, lost: journal.lost },
    storage: {
      log_bytes: storage.log,
      content_bytes: storage.content,
      journal_bytes: storage.journal,
      configuration_bytes: storage.configuration,
      ledger_bytes: storage.ledger,
      disk_free_bytes: storage.diskFree,
      disk_size_bytes: storage.diskSize,
    },
    findings: [...findings, ...own],
  };
}

function showProcess({ usage, ...process }: ProcessFact, nowMs: number): z.output<typeof processView> {
  if (usage === undefined) return process;
  const { residentBytes, cpuSeconds, uptimeSeconds } = usage;
  return {
    ...process,
    started_at: showTime(nowMs - uptimeSeconds * 1000),
    uptime_s: uptimeSeconds,
    memory_bytes: residentBytes,
    cpu_s: cpuSeconds,
  };
}
