import { afterAll } from "bun:test";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { waitUntil } from "../harness/wait-until.ts";
import { bodyOf, type Variant, worst } from "./bodies.ts";
import { type GatedProvider, startGatedProvider } from "./gated-provider.ts";
import { type Key, type LimitedGateway, patientProviders, startLimitedGateway } from "./limited-gateway.ts";
import { openWallClock, type WallClock } from "./wall-clock.ts";

export type MovedGateway = LimitedGateway & {
  readonly clock: WallClock;
  readonly provider: GatedProvider;
  /** A stream that runs, and that the provider answers only when told to `finish`: gives then what came of it. */
  readonly holdBack: (key: Key) => Promise<{ readonly finish: () => Promise<string> }>;
};

/** A gateway whose wall clock the test moves, in front of a gated provider. Begins at that time. */
export async function startMovedGateway(timeMs: number): Promise<MovedGateway> {
  const scratch = mkdtempSync(join(tmpdir(), "headgate-moved-"));
  const dataDir = join(scratch, "data");
  const clock = openWallClock(dataDir);
  clock.set(timeMs);
  const provider = startGatedProvider();
  afterAll(async () => {
    await provider.stop();
    rmSync(scratch, { recursive: true, force: true });
  });
  const limited = await startLimitedGateway({
    dataDir,
    program: fileURLToPath(new URL("moved-headgate.ts", import.meta.url)),
    config: { settings: { content_logging: "off" }, providers: patientProviders(provider.url) },
  });
  return { ...limited, clock, provider, holdBack: (key) => holdBack(limited, provider, key) };
}

const variant: Variant = { path: "/v1/chat/completions", model: "oai/fake-claude", stream: true };
const mark = "held back";

async function holdBack({ ask }: LimitedGateway, provider: GatedProvider, { secret }: Key) {
  provider.close(mark);
  const seen = provider.seen();
  const body = bodyOf(variant, worst).replace("x".repeat(mark.length), mark);
  const answer = ask(secret, variant.path, body).then((response) => response.text());
  await waitUntil("the provider to be asked", () => provider.seen() > seen);
  return {
    finish: () => {
      provider.open();
      return answer;
    },
  };
}
