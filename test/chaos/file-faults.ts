import {
  appendFileSync,
  closeSync,
  existsSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  truncateSync,
  writeFileSync,
  writeSync,
} from "node:fs";
import { join } from "node:path";
import { stringify } from "yaml";
import { isDiskFull } from "#lib/disk-full";
import { end } from "../crash/reborn-pair.ts";
import { fill } from "../crash/small-disk.ts";
import { waitUntil } from "../harness/wait-until.ts";
import { type Draw, type Fault, oneOf } from "./fault.ts";
import { awayDirectory, signalQuietly, type World, workers } from "./world.ts";

/** Files that go, tear or cannot grow. What is lost with a file by its nature is set aside first, and counted with the rest. */
export const fileFaults: readonly Fault[] = [
  {
    name: "full disk",
    weight: 4,
    lastsMs: [500, 6000],
    begin: (world) => {
      if (!world.isSmallDisk) return undefined;
      const file = fill(world.dataDir);
      return () => rmSync(file, { force: true });
    },
  },
  { name: "delete the lock file", weight: 1, act: (world) => remove(world, "headgate.lock"), calmMs: 3000 },
  { name: "delete generation", weight: 1, act: (world) => remove(world, "generation") },
  {
    name: "empty generation",
    weight: 1,
    act: (world) => writeFileSync(join(world.dataDir, "generation"), ""),
  },
  ...["", "{", '{"pid":1,"startedAt":'].map((text, index) => ({
    name: `kill all and tear the lock file (${["empty", "a brace", "half"][index]})`,
    weight: 0.5,
    act: (world: World) => tornStart(world, () => writeFileSync(join(world.dataDir, "headgate.lock"), text)),
  })),
  ...(["records", "content"] as const).map((kind) => ({
    name: `kill all and tear a journal segment (${kind})`,
    weight: 1,
    act: (world: World, { dice }: Draw) =>
      tornStart(world, () => tearSegment(join(world.dataDir, "journal"), kind, dice[0], dice[1])),
  })),
  {
    name: "kill all and damage a file of bodies",
    weight: 1,
    act: (world, { dice }) =>
      tornStart(world, () => {
        const directory = join(world.dataDir, "content");
        const files = existsSync(directory) ? readdirSync(directory) : [];
        if (files.length === 0) return;
        const file = join(directory, oneOf(files, dice[0]));
        putDamaged(file, file, dice[1]);
      }),
  },
  {
    name: "kill all and damage logs.sqlite",
    weight: 1,
    oncePerLife: "log or ledger",
    act: (world, { dice }) =>
      tornStart(world, () => {
        const away = awayDirectory(world);
        world.lostLogs.push(away);
        // What is damaged is lost, so the whole one is counted with the rest.
        moveAll(world, "logs.sqlite", (name) => join(away, name));
        putDamaged(join(away, "logs.sqlite"), join(world.dataDir, "logs.sqlite"), dice[0]);
      }),
  },
  {
    name: "kill all, damage config.sqlite and put a backup in its place",
    weight: 1,
    act: async (world, { dice }) => {
      await world.killAll();
      const backup = (name: string) => join(world.dataDir, `backup-${name}`);
      const names = moveAll(world, "config.sqlite", backup);
      putDamaged(backup("config.sqlite"), join(world.dataDir, "config.sqlite"), dice[0]);
      const told = await world.start().then(
        () => "it started",
        (error: Error) => error.message,
      );
      if (!told.includes("config.sqlite")) throw new Error(`A start on a damaged configuration: ${told}`);
      await world.killAll();
      for (const beside of databaseParts) remove(world, `config.sqlite${beside}`);
      for (const name of names) renameSync(backup(name), join(world.dataDir, name));
      await world.start();
    },
  },
  {
    name: "delete the lock file and kill the supervisor",
    weight: 1,
    act: async (world, { dice }) => {
      const [supervisor] = world.gateway().pids();
      remove(world, "headgate.lock");
      await Bun.sleep(dice[0] * 2500);
      if (supervisor !== undefined) end(supervisor.pid);
      await world.gateway().exited;
      await world.start();
    },
  },
  {
    name: "kill all and tear the log of a database",
    weight: 1,
    act: (world, { dice }) =>
      tornStart(world, () => {
        const file = join(world.dataDir, `${oneOf(["config", "logs"], dice[0])}.sqlite-wal`);
        if (existsSync(file)) appendFileSync(file, Buffer.alloc(Math.floor(dice[1] * 6000), 0x5a));
      }),
  },
  {
    name: "delete the journal",
    weight: 1.5,
    act: async (world) => {
      await calm(world);
      remove(world, "journal");
      await waitUntil("a journal", () => existsSync(join(world.dataDir, "journal")));
      await Bun.sleep(6000);
    },
    calmMs: 6000,
  },
  {
    name: "delete config.sqlite",
    weight: 1.5,
    act: async (world) => {
      await calm(world);
      remove(world, "config.sqlite");
      await waitUntil("config.sqlite", () => existsSync(join(world.dataDir, "config.sqlite")));
    },
    calmMs: 4000,
  },
  {
    name: "take logs.sqlite away",
    weight: 1.5,
    oncePerLife: "log or ledger",
    act: (world) => {
      const away = awayDirectory(world);
      world.lostLogs.push(away);
      for (const name of readdirSync(world.dataDir).filter((name) => /^logs\.sqlite/.test(name)))
        renameSync(join(world.dataDir, name), join(away, name));
    },
    calmMs: 2000,
  },
  {
    name: "delete the ledger",
    weight: 1,
    oncePerLife: "log or ledger",
    act: (world) => {
      remove(world, "ledger");
      world.facts.isLedgerLost = true;
    },
  },
  { name: "reload", weight: 2, act: reload },
  {
    name: "reload an emptied file",
    weight: 2,
    lastsMs: [200, 3000],
    begin: (world) => tornReload(world, () => truncateSync(world.gateway().configFile)),
  },
  {
    name: "empty the file and kill control",
    weight: 2,
    lastsMs: [200, 6000],
    begin: (world) => {
      const undo = tornReload(world, () => truncateSync(world.gateway().configFile));
      for (const { pid, role } of world.gateway().pids()) if (role === "control") end(pid);
      return undo;
    },
  },
  {
    name: "reload a torn file",
    weight: 2,
    lastsMs: [200, 3000],
    begin: (world, { dice }) =>
      tornReload(world, () => {
        const { configFile } = world.gateway();
        truncateSync(configFile, placeOfTear(readFileSync(configFile, "utf8"), dice[0]));
      }),
  },
];

function remove(world: World, name: string): void {
  rmSync(join(world.dataDir, name), { recursive: true, force: true });
}

async function tornStart(world: World, tear: () => void): Promise<void> {
  await world.killAll();
  try {
    tear();
  } catch (error) {
    // On a full disk a file cannot be torn by what is written to it.
    if (!isDiskFull(error)) throw error;
  }
  await world.start();
}

const databaseParts = ["", "-wal", "-shm"];

/** Moves a database with what lies beside it, as far as it is there; returns what was. */
function moveAll({ dataDir }: World, database: string, to: (name: string) => string): readonly string[] {
  const names = databaseParts.map((beside) => database + beside).filter((name) => existsSync(join(dataDir, name)));
  for (const name of names) renameSync(join(dataDir, name), to(name));
  return names;
}

/** Puts what is left of a file after damage into another place: what a full disk takes, where it is full. */
function putDamaged(whole: string, to: string, die: number): void {
  try {
    writeFileSync(to, damaged(existsSync(whole) ? readFileSync(whole) : Buffer.alloc(0), die), { mode: 0o600 });
  } catch (error) {
    if (!isDiskFull(error)) throw error;
  }
}

/** Emptied, cut in the middle, or with its beginning written over. */
function damaged(bytes: Buffer, die: number): Buffer {
  if (die < 0.33) return Buffer.alloc(0);
  if (die < 0.66) return bytes.subarray(0, Math.floor(bytes.length / 2));
  return Buffer.concat([Buffer.alloc(Math.max(200, Math.min(bytes.length, 20_000)), 0x5a), bytes.subarray(20_000)]);
}

function reload({ gateway, config }: World): void {
  gateway().reload(config());
}

function tornReload(world: World, tear: () => void): () => void {
  const { configFile } = world.gateway();
  tear();
  const [supervisor] = world.gateway().pids();
  if (supervisor !== undefined) signalQuietly(supervisor.pid, "SIGHUP");
  // Not read again: what was refused must have changed nothing. A start meanwhile has a file of its own.
  return () => writeFileSync(configFile, stringify(world.config(), { aliasDuplicateObjects: false }));
}

/**
 * In the middle of a key. Of all other places a third leaves a whole file that says less: nobody can tell that from one that
 * was meant, so it is taken, with a warning.
 */
function placeOfTear(text: string, which: number): number {
  const keys = [...text.matchAll(/^[ -]*[a-z_]+(?=:)/gm)];
  // Emptied by another fault that lasts.
  if (keys.length === 0) return 0;
  const { index, 0: key } = oneOf(keys, which);
  return index + key.length - 1;
}

/**
 * What a file is put back from lives in processes: with them killed at the same time there is nothing that could. One that
 * stands still goes on or is killed for it; what a dead one left is read from the journal before its successor starts.
 */
async function calm(world: World): Promise<void> {
  await Promise.all(world.orders);
  const stand = () =>
    world
      .gateway()
      .pids()
      .some(({ pid }) => standsStill(pid));
  const all = () =>
    world
      .gateway()
      .pids()
      .filter(({ role }) => role === "worker").length >= workers;
  await waitUntil("all processes to go on", () => !stand() && all(), 30_000);
  await waitUntil("readiness", () => isReady(world), 30_000);
  // Workers are ready without a control plane, which alone has the configuration open.
  await waitUntil("a control plane", () => answers(world, "/api/teams"), 30_000);
}

/** A ledger that was deleted is told until the next start, and by nothing else is readiness kept away for good. */
async function isReady(world: World): Promise<boolean> {
  const { isOk, text } = await ask(world, "/readyz");
  const { reasons = [] }: { readonly reasons?: readonly string[] } = text.startsWith("{") ? JSON.parse(text) : {};
  const [reason = "", ...others] = reasons;
  return isOk || (others.length === 0 && /^the ledger \S+ was deleted or replaced: /.test(reason));
}

async function answers(world: World, path: string): Promise<boolean> {
  return (await ask(world, path)).isOk;
}

async function ask(world: World, path: string): Promise<{ readonly isOk: boolean; readonly text: string }> {
  const { url, adminToken } = world.gateway();
  const init = { headers: { authorization: `Bearer ${adminToken}` }, signal: AbortSignal.timeout(3000) };
  const answer = await fetch(url + path, init).catch(() => undefined);
  const text = await answer?.text().catch(() => undefined);
  return { isOk: answer?.ok === true, text: text ?? "" };
}

function standsStill(pid: number): boolean {
  try {
    return / [tT] /.test(readFileSync(`/proc/${pid}/stat`, "utf8").replace(/^.*\)/s, ""));
  } catch {
    return false;
  }
}

const frameAlign = 8;

/** Half of a frame behind the last whole one, as a power cut leaves it, in the newest segment of a worker. */
function tearSegment(directory: string, kind: string, which: number, length: number): void {
  const segments = readdirSync(directory).filter((name) => /-w\d+-\d+\.\w+$/.test(name) && name.endsWith(kind));
  if (segments.length === 0) return;
  const file = join(directory, oneOf(segments, which));
  const bytes = new Uint8Array(readFileSync(file));
  let at = bytes.length;
  while (at > 32 && bytes[at - 1] === 0) at -= 1;
  at = Math.ceil(at / frameAlign) * frameAlign;
  if (at + 64 > bytes.length) return;
  const torn = Buffer.alloc(16 + Math.floor(length * 40), 0x7b);
  torn.set([0xf5, 0x48, 0x47, 0x4a], 0);
  torn.writeUInt32LE(4000, 8);
  const fd = openSync(file, "r+");
  writeSync(fd, torn, 0, torn.length, at);
  closeSync(fd);
}
