import assert from "node:assert/strict";
import { after, test } from "node:test";
import { startFakeProvider } from "../../fake-provider/start-fake-provider.ts";
import { startHeadgate } from "../../harness/start-headgate.ts";
import { clientConfig, type Dialect, modelsFor } from "../client-config.ts";
import { countUpgrades } from "./count-upgrades.ts";
import { installed } from "./install.ts";
import { npmPrograms } from "./npm-programs.ts";
import { pipPrograms } from "./pip-programs.ts";
import { runProgram, walkGuide } from "./run-program.ts";

// Programs as people install them, each for a turn with a tool, on providers of every dialect. `npm test` runs a sample.
const full = process.env.HEADGATE_TEST_FULL === "1";
const wanted = process.env.HEADGATE_PROGRAMS?.split(",");
const timeoutMs = 150_000;
const provider = await startFakeProvider();
const config = clientConfig(provider.url);
const gateway = await startHeadgate({ config: withGuideModels(config, provider.url) });
const watched = await countUpgrades(gateway.url);
after(async () => {
  watched.stop();
  await gateway.stop();
  await provider.stop();
});

/** Guides that several programs have in common. */
const walked = new Set<string>();

for (const program of [...npmPrograms, ...pipPrograms]) {
  if (wanted === undefined ? !(full || program.sample) : !wanted.includes(program.name)) continue;
  const folder = installed(program);
  if (program.guide !== undefined && !walked.has(program.guide)) {
    walked.add(program.guide);
    const skip = folder === undefined && "its packages cannot be fetched here";
    test(`docs/guides/${program.guide}.md is walked as it is written`, {
      skip,
      timeout: timeoutMs + 5000,
    }, async () => {
      const said = await walkGuide(program, { url: gateway.url, key: gateway.key, model: "" }, folder ?? "", timeoutMs);
      const asked = said.match(/^\+ .*Say hello/gm)?.length ?? 0;
      const answered = said.match(/Echo:[\s\S]*?Say hello/g)?.length ?? 0;
      assert.ok(asked > 0 && answered >= asked, said.slice(-4000));
    });
  }
  for (const dialect of program.dialects) {
    const [own = "", ...foreign] = modelsFor(dialect);
    for (const model of [program.ownModel ?? own, ...foreign]) {
      const skip = folder === undefined && "its packages cannot be fetched here";
      test(`${program.name}, ${dialect} on ${model}: a turn with a tool`, {
        skip,
        timeout: timeoutMs + 5000,
      }, async () => {
        const { triesWebSocket } = program;
        const url = triesWebSocket ? watched.url : gateway.url;
        const endpoint = { url, key: gateway.key, model };
        const upgradesBefore = watched.upgrades();
        const sinceId = (await provider.log()).at(-1)?.id ?? 0;
        const said = await runProgram(program, endpoint, dialect, folder ?? "", timeoutMs);
        const seen = await provider.log(sinceId);
        const problems = seen.flatMap(({ path, problem }) => (problem === undefined ? [] : [`${path}: ${problem}`]));
        assert.match(said, /marker-42/, `${said.slice(-2000)}\n--- the provider: ${problems.join("; ")}`);
        assert.deepEqual(problems, []);
        assert.equal(watched.upgrades() > upgradesBefore, triesWebSocket === true, "tries of a WebSocket");
      });
    }
  }
}

/** Providers and models by the names that the guides use, and an alias for the one that Claude Code asks for by itself. */
function withGuideModels(config: { readonly [key: string]: unknown }, url: string) {
  const provider = (dialect: Dialect, id: string) => ({
    dialect,
    base_url: `${url}/v1`,
    keys: [{ name: "main", value: "sk-fake-one" }],
    models: [{ id, context: 200_000, max_output: 64_000 }],
  });
  return {
    ...config,
    providers: {
      ...Object(config.providers),
      openai: provider("openai-responses", "gpt-5.1"),
      anthropic: provider("anthropic-messages", "claude-sonnet-4-5"),
    },
    routes: [{ alias: "claude-opus-5-5", targets: [{ model: "anthropic/claude-sonnet-4-5" }] }],
  };
}
