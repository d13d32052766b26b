import { afterAll, expect, test } from "bun:test";
import { chownSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parse } from "yaml";
import { freePort } from "../harness/free-port.ts";
import { waitUntil } from "../harness/wait-until.ts";
import { deployFile, root } from "./deploy-files.ts";
import { runTool } from "./run-tool.ts";

const scratch = mkdtempSync(join(tmpdir(), "headgate-image-"));
afterAll(() => rmSync(scratch, { recursive: true, force: true }));

type Instruction = { readonly name: string; readonly rest: string };

/** The instructions of the Dockerfile, in their stages. */
function stages(): readonly (readonly Instruction[])[] {
  const lines = deployFile("Dockerfile")
    .replaceAll("\\\n", " ")
    .split("\n")
    .filter((line) => line.trim() !== "" && !line.startsWith("#"))
    .map((line) => ({ name: line.slice(0, line.indexOf(" ")), rest: line.slice(line.indexOf(" ") + 1).trim() }));
  const starts = lines.flatMap(({ name }, index) => (name === "FROM" ? [index] : []));
  return starts.map((start, index) => lines.slice(start, starts[index + 1]));
}

test("the Dockerfile has known instructions, installs for production, and names no registry", () => {
  const known = ["FROM", "WORKDIR", "COPY", "RUN", "USER", "ENV", "VOLUME", "EXPOSE", "HEALTHCHECK", "ENTRYPOINT"];
  const all = stages().flat();
  expect(all.filter(({ name }) => !known.includes(name))).toEqual([]);
  expect(
    all.filter(({ name, rest }) => name === "RUN" && /npm (ci|install)/.test(rest) && !/--omit=dev/.test(rest)),
  ).toEqual([]);
  const images = all.filter(({ name }) => name === "FROM").map(({ rest }) => rest.split(" ")[0] ?? "");
  // A tag that is fixed, or nothing at all; no host in front.
  expect(images.filter((image) => !/^(scratch|[a-z]+:\d[\w.-]*)$/.test(image))).toEqual([]);
  const { scripts } = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));
  const wanted = all.flatMap(({ rest }) => Array.from(rest.matchAll(/npm run (\S+)/g), ([, name = ""]) => name));
  expect(wanted.filter((name) => name !== "build:dashboard" && scripts[name] === undefined)).toEqual([]);
});

test("the image runs as a user of its own, keeps everything in one volume and checks its health", () => {
  const last = stages().at(-1) ?? [];
  const value = (name: string) => last.find((one) => one.name === name)?.rest;
  expect(value("USER")).toBe("10001:10001");
  expect(value("VOLUME")).toBe("/data");
  expect(value("ENV")).toContain("HEADGATE_DATA_DIR=/data");
  expect(value("HEALTHCHECK")).toEndWith('CMD ["/usr/bin/headgate", "health"]');
  expect(last.some(({ name }) => name === "RUN")).toBeFalse();
});

test("what the Dockerfile copies is not left out by .dockerignore, and secrets and state are", () => {
  const lines = readFileSync(join(root, ".dockerignore"), "utf8").split("\n");
  expect(lines.filter((line) => line !== "" && !line.startsWith("#"))[0]).toBe("*");
  const taken = lines.filter((line) => line.startsWith("!")).map((line) => line.slice(1));
  expect(taken.filter((path) => path !== "dashboard" && !existsSync(join(root, path)))).toEqual([]);
  for (const path of ["src", "scripts", "package.json", "package-lock.json", "deploy/make-root.sh"]) {
    expect(taken).toContain(path);
  }
  for (const path of ["data", ".git", ".env", "test", "node_modules"]) expect(taken).not.toContain(path);
});

for (const name of ["compose.yaml", "compose.monitoring.yaml"]) {
  test(`deploy/${name} names files that are there, and images by fixed tags`, () => {
    const { services, volumes = {} } = parse(deployFile(name));
    const named = Object.values<Service>(services).flatMap((service) => service.volumes ?? []);
    const [files, own] = [named.filter((one) => one.startsWith("./")), named.filter((one) => !one.startsWith("./"))];
    expect(files.filter((one) => !existsSync(join(root, "deploy", one.split(":")[0] ?? "")))).toEqual([]);
    expect(own.filter((one) => !((one.split(":")[0] ?? "") in volumes))).toEqual([]);
    const images = Object.values<Service>(services).flatMap(({ image }) => (image === undefined ? [] : [image]));
    expect(images.filter((image) => image !== "headgate" && !/^[a-z]+\/[a-z]+:v?\d+\.\d+\.\d+$/.test(image))).toEqual(
      [],
    );
  });
}

type Service = { readonly image?: string; readonly volumes?: readonly string[] };

test("the compose file lets nothing be written but the volume, and waits for running requests", () => {
  const { services } = parse(deployFile("compose.yaml"));
  expect(services.headgate).toMatchObject({
    build: { context: "..", dockerfile: "deploy/Dockerfile" },
    read_only: true,
    cap_drop: ["ALL"],
    security_opt: ["no-new-privileges:true"],
    stop_grace_period: "45s",
    ports: ["127.0.0.1:8080:8080"],
  });
});

test("the configuration files of the compose files pass check", () => {
  for (const name of ["headgate.yaml", "headgate.monitoring.yaml"]) {
    const result = Bun.spawnSync([join(root, "bin/headgate"), "check", join(root, "deploy", name)], {
      env: { PATH: process.env.PATH, HEADGATE_METRICS_TOKEN: "a-token-for-this-test" },
    });
    expect([name, result.exitCode, result.stderr.toString()]).toEqual([name, 0, ""]);
  }
});

const isolates =
  process.platform === "linux" &&
  process.getuid?.() === 0 &&
  Bun.spawnSync(["unshare", "--mount", "--pid", "--fork", "true"]).exitCode === 0;
if (!isolates)
  process.stdout.write("namespaces cannot be made here: the run in the image's root file system is skipped\n");

test.skipIf(!isolates)(
  "the program runs in the image's root: read-only, as process 1, without privileges, and again after it was killed",
  async () => {
    const [program, image, data] = [join(scratch, "headgate"), join(scratch, "image"), join(scratch, "data")];
    runTool("node", join(root, "scripts/build-binary.mjs"), program);
    runTool(join(root, "deploy/make-root.sh"), program, image);
    const files = readdirSync(image, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
    expect(files.length).toBeLessThan(15);
    mkdirSync(data);
    chownSync(data, 10001, 10001);
    const port = await freePort();
    for (const signal of ["SIGKILL", "SIGTERM"] as const) {
      await using container = runImage(image, data, port);
      await waitUntil("an answer", () => answers(`http://127.0.0.1:${port}/readyz`, container.exited), 20_000);
      const pid = container.programPid();
      expect(statSync(`/proc/${pid}`).uid).toBe(10001);
      const inside = (command: string) =>
        Bun.spawnSync(["nsenter", "-t", String(pid), "-m", "-p", "-r", "-w", "/usr/bin/headgate", command], {
          env: { HEADGATE_DATA_DIR: "/data" },
        });
      const health = inside("health");
      expect([health.exitCode, health.stderr.toString()]).toEqual([0, ""]);
      // There is no shell, nor any other program.
      const doctor = inside("doctor");
      expect([doctor.stderr.toString(), doctor.stdout.toString()]).toEqual(["", expect.stringContaining("open files")]);
      const secrets = readFileSync(join(data, "first-start.txt"), "utf8");
      const [admin, key] = [/hga-\w+/.exec(secrets)?.[0], /hg-\w+/.exec(secrets)?.[0]];
      const system = await fetch(`http://127.0.0.1:${port}/api/system`, {
        headers: { authorization: `Bearer ${admin}` },
      });
      expect([system.status, await system.text()]).toEqual([200, expect.stringContaining("open files")]);
      const answer = await fetch(`http://127.0.0.1:${port}/v1/chat/completions`, {
        method: "POST",
        headers: { authorization: `Bearer ${key}` },
        body: JSON.stringify({ model: "demo/echo", messages: [{ role: "user", content: "in a box" }] }),
      });
      expect(await answer.text()).toContain("in a box");
      process.kill(pid, signal);
      expect(await container.exited).toSatisfy((code) => (code === 0) === (signal === "SIGTERM"));
    }
  },
);

/** As a container runtime does: namespaces of its own, the root read-only, /data a volume, an unprivileged user. */
function runImage(image: string, data: string, port: number) {
  const script = [
    `mount --bind ${image} ${image}`,
    `mount -o remount,bind,ro ${image}`,
    `mount --bind ${data} ${image}/data`,
    `mount -t proc proc ${image}/proc`,
    `mount --rbind /dev ${image}/dev`,
    `exec chroot --userspec=10001:10001 ${image} /usr/bin/headgate`,
  ].join("\n");
  const child = Bun.spawn(["unshare", "--mount", "--pid", "--fork", "--kill-child", "sh", "-ec", script], {
    stdio: ["ignore", "ignore", "inherit"],
    env: {
      PATH: `${process.env.PATH}:/usr/sbin:/sbin`,
      HEADGATE_PORT: String(port),
      HEADGATE_WORKERS: "1",
      HEADGATE_DATA_DIR: "/data",
      HEADGATE_LOG_LEVEL: "error",
    },
  });
  return {
    exited: child.exited,
    programPid: () =>
      Number(readFileSync(`/proc/${child.pid}/task/${child.pid}/children`, "utf8").trim().split(" ")[0]),
    [Symbol.asyncDispose]: async () => {
      child.kill("SIGKILL");
      await child.exited;
    },
  };
}

async function answers(url: string, exited: Promise<number>): Promise<boolean> {
  const ended = await Promise.race([exited, Bun.sleep(0)]);
  if (ended !== undefined) throw new Error(`it ended with ${ended}`);
  return fetch(url).then(
    ({ ok }) => ok,
    () => false,
  );
}
