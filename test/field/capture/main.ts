import { installed } from "../../clients/programs/install.ts";
import { npmPrograms } from "../../clients/programs/npm-programs.ts";
import { pipPrograms } from "../../clients/programs/pip-programs.ts";
import type { Program } from "../../clients/programs/program.ts";
import { runProgram } from "../../clients/programs/run-program.ts";
import { type Heard, startStrictProvider } from "../../judges/strict-provider.ts";
import { writeShapes } from "../shapes.ts";
import { clientsOf } from "./node-clients.ts";

// Writes test/field/fixtures anew: `bun test/field/capture/main.ts [client …]`. Loopback only; no key is real.
const wanted = Bun.argv.slice(2);
const provider = startStrictProvider();
const model = "some-model";
/** Claude Code asks differently by the model's name, which may be a gateway's name for something else. */
const modelsOf: { readonly [client: string]: readonly string[] } = {
  "claude-code": [model, "claude-sonnet-4-5", "claude-opus-4-8"],
};

for (const [client, runs] of Object.entries(clientsOf(`${provider.url}/any`))) {
  if (!isWanted(client)) continue;
  const heard: Named[] = [];
  for (const { name, run } of runs) {
    await run().catch((error) => process.stderr.write(`${client}, ${name}: ${error}\n`));
    heard.push(...taken(model, name));
  }
  write(client, heard);
}
for (const program of [...npmPrograms, ...pipPrograms]) await capture(program);
await provider.stop();

type Named = Heard & { readonly name: string };

async function capture(program: Program): Promise<void> {
  for (const dialect of program.dialects) {
    const slug = program.name.toLowerCase().replaceAll(" ", "-");
    const client = program.dialects.length === 1 ? slug : `${slug}-${dialect.split("-")[0]}`;
    const folder = isWanted(client) ? installed(program) : undefined;
    if (folder === undefined) continue;
    const heard: Named[] = [];
    for (const asked of modelsOf[client] ?? [model]) {
      const endpoint = { url: `${provider.url}/any`, key: "sk-any", model: asked };
      const said = await runProgram(program, endpoint, dialect, folder, 200_000);
      if (!said.includes("marker-42")) process.stderr.write(`${client}, ${asked}: ${said.slice(-500)}\n`);
      heard.push(...taken(asked, asked === model ? "turn" : `turn of ${asked}`));
    }
    write(client, heard);
  }
}

function isWanted(client: string): boolean {
  return wanted.length === 0 || wanted.includes(client);
}

function taken(asked: string, name: string): readonly Named[] {
  const completions = provider.heard("any", asked).filter(({ path }) => !path.includes("count_tokens"));
  return completions.map((one, index) => ({ ...one, name: index === 0 ? name : `${name}, request ${index + 1}` }));
}

function write(client: string, heard: readonly Named[]): void {
  writeShapes(client, heard);
  process.stdout.write(`${client}: ${heard.length}\n`);
}
