import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { bytesOfRecord } from "#core/fixtures/bytes-of-record";
import type { RequestRecord } from "#core/record";
import { openStores, storesUrl } from "#store/open-stores";
import { type HeadgateOptions, startHeadgate } from "../harness/start-headgate";
import { type Dashboard, startDashboard } from "./browser";
import { type Caller, plausibleRecords } from "./plausible-records";

/** What a company of some size would declare; nothing of it is asked for over a network. */
const config = {
  providers: {
    anthropic: { keys: [{ name: "main", value: "sk-ant-shown-in-no-picture" }] },
    openai: {
      keys: [
        { name: "main", value: "sk-shown-in-no-picture", weight: 3 },
        { name: "spare", value: "sk-shown-in-no-picture-2" },
      ],
    },
    mistral: { keys: [{ name: "main", value: "shown-in-no-picture" }] },
    demo: {},
  },
  routes: [
    {
      alias: "smart",
      targets: [
        { model: "anthropic/claude-sonnet-5", weight: 3 },
        { model: "openai/gpt-4o", weight: 1 },
      ],
      fallbacks: ["mistral/mistral-medium-latest"],
    },
  ],
  teams: [
    { name: "search", budgets: [{ limit_usd: 900, period: "1mo" }] },
    { name: "support", budgets: [{ limit_usd: 400, period: "1mo" }] },
    { name: "platform" },
  ],
  customers: [{ name: "acme", budgets: [{ limit_usd: 120, period: "1mo" }] }, { name: "globex" }],
  virtual_keys: [
    {
      name: "support-assistant",
      team: "support",
      tags: { use_case: "chat" },
      budgets: [{ limit_usd: 20, period: "1d" }],
    },
    { name: "search-answers", team: "search", tags: { use_case: "answers" } },
    {
      name: "code-review",
      team: "platform",
      tags: { use_case: "agents" },
      rate_limits: [{ requests: 600, per: "1m" }],
    },
    { name: "acme-portal", team: "support", customer: "acme", tags: { use_case: "chat" } },
    { name: "globex-portal", customer: "globex", tags: { use_case: "chat" } },
    { name: "nightly-summaries", team: "platform", tags: { use_case: "batch" } },
  ],
};

/** An instance whose log holds about so many records of the last `days`. */
export async function startFilledDashboard(count: number, days = 30, more: HeadgateOptions = {}): Promise<Dashboard> {
  const scratch = mkdtempSync(join(tmpdir(), "headgate-filled-"));
  const dataDir = join(scratch, "data");
  const options = { config, dataDir, ...more };
  const headgate = await startHeadgate(options);
  const callers = await callersOf(await headgate.admin("GET", "/api/virtual-keys"));
  await headgate.stop();
  await fill(dataDir, callers, count, days);
  const dashboard = await startDashboard(options);
  return {
    ...dashboard,
    stop: async () => {
      await dashboard.stop();
      rmSync(scratch, { recursive: true, force: true });
    },
  };
}

type Listed = {
  readonly data: readonly {
    readonly id: string;
    readonly name: string;
    readonly team?: string;
    readonly customer?: string;
    readonly tags?: { readonly use_case?: string };
  }[];
};

async function callersOf(answer: Response): Promise<readonly Caller[]> {
  const { data }: Listed = JSON.parse(await answer.text());
  return data.map(({ id, name, team, customer, tags }) => ({
    keyId: id,
    keyName: name,
    team: team ?? undefined,
    customer: customer ?? undefined,
    useCase: tags?.use_case,
  }));
}

async function fill(dataDir: string, callers: readonly Caller[], count: number, days: number): Promise<void> {
  const writer = await openStores(storesUrl(dataDir)).logWriter();
  const toMs = Date.now() - 1000;
  let batch: { readonly record: RequestRecord; readonly bytes: Uint8Array }[] = [];
  for (const record of plausibleRecords(callers, { fromMs: toMs - days * 86_400_000, toMs, count })) {
    batch.push({ record, bytes: bytesOfRecord(record) });
    if (batch.length < 1000) continue;
    await writer.commit({ records: batch, positions: new Map() });
    batch = [];
  }
  await writer.commit({ records: batch, positions: new Map() });
  await writer.close();
}
