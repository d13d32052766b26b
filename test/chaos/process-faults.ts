import { end } from "../crash/reborn-pair.ts";
import type { Role } from "../harness/start-headgate.ts";
import { askToRestart } from "./commands.ts";
import { between, type Fault, oneOf } from "./fault.ts";
import { signalQuietly, type World } from "./world.ts";

/** Processes that die, stop and are told to end, in any order. */
export const processFaults: readonly Fault[] = [
  { name: "kill a worker", weight: 6, act: (world, { dice }) => void signal(world, "worker", dice[0], "SIGKILL") },
  { name: "kill control", weight: 4, act: (world, { dice }) => void signal(world, "control", dice[0], "SIGKILL") },
  {
    name: "kill the supervisor",
    weight: 3,
    act: async (world) => {
      signal(world, "supervisor", 0, "SIGKILL");
      await world.gateway().exited;
      await world.start();
    },
  },
  {
    name: "kill all",
    weight: 2,
    act: async (world) => {
      await world.killAll();
      await world.start();
    },
  },
  stopped("worker", 4),
  stopped("control", 3),
  stopped("supervisor", 3),
  {
    name: "restart",
    weight: 4,
    // Asked of a supervisor that stands still it takes as long as that does.
    act: (world) => Promise.race([askToRestart(world), Bun.sleep(10_000)]),
  },
  {
    name: "restart and kill control meanwhile",
    weight: 1,
    act: async (world, { dice }) => {
      const restarted = askToRestart(world);
      await Bun.sleep(between(0, 1500, dice[1]));
      signal(world, "control", dice[0], "SIGKILL");
      await Promise.race([restarted, Bun.sleep(10_000)]);
    },
  },
  {
    name: "a storm of SIGTERM",
    weight: 2,
    act: async (world, { dice }) => {
      const count = 1 + Math.floor(dice[0] * 5);
      const gapMs = between(50, 900, dice[1]);
      for (let sent = 0; sent < count; sent++) {
        signal(world, "supervisor", 0, "SIGTERM");
        signal(world, "worker", dice[2], "SIGTERM");
        signal(world, "control", dice[2], "SIGTERM");
        await Promise.race([world.gateway().exited, Bun.sleep(gapMs)]);
      }
      const late = Bun.sleep(30_000).then(() => "late");
      if ((await Promise.race([world.gateway().exited, late])) === "late") throw new Error("No end after SIGTERM");
      await world.start();
    },
  },
];

function stopped(role: Role, weight: number): Fault {
  return {
    name: `stop ${role}`,
    weight,
    lastsMs: [300, 9000],
    begin: (world, { dice }) => {
      const pid = signal(world, role, dice[0], "SIGSTOP");
      return () => {
        if (pid !== undefined) signalQuietly(pid, "SIGCONT");
      };
    },
  };
}

/** What it hit; undefined where none of that role runs. */
function signal(world: World, role: Role, die: number, name: NodeJS.Signals): number | undefined {
  const running = world
    .gateway()
    .pids()
    .filter((one) => one.role === role);
  if (running.length === 0) return undefined;
  const { pid } = oneOf(running, die);
  if (name === "SIGKILL") end(pid);
  else signalQuietly(pid, name);
  return pid;
}
