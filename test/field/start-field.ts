import { afterAll } from "bun:test";
import { startHeadgate } from "../harness/start-headgate.ts";
import { startStrictProvider } from "../judges/strict-provider.ts";
import { vendors } from "../judges/vendors.ts";
import type { Bench } from "./send-shapes.ts";

/** The gateway in front of every vendor, each by the name that it has in the product. Stopped with the tests. */
export async function startField(): Promise<Bench> {
  const provider = startStrictProvider();
  afterAll(() => provider.stop());
  const providers = vendors.map(({ id, dialect }) => [
    id,
    {
      dialect,
      base_url: `${provider.url}/${id}/v1`,
      keys: [{ name: "main", value: "sk-field-test-key" }],
      retries: { max: 0 },
    },
  ]);
  const gateway = await startHeadgate({
    config: { settings: { content_logging: "off" }, providers: Object.fromEntries(providers) },
  });
  afterAll(() => gateway.stop().then(() => undefined));
  return { gateway, provider };
}
