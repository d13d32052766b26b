import { expect, test } from "bun:test";
import { createScriptedGroup } from "./fixtures/scripted-group";

type Bench = ReturnType<typeof createScriptedGroup>;
type Outcomes = Promise<unknown>[];

/** Brings a group into a state; what goes on there is waited for at the end. */
const states: { readonly [state: string]: (bench: Bench, outcomes: Outcomes) => Promise<void> } = {
  "starting, control not ready": async (bench, outcomes) => {
    bench.behaviour.readyFrom.control = false;
    outcomes.push(bench.group.start());
    await bench.time.advance(10);
  },
  "starting, workers not ready": async (bench, outcomes) => {
    bench.behaviour.readyFrom.worker = false;
    outcomes.push(bench.group.start());
    await bench.time.advance(10);
  },
  serving: async (bench) => {
    await bench.group.start();
  },
  reloading: async (bench, outcomes) => {
    await bench.group.start();
    bench.behaviour.answersReload = false;
    outcomes.push(bench.group.reload());
    await bench.time.advance(10);
  },
  "restarting, the old control ends": async (bench, outcomes) => {
    await bench.group.start();
    bench.behaviour.drains = false;
    outcomes.push(bench.group.restart(2));
    await bench.time.advance(10);
  },
  "restarting, the new control not ready": async (bench, outcomes) => {
    await bench.group.start();
    bench.behaviour.readyFrom.control = false;
    outcomes.push(bench.group.restart(2));
    await bench.time.advance(10);
  },
  "restarting, new workers not ready": async (bench, outcomes) => {
    await bench.group.start();
    bench.behaviour.readyFrom.worker = false;
    outcomes.push(bench.group.restart(2));
    await bench.time.advance(10);
  },
  "restarted, old workers drain": async (bench) => {
    await bench.group.start();
    await keepWorkersFromDraining(bench);
    await bench.time.advance(10);
  },
  "restarted twice, two old generations drain": async (bench) => {
    await bench.group.start();
    await keepWorkersFromDraining(bench);
    bench.behaviour.drains = true;
    const again = bench.group.restart(3);
    await bench.time.advance(10);
    bench.behaviour.drains = false;
    await again;
  },
  "a worker died and waits for its successor": async (bench) => {
    await bench.group.start();
    bench.crash("worker");
    await bench.time.advance(10);
  },
  "control died and waits for its successor": async (bench) => {
    await bench.group.start();
    bench.crash("control");
    await bench.time.advance(10);
  },
  "no process can be started": async (bench) => {
    await bench.group.start();
    bench.spawns.fail = 3;
    bench.crash("control");
    bench.crash("worker");
    await bench.time.advance(150);
  },
};

async function keepWorkersFromDraining(bench: Bench): Promise<void> {
  const restarted = bench.group.restart(2);
  await bench.time.advance(0);
  bench.behaviour.drains = false;
  await restarted;
}

const events: { readonly [event: string]: (bench: Bench, outcomes: Outcomes) => void } = {
  reload: ({ group }, outcomes) => outcomes.push(group.reload()),
  "reload twice": ({ group }, outcomes) => outcomes.push(group.reload(), group.reload()),
  "control dies": ({ crash }) => crash("control"),
  "a worker dies": ({ crash }) => crash("worker"),
  "a worker and control die": ({ crash }) => {
    crash("worker");
    crash("control");
  },
};

const ends: { readonly [event: string]: (bench: Bench) => Promise<void> } = {
  "is stopped": ({ group }) => group.stop(30_000),
  "is stopped twice": async ({ group }) => void (await Promise.all([group.stop(30_000), group.stop(30_000)])),
  "is stopped, then cut": async ({ group }) => {
    const stopping = group.stop(30_000);
    await group.kill();
    await stopping;
  },
  "is cut": ({ group }) => group.kill(),
  "reloads and is stopped": async ({ group }) => {
    void group.reload();
    await group.stop(30_000);
  },
  "loses control and is stopped": async ({ group, crash }) => {
    crash("control");
    await group.stop(30_000);
  },
  "loses a worker and is stopped": async ({ group, crash }) => {
    crash("worker");
    await group.stop(30_000);
  },
};

for (const [state, enter] of Object.entries(states)) {
  for (const [event, act] of Object.entries(events)) {
    test(`a group that is ${state} serves with all its processes after: ${event}`, async () => {
      const bench = createScriptedGroup();
      const outcomes: Outcomes = [];
      await enter(bench, outcomes);
      act(bench, outcomes);
      const settling = Promise.allSettled(outcomes);
      await bench.release();
      const settled = await settling;
      const isStart = state.startsWith("starting");
      // A start that loses a process fails, and its caller ends the rest.
      if (isStart && settled.some(({ status }) => status === "rejected")) return;
      const living = bench.living();
      expect(living.map(({ role }) => role).sort()).toEqual(["control", "worker", "worker"]);
      expect(living.every(({ isReady, isDraining }) => isReady && !isDraining)).toBe(true);
      expect(new Set(living.map(({ generation }) => generation)).size).toBe(1);
    });
  }
  for (const [event, act] of Object.entries(ends)) {
    test(`a group that is ${state} ends with all its processes when it ${event}`, async () => {
      const bench = createScriptedGroup();
      const outcomes: Outcomes = [];
      await enter(bench, outcomes);
      const settled = Promise.allSettled(outcomes);
      const ended = act(bench);
      await bench.release();
      await ended;
      expect(bench.living()).toEqual([]);
      await settled;
      await bench.time.advance(60_000);
      expect(bench.living()).toEqual([]);
    });
  }
}

test("a start has three minutes, for a machine may be crowded, and fails then", async () => {
  const slow = createScriptedGroup();
  slow.behaviour.readyFrom.control = false;
  const started = slow.group.start();
  await slow.time.advance(170_000);
  await slow.release();
  await started;
  expect(slow.living()).toHaveLength(3);

  const never = createScriptedGroup();
  never.behaviour.readyFrom.worker = false;
  const failed = never.group.start().catch((error: Error) => error.message);
  await never.time.advance(180_000);
  expect(await failed).toMatch(/^Cannot start worker-\d: it was not ready within 180 s$/);
});

test("a reload that is asked for while another waits for its answer is done after it, once, and tells its own outcome", async () => {
  const { behaviour, group, release, said, time } = createScriptedGroup();
  await group.start();
  behaviour.answersReload = false;
  behaviour.reloadErrors.push(undefined, "line 3 is wrong");
  const first = group.reload();
  await time.advance(10);
  const later = [group.reload(), group.reload()];
  await time.advance(10);
  await release();
  await Promise.all([first, ...later]);
  expect(said.filter((line) => line.toLowerCase().includes("reload"))).toEqual([
    "reloaded the configuration",
    "Cannot reload, the old configuration stays in force: line 3 is wrong",
  ]);
});
