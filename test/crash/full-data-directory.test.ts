import { afterAll, expect, test } from "bun:test";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { startHeadgate } from "../harness/start-headgate.ts";
import { waitUntil } from "../harness/wait-until.ts";
import { fill, mountSmall, unmount } from "./small-disk.ts";

const dataDir = mkdtempSync(join(tmpdir(), "headgate-full-"));
const mounted = mountSmall(dataDir, 128);
if (!mounted)
  process.stdout.write("The full data directory is skipped: only root can mount a small file system here\n");
const gateway = mounted ? await startHeadgate({ dataDir }) : undefined;
afterAll(async () => {
  await gateway?.stop();
  if (mounted) unmount(dataDir);
  rmSync(dataDir, { recursive: true, force: true });
});

test.skipIf(!mounted)(
  "on a full disk changes are refused by its name, dead processes have successors, and all heals with room",
  async () => {
    const { admin, kill, post, output, url } = gateway ?? expect.unreachable();
    const chat = { model: "demo/echo", messages: [{ role: "user", content: "hello" }] };
    expect((await post("/v1/chat/completions", chat)).status).toBe(200);
    let made = 0;
    const filler = fill(dataDir);
    const refused = await waitUntil("a refusal", async () => {
      const answer = await admin("POST", "/api/teams", { name: `team-${++made}` });
      return answer.status !== 201 && answer;
    });
    expect(refused.status).toBe(507);
    expect(await refused.text()).toContain("the disk that holds the data directory is full");
    await kill("worker");
    await kill("control");
    await waitUntil("a note of the lock file", () => output().includes("Cannot write the lock file"));
    rmSync(filler);
    await waitUntil("readiness", async () => (await fetch(`${url}/readyz`).catch(() => undefined))?.ok === true);
    const answer = await waitUntil("an answer", async () => {
      const one = await post("/v1/chat/completions", chat).catch(() => undefined);
      return one?.status === 200;
    });
    expect(answer).toBe(true);
    const isMade = await waitUntil("a change", async () => {
      const one = await admin("POST", "/api/teams", { name: "after" }).catch(() => undefined);
      return one?.status === 201;
    });
    expect(isMade).toBe(true);
  },
  240_000,
);
