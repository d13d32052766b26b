import { afterAll, expect, test } from "bun:test";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { ask, type Pair, startPair } from "../e2e/start-pair.ts";
import { pick } from "../harness/pick.ts";
import { waitUntil } from "../harness/wait-until.ts";
import { expectInvariants } from "./invariants.ts";
import { fill, mountSmall, unmount } from "./small-disk.ts";
import { joined, startTraffic } from "./traffic.ts";

const workers = 2;
const dataDir = mkdtempSync(join(tmpdir(), "headgate-full-"));
const journalDir = join(dataDir, "journal");
const mounted = mountSmall(journalDir, 4);
if (!mounted) process.stdout.write("The full disk is skipped: only root can mount a small file system here\n");
const program = fileURLToPath(new URL("./mortal-headgate.ts", import.meta.url));
const pair = mounted ? await startPair({ workers, dataDir, program, flags: ["--hang-timeout", "0s"] }) : undefined;
afterAll(() => {
  if (mounted) unmount(journalDir);
  rmSync(dataDir, { recursive: true, force: true });
});

test.skipIf(!mounted)(
  "on a full disk running requests complete and are recorded, new ones are refused, and service resumes with room",
  async () => {
    const { gateway, provider } = pair ?? expect.unreachable();
    const slow = startTraffic({ gateway: () => gateway, clients: 6, prompt: "[[words:30]] [[delay:50]]" });
    await waitUntil("the slow requests to run", async () => (await provider.log()).length >= 6);
    const fast = startTraffic({ gateway: () => gateway, clients: 12 });
    await Bun.sleep(200);
    // Ingestion would make room again: it stands still for as long as the disk is full.
    await gateway.kill("control", 0, "SIGSTOP");
    const filler = fill(journalDir);
    await waitUntil("refusals", () => fast.witness().refused.size > 20, 15_000);
    await expectRefusals(gateway);
    await waitUntil("the running requests to end", () => slow.witness().complete.size >= 6, 10_000);

    rmSync(filler);
    await gateway.kill("control", 0, "SIGCONT");
    const complete = fast.witness().complete.size;
    await waitUntil("service to resume", () => fast.witness().complete.size > complete + 50, 10_000);
    await Promise.all([slow.stop(), fast.stop()]);
    const witness = joined([slow.witness(), fast.witness()]);
    await expectInvariants({ gateway, workers, witness, sentOn: (await provider.log()).length });
    expect({ failed: witness.failed.size, broken: witness.broken }).toEqual({ failed: 0, broken: 0 });
  },
  240_000,
);

async function expectRefusals(gateway: Pair["gateway"]): Promise<void> {
  const reasons = await waitUntil("both workers to be full", async () => {
    // All kept connections may lead to one worker, and the other fills its segment only with what is asked of it.
    await Promise.all(Array.from({ length: 8 }, () => askAnew(gateway)));
    const isReady = () => fetch(`${gateway.url}/readyz`, { keepalive: false });
    const answers = await Promise.all(Array.from({ length: 8 }, isReady));
    return answers.every(({ status }) => status === 503) && (await answers[0]?.text());
  });
  expect(reasons).toContain("journal");
  const chat = await refusal(gateway, "/v1/chat/completions");
  expect(chat.headers.get("x-headgate-error")).toBe("overloaded");
  expect(pick(await chat.json(), "error.message")).toContain("journal");
  const messages = await refusal(gateway, "/v1/messages");
  expect(pick(await messages.json(), "type")).toBe("error");
}

/** A claim is larger than its record: room for a few comes back as the running requests end. */
function refusal(gateway: Pair["gateway"], path: string): Promise<Response> {
  return waitUntil("a refusal", async () => {
    const response = await gateway.post(path, ask("oai/fake-gpt", "hello"));
    return response.status === 503 && response;
  });
}

/** On a connection of its own. */
async function askAnew({ url, key }: Pair["gateway"]): Promise<void> {
  const headers = { authorization: `Bearer ${key}`, "content-type": "application/json" };
  const body = JSON.stringify(ask("oai/fake-gpt", "[[words:2]]"));
  const answer = await fetch(`${url}/v1/chat/completions`, { method: "POST", headers, body, keepalive: false });
  await answer.arrayBuffer();
}
