import { expect, test } from "bun:test";
import { runControl } from "./running-control";

/** Longer than Bun leaves a connection alone by itself, shorter than the heart beat. */
const silenceMs = 12_000;

test("who follows the records stays connected while there are none", async () => {
  await using running = await runControl();
  const response = await fetch("http://localhost/api/logs/tail", { unix: `${running.dataDir}/c.sock` });
  const reader = response.body?.getReader();
  await reader?.read();
  const next = reader?.read().then(({ done }) => (done ? "ended" : "went on"));
  expect(await Promise.race([next, Bun.sleep(silenceMs).then(() => "silent")])).toBe("silent");
  await reader?.cancel();
}, 240_000);
