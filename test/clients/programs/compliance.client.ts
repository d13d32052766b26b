import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { after, test } from "node:test";
import { startFakeProvider } from "../../fake-provider/start-fake-provider.ts";
import { startHeadgate } from "../../harness/start-headgate.ts";
import { clientConfig, type Dialect, modelsFor } from "../client-config.ts";
import { installed } from "./install.ts";
import type { Program } from "./program.ts";

// llm-comply's cases of each API, which it judges by the published schemas. docs/internals/clients.md has the counts.
const suite: Pick<Program, "packages"> = { packages: { pip: ["llm-comply==0.5.0"] } };

/** Required in Anthropic's schema, and not in all of its own recorded answers; the last is of texts without citations. */
const tooStrict =
  "inference_geo,output_tokens_details,server_tool_use,stop_details,container,service_tier,is not valid under any of the given schemas";

type Format = {
  readonly name: string;
  readonly dialect: Dialect;
  readonly base: string;
  readonly args: readonly string[];
};

const formats: readonly Format[] = [
  { name: "open-responses", dialect: "openai-responses", base: "/v1", args: [] },
  { name: "openai-chat", dialect: "openai-chat", base: "/v1", args: [] },
  {
    name: "anthropic",
    dialect: "anthropic-messages",
    base: "/v1",
    args: ["--auth-header", "x-api-key", "--no-bearer", "-H", "anthropic-version:2023-06-01", "-i", tooStrict],
  },
  { name: "google-genai", dialect: "gemini", base: "", args: ["--auth-header", "x-goog-api-key", "--no-bearer"] },
];

/** Gemini 2.5 takes no level of thinking, nor does the fake of it. */
const expected = new Map([["google-genai on gem/fake-gemini", ["google-thinking"]]]);

const page = readFileSync(join(import.meta.dirname, "../../../docs/internals/clients.md"), "utf8");
const folder = installed(suite);
const provider = await startFakeProvider();
const gateway = await startHeadgate({ config: clientConfig(provider.url) });
after(async () => {
  await gateway.stop();
  await provider.stop();
});

type Verdict = { readonly id: string; readonly status: string; readonly errors?: readonly string[] };

for (const { args, base, dialect, name } of formats) {
  for (const model of modelsFor(dialect)) {
    const skip = folder === undefined && "its packages cannot be fetched here";
    test(`llm-comply's ${name} on ${model}`, { skip, timeout: 100_000 }, () => {
      const { stdout, stderr } = spawnSync(
        join(folder ?? "", "bin/llm-comply"),
        ["-u", gateway.url + base, "-k", gateway.key, "-m", model, "--format", name, "--json", ...args],
        { encoding: "utf8", timeout: 90_000 },
      );
      assert.notEqual(stdout, "", stderr);
      const { results }: { results: readonly Verdict[] } = JSON.parse(stdout);
      const failed = results.filter(({ status }) => status === "failed");
      assert.deepEqual(
        failed.map(({ id }) => id),
        expected.get(`${name} on ${model}`) ?? [],
        JSON.stringify(failed),
      );
      const passed = results.filter(({ status }) => status === "passed").length;
      const asked = results.filter(({ status }) => status !== "skipped").length;
      const row = page.split("\n").find((line) => line.startsWith(`| \`${name}\` `)) ?? "";
      assert.ok(row.includes(` ${model.split("/")[0]}: ${passed} of ${asked} `), `${row}: ${passed} of ${asked}`);
    });
  }
}
