import { expect, test } from "bun:test";
import { join } from "node:path";
import { createMachineClock, readUptimeMs } from "./machine-clock";

/** Met with 0.05 on a machine that is not crowded. */
const precisionMs = 1;

test.skipIf(process.platform !== "linux")(
  "createMachineClock() tells the machine's uptime, finer than the kernel's text",
  () => {
    const clock = createMachineClock();
    const ahead = Array.from({ length: 50 }, () => {
      const uptime = readUptimeMs();
      return clock() - uptime;
    });
    // The text is cut to hundredths of a second; and this process may lose its processor between two calls.
    expect(Math.min(...ahead)).toBeWithin(-precisionMs, 10 + precisionMs);
    expect(clock()).not.toBe(Math.floor(clock()));
  },
);

test("createMachineClock() does not go back, and two of them agree", () => {
  const [one, other] = [createMachineClock(), createMachineClock()];
  let last = 0;
  for (let look = 0; look < 10_000; look++) {
    const now = one();
    expect(now).toBeGreaterThanOrEqual(last);
    last = now;
  }
  expect(leastDistance(one, other)).toBeLessThan(precisionMs);
});

/** Of several looks: this process may lose its processor between two calls. */
function leastDistance(one: () => number, other: () => number): number {
  return Math.min(...Array.from({ length: 20 }, () => Math.abs(one() - other())));
}

test("createMachineClock() agrees between processes", async () => {
  const clock = createMachineClock();
  const script = join(import.meta.dir, "fixtures", "clock-child.ts");
  const children = [0, 1].map(() => Bun.spawn([process.execPath, script], { stdout: "pipe", stderr: "inherit" }));
  const told = await Promise.all(children.map((child) => child.stdout.json()));
  // The wall clock stands between the processes.
  for (const difference of told) {
    expect(leastDistance(clock, () => performance.timeOrigin + performance.now() + difference)).toBeLessThan(
      precisionMs,
    );
  }
});

test("createMachineClock() catches up after the machine slept", () => {
  let slept = 0;
  let skipped = 0;
  let passedMs = 0;
  const monotonicMs = () => {
    passedMs += 0.01;
    return passedMs + skipped;
  };
  const started = monotonicMs();
  const readUptime = () => Math.floor((monotonicMs() - started + slept) / 10) * 10;
  const clock = createMachineClock({ readUptime, monotonicMs });
  const before = clock();
  slept = 5000;
  expect(clock() - before).toBeLessThan(1000);
  skipped = 61_000;
  expect(clock() - before).toBeGreaterThanOrEqual(65_980);
  // An uptime that fell does not take it back.
  slept = 0;
  skipped = 130_000;
  expect(clock() - before).toBeGreaterThanOrEqual(134_980);
});

test("createMachineClock() has something to go by where there is no uptime, and where it hardly ticks", () => {
  const monotonicMs = () => performance.now();
  const wall = createMachineClock({ readUptime: () => Number.NaN, monotonicMs });
  expect(Math.abs(wall() - Date.now())).toBeLessThan(2000);
  const stuck = createMachineClock({ readUptime: () => 5000, monotonicMs });
  expect(Math.abs(stuck() - 5000)).toBeLessThan(1000);
});
