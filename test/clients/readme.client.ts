import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { after, test } from "node:test";
import { fileURLToPath } from "node:url";
import { startHeadgate } from "../harness/start-headgate.ts";

// The README's snippets, as they are printed but for the address.
const root = fileURLToPath(new URL("../../", import.meta.url));
const blocks = [...readFileSync(`${root}README.md`, "utf8").matchAll(/^```(\w+)\n(.*?)^```$/gms)].map(
  ([, language, text]) => ({ language, text: text ?? "" }),
);
const gateway = await startHeadgate({ firstStart: true });
const folder = `${root}.tmp/readme-${process.pid}`;
mkdirSync(folder, { recursive: true });
after(async () => {
  await gateway.stop();
  rmSync(folder, { recursive: true, force: true });
});

const python = `${root}.tmp/venv/bin/python`;
const runners: { readonly [language: string]: (file: string) => readonly string[] } = {
  ts: (file) => [process.execPath, file],
  python: (file) => [python, file],
  sh: (file) => ["sh", file],
};

let number = 0;
for (const { language = "", text } of blocks) {
  const runner = runners[language];
  if (!runner || !text.includes("localhost:8080") || text.startsWith("npm")) continue;
  number += 1;
  const skip = language === "python" && !existsSync(python);
  test(`README snippet ${number} (${language}) gets an answer from the demo provider`, {
    // Python alone can take half of that to import an SDK on a busy machine.
    timeout: 60_000,
    skip,
  }, async () => {
    const file = `${folder}/snippet-${number}.${language === "python" ? "py" : language}`;
    writeFileSync(file, text.replaceAll("http://localhost:8080", gateway.url));
    const said = /"(Hello[^"]*)"/.exec(text)?.[1] ?? "nothing to say";
    const printed = await run(runner(file));
    assert.ok(printed.includes(said), `${text}\nprinted: ${printed}`);
  });
}

test("the README has snippets for curl and both SDKs", () => assert.ok(number >= 3, `${number} snippets`));

function run([command = "", ...args]: readonly string[]): Promise<string> {
  const env = { ...process.env, HEADGATE_KEY: gateway.key };
  return new Promise((resolve) => {
    execFile(command, args, { env, cwd: root }, (error, stdout, stderr) =>
      resolve(stdout + (error ? `\n${error.message}\n${stderr}` : "")),
    );
  });
}
