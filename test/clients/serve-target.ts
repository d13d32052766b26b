import { startFakeProvider } from "../fake-provider/start-fake-provider.ts";
import { startHeadgate } from "../harness/start-headgate.ts";
import { clientConfig } from "./client-config.ts";

// For clients in other languages: starts the target, prints where it is, and stops it when its standard input closes.
const provider = await startFakeProvider();
const gateway =
  process.env.HEADGATE_CLIENTS_DIRECT === "1" ? undefined : await startHeadgate({ config: clientConfig(provider.url) });
const models = gateway ? ["oai/fake-gpt", "ant/fake-claude"] : ["fake-gpt", "fake-claude"];
process.stdout.write(
  `${JSON.stringify({ url: gateway?.url ?? provider.url, key: gateway?.key ?? provider.key, adminToken: gateway?.adminToken ?? "", providerUrl: provider.url, models })}\n`,
);
process.stdin.on("end", async () => {
  await gateway?.stop();
  await provider.stop();
  process.exit(0);
});
process.stdin.resume();
