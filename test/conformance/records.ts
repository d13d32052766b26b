import { arrayOf, isObject, type JsonObject, objectOf, parseJson, stringOf } from "#lib/json";
import { waitUntil } from "../harness/wait-until.ts";
import { sayingOf } from "./answers.ts";
import { askRaw } from "./ask-raw.ts";
import { inParallel } from "./in-parallel.ts";
import type { Dialect } from "./pairs.ts";
import type { Recording } from "./recordings.ts";
import { countOf, type Saying, usageOf } from "./saying.ts";
import type { Replay } from "./start-replay.ts";

/**
 * Asks for every recording and reads the log: each record must count the tokens that its recording counts, and name
 * something for each recording that loses something.
 */
export async function judgeRecords(
  replay: Replay,
  recordings: readonly Recording[],
  client: Dialect,
  losing: ReadonlySet<string>,
): Promise<readonly string[]> {
  const asked = new Map<string, Recording>();
  await inParallel(8, recordings, async (recording) => {
    const { headers } = await askRaw(replay, client, recording, "whole", {});
    asked.set(headers.get("x-headgate-id") ?? "", recording);
  });
  const records = await waitUntil("the log to hold every request", () => readLog(replay, asked), 20_000, 200);
  return [...asked].flatMap(([id, recording]) => {
    const record = records.get(id) ?? {};
    return problemsOf(record, recording, losing.has(recording.id)).map((what) => `${recording.id}: ${what}`);
  });
}

function problemsOf(record: JsonObject, recording: Recording, losing: boolean): readonly string[] {
  const { finish, text, usage: counted } = sayingOf(recording);
  const found = recordedUsage(record);
  // What was said and not counted is estimated.
  const expected = counted?.output === 0 && text !== "" && found ? { ...counted, output: found.output } : counted;
  const word = finish.word === "BLOCKED" || finish.word === "" ? record.finish_reason : finish.word;
  return [
    ...(record.outcome === "ok" ? [] : [`outcome ${record.outcome}`]),
    ...(expected === null || Bun.deepEquals(found, expected) ? [] : ["usage"]),
    ...(record.finish_reason === word ? [] : [`finish ${record.finish_reason}`]),
    ...(losing && arrayOf(record, "dropped").length === 0 ? ["loss not named"] : []),
  ];
}

/** The newest records by id; false while some of those asked for are missing. */
async function readLog({ gateway }: Replay, asked: ReadonlyMap<string, unknown>) {
  const found = new Map<string, JsonObject>();
  let after = "";
  for (let pages = 0; pages < asked.size / 50 && found.size < asked.size; pages++) {
    const page = parseJson(await (await gateway.admin("GET", `/api/logs?limit=100${after}`)).text());
    if (!isObject(page)) return false;
    for (const record of arrayOf(page, "data").filter(isObject)) {
      const id = stringOf(record, "id") ?? "";
      if (asked.has(id)) found.set(id, record);
    }
    after = `&after=${stringOf(page, "next")}`;
  }
  return found.size === asked.size && found;
}

function recordedUsage(record: JsonObject): Saying["usage"] {
  const usage = objectOf(record, "usage");
  const sum = (...fields: readonly string[]) => fields.reduce((total, field) => total + countOf(usage, field), 0);
  const input = sum("input", "cache_read", "cache_write", "cache_write_1h", "input_audio", "input_image");
  return usageOf(input, sum("cache_read"), sum("output", "reasoning", "output_audio", "output_image"));
}
