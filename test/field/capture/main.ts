import { type Heard, startStrictProvider } from "../../judges/strict-provider.ts";
import { writeShapes } from "../shapes.ts";
import { clientsOf } from "./node-clients.ts";

// Writes test/field/fixtures anew: `bun test/field/capture/main.ts [client …]`. Loopback only; no key is real.
const wanted = Bun.argv.slice(2);
const provider = startStrictProvider();
for (const [client, runs] of Object.entries(clientsOf(`${provider.url}/any`))) {
  if (wanted.length > 0 && !wanted.includes(client)) continue;
  const heard: (Heard & { readonly name: string })[] = [];
  for (const { name, run } of runs) {
    await run().catch((error) => process.stderr.write(`${client}, ${name}: ${error}\n`));
    heard.push(
      ...provider
        .heard("any", "some-model")
        .map((one, index) => ({ ...one, name: index === 0 ? name : `${name}, turn ${index + 1}` })),
    );
  }
  writeShapes(client, heard);
  process.stdout.write(`${client}: ${heard.length}\n`);
}
await provider.stop();
