import { afterAll, expect, setDefaultTimeout, test } from "bun:test";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { freePort } from "../harness/free-port.ts";
import { type Headgate, startHeadgate } from "../harness/start-headgate.ts";
import { root } from "./deploy-files.ts";

setDefaultTimeout(240_000);

const folder = join(root, "docs", "guides");
const guides = readdirSync(folder).filter((name) => name.endsWith(".md"));
const scratch = mkdtempSync(join(tmpdir(), "headgate-guides-"));
afterAll(() => rmSync(scratch, { recursive: true, force: true }));

type Block = { readonly line: number; readonly text: string; readonly expected: readonly string[] };

/**
 * ```sh run``` is run as it stands, the blocks of a page in one shell; `# → text` says what must come of a command of the
 * block. ```sh by-hand``` is what cannot be run here: another machine's service, a container, an installation.
 */
function blocksOf(page: string, kind: string): readonly Block[] {
  return Array.from(
    page.matchAll(new RegExp(`^\`\`\`${kind}\\n([\\s\\S]*?)^\`\`\`$`, "gm")),
    ({ 1: text = "", index }) => ({
      line: page.slice(0, index).split("\n").length,
      text,
      expected: Array.from(text.matchAll(/# → (.+)$/gm), ([, wanted = ""]) => wanted.trim()),
    }),
  );
}

test.each(guides)("%s says of each shell block whether it is run by this test", (name) => {
  const page = readFileSync(join(folder, name), "utf8");
  expect(blocksOf(page, "(?:sh|bash|shell|console)").map(({ line }) => line)).toEqual([]);
});

for (const name of guides) {
  const page = readFileSync(join(folder, name), "utf8");
  const blocks = blocksOf(page, "sh run");
  if (blocks.length === 0) continue;
  const missing = Array.from(page.matchAll(/<!-- needs: (\S+) -->/g), ([, tool = ""]) => tool).filter(
    (tool) => !Bun.which(tool),
  );
  if (missing.length > 0)
    process.stdout.write(`${missing.join(", ")} is not here: the commands of ${name} are not run\n`);

  test.skipIf(missing.length > 0)(`the commands of ${name} do what it says`, async () => {
    const gateway = await startHeadgate({ firstStart: true });
    const home = mkdtempSync(join(scratch, "home-"));
    mkdirSync(join(home, "bin"));
    symlinkSync(join(root, "bin/headgate"), join(home, "bin/headgate"));
    symlinkSync(join(root, "deploy"), join(home, "deploy"));
    try {
      const said = await runBlocks(blocks, gateway, home);
      const wrong = blocks.flatMap(({ line, expected }, index) =>
        expected
          .filter((text) => !bare(said[index] ?? "").includes(bare(text)))
          .map((text) => `line ${line}: ${text}\n${said[index]}`),
      );
      expect(wrong).toEqual([]);
    } finally {
      await gateway.stop();
    }
  });
}

/** Without spaces and line breaks: JSON is printed in several ways. */
function bare(text: string): string {
  return text.replace(/\s+/g, "");
}

/** What each block printed. Throws with the output of the one that failed. */
async function runBlocks(blocks: readonly Block[], gateway: Headgate, home: string): Promise<readonly string[]> {
  const marked = blocks.map(({ text }, index) => `printf '\\n--- block %s\\n' ${index}\n${text}`).join("\n");
  const spare = await freePort();
  const script = `set -euo pipefail\nexec 2>&1\n${marked}\nprintf '\\n--- done\\n'`
    .replaceAll("localhost:8080", `localhost:${gateway.port}`)
    .replaceAll("8081", String(spare));
  const shell = Bun.spawn(["bash", "-c", script], {
    cwd: home,
    stdio: ["ignore", "pipe", "inherit"],
    env: {
      PATH: `${join(home, "bin")}:${process.env.PATH}`,
      HOME: home,
      HEADGATE_DATA_DIR: gateway.dataDir,
      DATA: gateway.dataDir,
      ADMIN: gateway.adminToken,
      HEADGATE_KEY: gateway.key,
    },
  });
  const timer = setTimeout(() => shell.kill("SIGKILL"), 60_000);
  const output = await new Response(shell.stdout).text();
  clearTimeout(timer);
  const parts = output.split(/^--- (?:block \d+|done)\n/m).slice(1);
  if ((await shell.exited) !== 0) {
    throw new Error(`the block in line ${blocks[parts.length - 1]?.line} failed:\n${parts.at(-1)}`);
  }
  return parts;
}
