import { spawn } from "node:child_process";
import { fileURLToPath } from "node:url";
import type { World } from "./world.ts";

const launcher = fileURLToPath(new URL("../../bin/headgate", import.meta.url));

/** `headgate restart`. It may fail, where what it would replace or start is killed meanwhile. */
export function askToRestart(world: World): Promise<void> {
  const asked = restart(world);
  world.orders.add(asked);
  return asked.finally(() => world.orders.delete(asked));
}

async function restart(world: World): Promise<void> {
  const { code, output } = await command(["restart", "--data-dir", world.dataDir], world);
  if (code !== 0) world.tell(`restart: ${output.trim()}`);
}

function command(words: readonly string[], world: World): Promise<{ code: number | null; output: string }> {
  const child = spawn(launcher, words, {
    stdio: ["ignore", "pipe", "pipe"],
    env: { PATH: process.env.PATH, ...world.clock?.env },
  });
  let output = "";
  for (const stream of [child.stdout, child.stderr]) stream.on("data", (bytes) => (output += bytes));
  const timer = setTimeout(() => child.kill("SIGKILL"), 60_000);
  return new Promise((resolve) =>
    child.once("close", (code) => {
      clearTimeout(timer);
      resolve({ code, output });
    }),
  );
}
