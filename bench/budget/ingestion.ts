/**
 * What does ingestion cost, the greater part of the control process's work for a request? Journals records with bodies, prints
 * `ready`, ingests them when it gets SIGUSR2, so that it can be traced, and prints the bytes that were allocated as JSON.
 * Runs as `measure-allocation.ts` says.
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { appendSamples, ingestAll } from "../scratch-journal.ts";
import { heapBytes } from "./heap-bytes.ts";
import { ingestedRecords } from "./units.ts";

const directory = mkdtempSync(join(tmpdir(), "headgate-bench-"));
await appendSamples(directory, ingestedRecords, true);
const told = new Promise((resolve) => process.once("SIGUSR2", resolve));
process.stdout.write("ready\n");
await told;
const before = heapBytes();
await ingestAll(directory);
const bytes = (heapBytes() - before) / ingestedRecords;
rmSync(directory, { recursive: true, force: true });
process.stdout.write(`${JSON.stringify({ "ingested-record": bytes })}\n`);
process.exit(0);
