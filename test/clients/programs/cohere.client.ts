import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { after, test } from "node:test";
import { fileURLToPath } from "node:url";
import { startFakeProvider } from "../../fake-provider/start-fake-provider.ts";
import { startHeadgate } from "../../harness/start-headgate.ts";
import { clientConfig, vectorModels } from "../client-config.ts";
import { installed } from "./install.ts";
import { scriptEnvironment } from "./pip-programs.ts";

// Cohere's own SDK, of whose API embeddings are served, at every kind of provider that has them.
const folder = installed({ packages: { npm: ["cohere-ai@8.1.0"] } });
const provider = await startFakeProvider();
const gateway = await startHeadgate({ config: clientConfig(provider.url) });
after(async () => {
  await gateway.stop();
  await provider.stop();
});

// Titan takes one text at a time.
for (const model of vectorModels.filter((each) => !each.includes("titan"))) {
  const skip = folder === undefined && "its packages cannot be fetched here";
  test(`cohere-ai on ${model}: the vectors of two texts, and a refusal`, { skip, timeout: 100_000 }, () => {
    const script = fileURLToPath(new URL("with-cohere.cjs", import.meta.url));
    const { stdout, stderr } = spawnSync(process.env.HEADGATE_TEST_NODE ?? process.execPath, [script], {
      ...{ encoding: "utf8", timeout: 90_000 },
      env: {
        ...scriptEnvironment({ url: gateway.url, key: gateway.key, model }, "cohere"),
        NODE_PATH: join(folder ?? "", "node_modules"),
      },
    });
    assert.notEqual(stdout, "", stderr);
    const { asked, refusal } = JSON.parse(stdout);
    assert.deepEqual(asked.vectors, [
      [0.5, -0.25, 0],
      [0.5, -0.25, 1],
    ]);
    assert.deepEqual(asked.texts, ["one", "two"]);
    assert.ok(asked.tokens > 0);
    assert.equal(refusal.statusCode, 404);
    assert.match(refusal.body.message, /"nobody"/);
  });
}
