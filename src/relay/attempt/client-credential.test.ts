import { afterEach, describe, expect, test } from "bun:test";
import type { InferenceRequest, ProviderCredential } from "#core/inference";
import type { Target } from "#core/target";
import {
  anthropicMessages,
  inferenceWith,
  scratchPipeline,
  scratchSecret,
  snapshotLeadingTo,
  textOf,
} from "#fixtures/scratch-pipeline";
import { scratchGovernance, target } from "#governance/fixtures/scratch-governance";
import { spoken } from "#snapshot/fixtures/spoken-dialect";
import { answerOfPieces } from "#upstream/answer-of-pieces";
import type { UpstreamClient } from "#upstream/upstream";
import { sentBy } from "../fixtures/said";

const cleanups: (() => void)[] = [];
afterEach(() => {
  for (const cleanup of cleanups.splice(0)) cleanup();
});

const login: ProviderCredential = { scheme: "bearer", secret: "oauth-of-a-client" };

/** A target with a key of this name; one called `client` stands for the client's own. */
function keyed(provider: string, key: string, dialect: "openai-chat" | "anthropic-messages" = "openai-chat"): Target {
  const made = target(provider, "m");
  const isClients = key === "client";
  return {
    ...made,
    dialect: spoken(dialect),
    provider: {
      ...made.provider,
      baseUrl: `http://${provider}.test`,
      auth: dialect === "openai-chat" ? "bearer" : "x-api-key",
    },
    key: {
      id: key,
      name: key,
      secret: isClients ? "" : `sk-${key}`,
      weight: 1,
      ...(isClients && { fromClient: true }),
    },
  };
}

const ok = JSON.stringify({
  id: "c",
  model: "m",
  choices: [{ index: 0, message: { role: "assistant", content: "hi" }, finish_reason: "stop" }],
});

/** Asks the targets in order, each answered by the next status; says which credentials each was asked with. */
async function ask(
  targets: readonly Target[],
  statuses: readonly number[],
  change: Partial<InferenceRequest> = { providerCredential: () => login },
) {
  const governance = scratchGovernance();
  cleanups.push(governance.remove);
  const { ledger, journal, records } = governance;
  const asked: string[] = [];
  const upstream: UpstreamClient = async ({ headers, url }) => {
    const status = statuses[asked.length] ?? 200;
    asked.push(`${new URL(url).hostname} ${headers.authorization ?? headers["x-api-key"] ?? "nothing"}`);
    const body = status === 200 ? ok : JSON.stringify({ error: { message: `refused: ${login.secret}` } });
    return answerOfPieces(status, new Headers({ "content-type": "application/json" }), [body]);
  };
  const snapshot = snapshotLeadingTo(targets, governance.key());
  const infer = scratchPipeline({
    ledger,
    journal,
    snapshot: () => snapshot,
    upstream,
    random: () => 0.5,
    sleep: async () => undefined,
  });
  const body = { model: "m", max_tokens: 5, messages: [{ role: "user", content: "hi" }] };
  const response = await infer(inferenceWith(body, { secret: () => scratchSecret, ...change }));
  return { asked, status: response.status, text: await textOf(response), record: records[0], ledger };
}

describe("a key that stands for the client's own credential", () => {
  test("is the credential as it came, and nothing of it is recorded", async () => {
    const { asked, status, record } = await ask([keyed("p", "client")], [200]);
    expect([status, asked]).toEqual([200, ["p.test Bearer oauth-of-a-client"]]);
    expect(record?.providerKey).toBe("client");
    expect(JSON.stringify(record)).not.toContain("oauth");
  });

  test("goes before the provider's other keys, which take over where it is refused", async () => {
    const { asked, status } = await ask([keyed("p", "main"), keyed("p", "client")], [401, 200]);
    expect([status, asked]).toEqual([200, ["p.test Bearer oauth-of-a-client", "p.test Bearer sk-main"]]);
  });

  test("is passed over where the client sent none", async () => {
    const none = { providerCredential: () => undefined };
    expect((await ask([keyed("p", "client"), keyed("p", "main")], [200], none)).asked).toEqual([
      "p.test Bearer sk-main",
    ]);
    const { asked, status, text } = await ask([keyed("p", "client")], [200], none);
    expect([asked, status]).toEqual([[], 401]);
    expect(text).toContain("x-headgate-key");
  });

  test("is never a fallback's", async () => {
    const { asked, status } = await ask([keyed("p", "main"), keyed("q", "client"), keyed("q", "own")], [500, 200]);
    expect(status).toBe(200);
    expect(asked.filter((each) => each.includes("oauth"))).toEqual([]);
    expect(asked.at(-1)).toBe("q.test Bearer sk-own");
  });

  test("is not sent where the request is translated", async () => {
    const { asked, status } = await ask([keyed("p", "client")], [200], {
      ...anthropicMessages,
      providerCredential: () => login,
    });
    expect([asked, status]).toEqual([[], 401]);
  });

  test("keeps its scheme", async () => {
    const { asked } = await ask([keyed("p", "client", "anthropic-messages")], [400], {
      ...anthropicMessages,
      providerCredential: () => ({ scheme: "x-api-key", secret: "key-of-a-client" }),
    });
    expect(asked).toEqual(["p.test key-of-a-client"]);
  });

  test("costs the operator no money: budgets in dollars are left alone, limits in tokens hold", async () => {
    const governance = scratchGovernance();
    cleanups.push(governance.remove);
    const { admin, journal, ledger, records } = governance;
    const money = governance.limit({
      ...{ kind: "budget", unit: "nanodollars", amount: 1, mode: "hard", period: { kind: "none" } },
    });
    const tokens = governance.limit({
      ...{ kind: "budget", unit: "tokens", amount: 1e6, mode: "hard", period: { kind: "none" } },
    });
    const upstream: UpstreamClient = async ({ streams = false }) => {
      const { body } = sentBy("openai-chat", { usage: { input: 10, output: 5 } }, streams);
      return answerOfPieces(200, new Headers(), [body]);
    };
    const snapshot = snapshotLeadingTo([keyed("p", "client")], governance.key([money, tokens]));
    const infer = scratchPipeline({ ledger, journal, snapshot: () => snapshot, upstream });
    for (const stream of [false, true]) {
      const body = { model: "m", max_tokens: 5, stream, messages: [{ role: "user", content: "hi" }] };
      const ways = { secret: () => scratchSecret, providerCredential: () => login };
      await textOf(await infer(inferenceWith(body, ways)));
    }
    expect(records.map(({ outcome, paidBy, cost, listedCost }) => [outcome, paidBy, cost, listedCost])).toEqual(
      [0, 1].map(() => ["ok", "client", 0, 15_000]),
    );
    expect([admin.readSlot(money.slot.index).charged, admin.readSlot(tokens.slot.index).charged]).toEqual([0, 30]);
  });

  test("tells the client that it was refused, masked, and nobody else's requests suffer", async () => {
    const own = keyed("p", "client");
    const { status, text, ledger } = await ask([own], [401]);
    expect([status, text.includes("refused: ***"), text.includes("oauth")]).toEqual([401, true, false]);
    expect(ledger.health.read(ledger.health.row("p#client")).heldUntilMs).toBe(0);
  });
});
