// `npm test`: the one gate. `npm test -- unit e2e` runs the named suites only; `npm run test:full` runs the long proofs
// at full count. Plain Node >= 20 and nothing else, so that it can install what is missing first.
import { spawn, spawnSync } from "node:child_process";
import { existsSync, mkdirSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { stripVTControlCharacters } from "node:util";
import { bun, root } from "./bun.mjs";
import { installMissing, npm } from "./development.mjs";
import { failedTests } from "./failed-tests.mjs";

const node24 = "24.21.0";
const full = process.argv.includes("--full");
// Most suites wait more than they compute: two at a time, but one by one where counts are full and figures are printed.
const lanes = full ? 1 : 2;
const wanted = process.argv.slice(2).filter((argument) => !argument.startsWith("--"));

const requirements = join(root, "test/clients/python/requirements.txt");
const installedRequirements = join(root, ".tmp/venv/requirements.txt");

/** A test that is not done then hangs: no test fails on a time, and a crowded machine is many times slower. */
const testPatience = full ? "1800000" : "240000";
const patience = ["--timeout", testPatience];

/** A suite that is not done then hangs: most take a minute or two, and several times that on a crowded machine. */
const patienceMinutes = full ? 75 : 15;

/** Each suite: how to run it, and how to read its counts. */
const suites = {
  format: { command: () => [bin("biome"), "check", "--error-on-warnings"], counts: oneCheck },
  types: { command: () => [bin("tsc")], counts: oneCheck },
  "dead-code": { command: () => [bin("knip")], counts: oneCheck },
  // What the product exports and only tests use. Dependencies are the suite above's.
  "test-only-code": {
    command: () => [bin("knip"), "--production", "--include", "files,exports,types,nsExports,nsTypes"],
    counts: oneCheck,
  },
  "dashboard-code": {
    command: () => [process.execPath, join(root, "scripts/check-dashboard.mjs")],
    counts: oneCheck,
  },
  unit: {
    command: () => [bun(), "test", ...patience, "src", "dashboard/src", "test/fake-provider", "test/harness"],
    counts: bunCounts,
  },
  architecture: {
    command: () => [bun(), "test", ...patience, "./test/architecture.test.ts"],
    counts: bunCounts,
  },
  ...folderSuites(),
  clients: {
    command: () => [node(), "--test", "--test-reporter=spec", `--test-timeout=${testPatience}`, ...clientFiles()],
    counts: nodeCounts,
  },
  // Programs as people install them: a sample, or all of them, each fetched into .tmp once.
  programs: {
    command: () => [
      node(),
      "--test",
      "--test-reporter=spec",
      `--test-timeout=${testPatience}`,
      "test/clients/programs/programs.client.ts",
      "test/clients/programs/compliance.client.ts",
      "test/clients/programs/cohere.client.ts",
    ],
    counts: nodeCounts,
  },
  python: { command: pythonCommand, counts: pytestCounts },
  e2e: {
    command: () => [bun(), "test", ...patience, "test/e2e"],
    counts: bunCounts,
  },
  // A browser for each of its files; the page is built first where it is stale.
  dashboard: {
    command: () => [bun(), "test", ...patience, "test/dashboard"],
    counts: bunCounts,
  },
  // Both mostly wait, for time-outs and for back-off: several files at a time.
  abuse: { command: () => [bun(), "test", ...patience, "--parallel=2", "test/abuse"], counts: bunCounts },
  // 90 seconds of faults under load, or half an hour, and what the gateway needs to come back and be counted.
  chaos: {
    command: () => [bun(), "test", "--timeout", "3600000", "test/chaos"],
    counts: bunCounts,
  },
  crash: {
    command: () => [bun(), "test", ...patience, `--parallel=${full ? 1 : 3}`, "test/crash"],
    counts: bunCounts,
  },
};

/** The suites that run now, by name: their process, what they have said, and since when. */
const running = new Map();
/** What failed so far, a line each: said last, for a log is often cut off at its begin. */
const failures = [];
const mostFailures = 40;

process.on("SIGTERM", () => giveUp("stopped from outside"));
process.on("SIGINT", () => giveUp("interrupted"));
installMissing();
process.exitCode = await runAll();

async function runAll() {
  const unknown = wanted.find((name) => !(name in suites));
  if (unknown) {
    say(`Cannot run the suite "${unknown}": there are ${Object.keys(suites).join(", ")}`);
    return 2;
  }
  const total = { passed: 0, failed: 0, skipped: 0 };
  const lines = [];
  const queue = Object.entries(suites).filter(([name]) => wanted.length === 0 || wanted.includes(name));
  const lane = async () => {
    for (let next = queue.shift(); next !== undefined; next = queue.shift()) {
      const [name, suite] = next;
      const counts = await runSuite(name, suite);
      lines.push(
        `${name.padEnd(14)}${counts.passed} passed, ${counts.failed} failed, ${counts.skipped} skipped in ${counts.seconds} s`,
      );
      for (const key of Object.keys(total)) total[key] += counts[key];
    }
  };
  await Promise.all(Array.from({ length: lanes }, lane));
  say(`\n${lines.join("\n")}\n`);
  sayFailures();
  say(`${total.passed} passed, ${total.failed} failed${total.skipped > 0 ? `, ${total.skipped} skipped` : ""}`);
  return total.failed > 0 || total.passed === 0 ? 1 : 0;
}

async function runSuite(name, suite) {
  const started = Date.now();
  const seconds = () => ((Date.now() - started) / 1000).toFixed(1);
  const command = suite.command();
  if (typeof command === "string") {
    say(`\n── ${name} is skipped: ${command}`);
    return { passed: 0, failed: 0, skipped: 1, seconds: seconds() };
  }
  const { code, output, text } = await run(name, command);
  say(`\n── ${name}\n${text}`);
  const counts = suite.counts(output, code);
  // A runner that died says nothing of failures: that is one.
  if (code !== 0 && counts.failed === 0) counts.failed = 1;
  if (counts.failed > 0) noteFailures(name, output);
  return { ...counts, seconds: seconds() };
}

/**
 * Runs a suite in a process group of its own, so that whatever it started ends with it. A suite has ended when its own
 * process has: what it left running may hold its output open for ever, so it is named and killed. The counts are the
 * suite's own.
 */
function run(name, [file, ...args]) {
  return new Promise((resolve) => {
    const env = {
      ...process.env,
      HEADGATE_TEST_NODE: node(),
      ...(full ? { HEADGATE_TEST_FULL: "1" } : {}),
      PATH: `${dirname(bun())}:${process.env.PATH}`,
    };
    const child = spawn(file, args, { cwd: root, env, stdio: ["ignore", "pipe", "pipe"], detached: true });
    const suite = { child, output: "", started: Date.now() };
    running.set(name, suite);
    const collect = (bytes) => {
      suite.output += bytes;
    };
    child.stdout.on("data", collect);
    child.stderr.on("data", collect);
    const timer = setTimeout(() => {
      suite.output += `\n(fail) stopped after ${patienceMinutes} minutes\n${processesOf(child.pid)}\n`;
      killGroup(child.pid);
    }, patienceMinutes * 60_000);
    let exitCode = 1;
    let leftovers;
    const end = () => {
      if (!running.delete(name)) return;
      clearTimeout(timer);
      clearTimeout(leftovers);
      resolve({ code: exitCode, output: stripVTControlCharacters(suite.output), text: suite.output });
    };
    child.on("error", (error) => {
      suite.output += error.message;
      end();
    });
    child.on("exit", (code) => {
      exitCode = code ?? 1;
      leftovers = setTimeout(() => {
        suite.output += `\nIts output is still held open by what it left running:\n${processesOf(child.pid)}\n`;
        killGroup(child.pid);
        child.stdout.destroy();
        child.stderr.destroy();
        end();
      }, 10_000);
    });
    child.on("close", end);
  });
}

/** Ends all that runs, and says what was still running and the last that it said. */
function giveUp(why) {
  for (const [name, { child, output, started }] of running) {
    const seconds = ((Date.now() - started) / 1000).toFixed(1);
    say(`\n── ${name}: ${why} after ${seconds} s\n${output.slice(-20_000)}\n${processesOf(child.pid)}`);
    killGroup(child.pid);
    noteFailures(name, `${stripVTControlCharacters(output)}\n(fail) ${why} after ${seconds} s`);
  }
  sayFailures();
  say(`0 passed, ${Math.max(1, running.size)} failed`);
  process.exit(1);
}

function noteFailures(suite, output) {
  const names = failedTests(output);
  if (names.length === 0) failures.push(`failed: ${suite}`);
  for (const name of names) failures.push(`failed: ${suite} > ${name}`);
}

function sayFailures() {
  const more = failures.length - mostFailures;
  const lines = [...failures.slice(0, mostFailures), ...(more > 0 ? [`and ${more} more`] : [])];
  if (lines.length > 0) say(`${lines.join("\n")}\n`);
}

/** The processes of a group, a line each, where `ps` is there to tell. */
function processesOf(group) {
  return spawnSync("ps", ["-o", "pid,ppid,etime,stat,args", "-g", String(group)], { encoding: "utf8" }).stdout ?? "";
}

function killGroup(group) {
  try {
    process.kill(-group, "SIGKILL");
  } catch {
    // Nothing of it is left.
  }
}

/** Every other folder of `test/` that holds tests is a suite of its own: abuse, conformance, and so on. */
function folderSuites() {
  const own = ["clients", "dashboard", "e2e", "fake-provider", "harness"];
  const folders = readdirSync(join(root, "test"), { withFileTypes: true })
    .filter((entry) => entry.isDirectory() && !own.includes(entry.name))
    .filter((entry) => readdirSync(join(root, "test", entry.name)).some((name) => name.endsWith(".test.ts")))
    .map((entry) => entry.name);
  return Object.fromEntries(
    folders.map((name) => [
      name,
      {
        command: () => [bun(), "test", ...patience, `test/${name}`],
        counts: bunCounts,
      },
    ]),
  );
}

function oneCheck(_output, code) {
  return { passed: code === 0 ? 1 : 0, failed: code === 0 ? 0 : 1, skipped: 0 };
}

/** ` 12 pass`, ` 0 fail`, ` 1 skip` at the end of a `bun test`. */
function bunCounts(output) {
  return {
    passed: last(output, /^ *(\d+) pass$/gm),
    failed: last(output, /^ *(\d+) fail$/gm),
    skipped: last(output, /^ *(\d+) skip$/gm),
  };
}

/** `ℹ pass 12` and so on at the end of a `node --test`. */
function nodeCounts(output) {
  const skipped = last(output, /^\S* ?skipped (\d+)$/gm) + last(output, /^\S* ?todo (\d+)$/gm);
  return {
    passed: last(output, /^\S* ?pass (\d+)$/gm),
    failed: last(output, /^\S* ?fail (\d+)$/gm) + last(output, /^\S* ?cancelled (\d+)$/gm),
    skipped,
  };
}

/** `3 failed, 12 passed, 1 skipped in 2.34s` at the end of a pytest. */
function pytestCounts(output) {
  return {
    passed: last(output, /(\d+) passed/g),
    failed: last(output, /(\d+) failed/g) + last(output, /(\d+) errors?/g),
    skipped: last(output, /(\d+) skipped/g),
  };
}

function last(text, pattern) {
  return Number([...text.matchAll(pattern)].at(-1)?.[1] ?? 0);
}

function clientFiles() {
  return readdirSync(join(root, "test/clients"))
    .filter((name) => name.endsWith(".client.ts"))
    .map((name) => join("test/clients", name));
}

function textOf(file) {
  return existsSync(file) ? readFileSync(file, "utf8") : "";
}

function pythonCommand() {
  const python = join(root, ".tmp/venv/bin/python");
  if (!existsSync(python) || textOf(installedRequirements) !== textOf(requirements)) installPython();
  if (!existsSync(python)) return "no Python with venv and pip here, or its packages cannot be fetched";
  return [
    python,
    "-m",
    "pytest",
    "-q",
    "--no-header",
    "-p",
    "no:cacheprovider",
    "-o",
    "faulthandler_timeout=60",
    "test/clients/python",
  ];
}

function installPython() {
  const venv = join(root, ".tmp/venv");
  mkdirSync(join(root, ".tmp"), { recursive: true });
  // Made under another name and renamed when complete, so that a half-made one is never used.
  const script = `rm -rf '${venv}.new' && python3 -m venv '${venv}.new' && '${venv}.new/bin/python' -m pip install -q --disable-pip-version-check -r '${requirements}' && cp '${requirements}' '${venv}.new/requirements.txt' && rm -rf '${venv}' && mv '${venv}.new' '${venv}'`;
  spawnSync("sh", ["-c", script], { stdio: ["ignore", "inherit", "inherit"], timeout: 300_000 });
}

/** The SDKs need Node >= 22.18 (types stripped without a flag): this one, or the `node` package's binary for this platform. */
function node() {
  const [major = 0, minor = 0] = process.versions.node.split(".").map(Number);
  if (major > 22 || (major === 22 && minor >= 18)) return process.execPath;
  const name = `node-${process.platform}-${process.arch}`;
  const prefix = join(root, ".tmp", `node-${node24}`);
  const binary = join(prefix, "node_modules", name, "bin/node");
  if (!existsSync(binary)) {
    mkdirSync(prefix, { recursive: true });
    npm(["install", "--prefix", prefix, "--no-save", "--ignore-scripts", `${name}@${node24}`]);
  }
  return existsSync(binary) ? binary : process.execPath;
}

function bin(name) {
  return join(root, "node_modules/.bin", name);
}

function say(text) {
  process.stdout.write(`${text}\n`);
}
