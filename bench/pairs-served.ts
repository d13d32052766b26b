/**
 * What does an event of a stream cost a served gateway, for each pair of client and provider? Everything is on, and the
 * processor time is that of its workers, HTTP and the call of the provider included; each event is sent for itself.
 * `bun bench/pairs-served.ts [rounds] [client [provider]]`
 */
import { fileURLToPath } from "node:url";
import { bunBinary } from "../test/harness/bun-binary.ts";
import { spawnChild } from "../test/harness/child.ts";
import { startHeadgate, testKey } from "../test/harness/start-headgate.ts";
import { cpuUs } from "./gateway/processes.ts";
import { measurePairs, type Pair, streamQuestion } from "./pair-table.ts";
import { pairDialects } from "./provider-streams.ts";

const words = 200;
const streamsTogether = 48;

const [, , rounds = "5", ...only] = process.argv;
const script = fileURLToPath(new URL("./pair-upstream.ts", import.meta.url));
const upstream = spawnChild([bunBinary(), script, String(words), "5"], { name: "upstream" });
const origin = `http://127.0.0.1:${await upstream.firstLine(5000)}`;
const headgate = await startHeadgate({
  workers: 1,
  flags: ["--log-level", "warn"],
  config: {
    providers: Object.fromEntries(
      pairDialects.map((dialect) => [
        dialect,
        {
          ...{ dialect, base_url: dialect === "bedrock-converse" ? origin : `${origin}/v1` },
          keys: [{ name: "k", value: "bench-secret" }],
          models: [{ id: "bench", price: { input: 0.5, output: 1.5 } }],
        },
      ]),
    ),
    virtual_keys: [{ name: "test", value: testKey }],
  },
});
const workers = () => headgate.pids().filter(({ role }) => role === "worker");

await measurePairs(Number(rounds), only, async (pair) => {
  const before = cpuUs(workers());
  await Promise.all(Array.from({ length: streamsTogether }, () => askFor(pair)));
  return (cpuUs(workers()) - before) / streamsTogether / words;
});
await headgate.stop();
await upstream.stop("SIGTERM", 1000);

async function askFor({ client, provider }: Pair): Promise<void> {
  const { body, path } = streamQuestion(client, `${provider}/bench`);
  const headers = { authorization: `Bearer ${testKey}`, "content-type": "application/json" };
  const response = await fetch(headgate.url + path, { method: "POST", headers, body: JSON.stringify(body) });
  const text = await response.text();
  if (response.status !== 200 || !text.includes("evening")) throw new Error(`Cannot bench: ${text.slice(0, 300)}`);
}
