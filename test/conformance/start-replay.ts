import { afterAll } from "bun:test";
import { type Headgate, startHeadgate } from "../harness/start-headgate.ts";
import { cohere, type Dialect, dialects, providerOf } from "./pairs.ts";
import type { Recording } from "./recordings.ts";
import { providerKey, type ReplayServer, startReplayServer } from "./replay-server.ts";

export type Replay = { readonly gateway: Headgate; readonly server: ReplayServer };

/** The gateway in front of the recordings, which it sees as one provider of each dialect. Stopped with the tests. */
export async function startReplay(recordings: readonly Recording[]): Promise<Replay> {
  const server = startReplayServer(recordings);
  afterAll(() => server.stop());
  const provider = (dialect: Dialect | "cohere") => ({
    dialect,
    // Of Bedrock and Cohere the base URL has no version.
    base_url: /^(?:bedrock|cohere)/.test(dialect) ? server.url : `${server.url}/v1`,
    keys: [{ name: "main", value: providerKey }],
    retries: { max: 0 },
  });
  const gateway = await startHeadgate({
    config: {
      // Keep-alives go by the clock: a busy machine would put them between the recorded bytes.
      settings: { content_logging: "off", keepalive_ms: 0, stream_headers_after_ms: -1 },
      providers: {
        ...Object.fromEntries(dialects.map((dialect) => [providerOf[dialect], provider(dialect)])),
        [cohere]: provider("cohere"),
      },
    },
  });
  afterAll(() => gateway.stop().then(() => undefined));
  return { gateway, server };
}
