import { expect, test } from "bun:test";
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createManualTime } from "#lib/fixtures/manual-time";
import { openJournal, type WorkerJournal } from "./append";
import { readContent } from "./content-frame";
import { sampleId, silentLog } from "./fixtures/sample-record";
import { parseFrames } from "./frame";
import { readSegmentHeader, segmentHeaderBytes } from "./segment-header";

const maxBodyBytes = 1 << 20;

test("appendContent() writes bodies in order, whether many share a batch, or one pair takes more than a batch has", async () => {
  const sizes = [0, 1, 7, 300_000, 300_000, 300_000, 300_000, 1_048_576, 2_000_000, 5, 700_000, 700_000];
  const contents = await written((journal) => {
    for (const [index, size] of sizes.entries())
      journal.appendContent(sampleId(index), {
        request: Buffer.alloc(size, index),
        response: Buffer.alloc(size, 100 + index),
        responseBytes: size + 1,
      });
  });
  expect(contents.map(({ sequence, id }) => [sequence, id])).toEqual(sizes.map((_, index) => [index, sampleId(index)]));
  for (const [index, size] of sizes.entries()) {
    const kept = Math.min(size, maxBodyBytes);
    const { request, response } = contents[index] ?? {};
    expect(request).toEqual({ bytes: Buffer.alloc(kept, index), totalBytes: size });
    expect(response).toEqual({ bytes: Buffer.alloc(kept, 100 + index), totalBytes: size + 1 });
  }
});

test("appendContent() has taken the bytes when it returns", async () => {
  const request = Buffer.from("as it came");
  const contents = await written((journal) => {
    journal.appendContent(sampleId(1), { request });
    request.fill("x");
  });
  expect(contents.map((content) => String(content.request?.bytes))).toEqual(["as it came"]);
});

/** What a journal has in its file of bodies once it is closed. */
async function written(append: (journal: WorkerJournal) => void) {
  const directory = mkdtempSync(join(tmpdir(), "headgate-contents-"));
  const { startTimer } = createManualTime();
  const options = { directory, generation: 1, worker: 0, durability: "process", log: silentLog } as const;
  const journal = await openJournal({ ...options, maxBodyBytes, startTimer });
  append(journal);
  await journal.close();
  const files = readdirSync(directory).filter((file) => file.endsWith(".content"));
  expect(files).toHaveLength(1);
  const bytes = readFileSync(join(directory, files[0] ?? ""));
  rmSync(directory, { recursive: true });
  const { seed = 0 } = readSegmentHeader(bytes) ?? {};
  const { frames } = parseFrames(bytes.subarray(segmentHeaderBytes), seed, 1 << 24, 1000);
  return frames.map(({ payload, sequence }) => ({ sequence, ...readContent(payload) }));
}
