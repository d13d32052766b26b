import { afterEach, expect, test } from "bun:test";
import { controlEnvironment, readControlOptions, readWorkerOptions, workerEnvironment } from "./process-options";

const options = {
  role: "control",
  generation: 3,
  dataDir: "/d",
  host: "127.0.0.1",
  port: 8080,
  workers: 2,
  logLevel: "info",
  drainTimeoutMs: 30_000,
  sockets: { control: "/d/run/c", snapshot: "/d/run/s", supervisor: "/d/run/u" },
  ledgerFile: "/d/ledger",
  journalDir: "/d/journal",
} as const;

const before = process.env.HEADGATE_PROCESS;
afterEach(() => {
  if (before === undefined) delete process.env.HEADGATE_PROCESS;
  else process.env.HEADGATE_PROCESS = before;
});

function told(value: unknown): void {
  process.env.HEADGATE_PROCESS = typeof value === "string" ? value : JSON.stringify(value);
}

test("readControlOptions() and readWorkerOptions() read what the supervisor wrote", () => {
  told(controlEnvironment(options, "0.1.0").HEADGATE_PROCESS);
  expect(readControlOptions()).toEqual(options);
  const worker = { ...options, role: "worker", index: 1 } as const;
  told(workerEnvironment(worker, "0.1.0").HEADGATE_PROCESS);
  expect(readWorkerOptions()).toEqual(worker);
  expect(() => readControlOptions()).toThrow(/Cannot start a control process.*role/);
});

test("readControlOptions() understands a supervisor from before version 0.1.0", () => {
  told(options);
  expect(readControlOptions()).toEqual(options);
});

test("readControlOptions() refuses a later protocol and says what to do", () => {
  told({ ...options, protocol: 2, version: "0.9.0" });
  expect(() => readControlOptions()).toThrow(/supervisor is of version 0\.9\.0 and speaks protocol 2.*stop and start/s);
});

test("readWorkerOptions() names what is missing or wrong", () => {
  for (const wrong of ["", "{", options, { ...options, role: "worker" }, { ...options, role: "worker", index: "1" }]) {
    told(wrong);
    expect(() => readWorkerOptions()).toThrow(/Cannot start a worker: HEADGATE_PROCESS is wrong/);
  }
});
