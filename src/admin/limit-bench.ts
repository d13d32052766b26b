import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { readFileEntries } from "#config/file-entries";
import { parseConfig } from "#config/load";
import { createIdSource } from "#core/ids";
import type { Limit } from "#core/limit";
import { periodAt } from "#core/period-at";
import type { SnapshotMessage } from "#core/snapshot-delta";
import { type LedgerAdmin, openLedgerAdmin } from "#ledger/admin";
import type { Ledger } from "#ledger/ledger";
import { openLedger } from "#ledger/open-ledger";
import { prepareLedger } from "#ledger/prepare-ledger";
import { providerDefinitions } from "#providers/registry";
import type { ConfigStore } from "#store/config/config-store";
import { openSqliteConfigStore } from "#store/config/sqlite/sqlite-config-store";
import { type AdminHandler, createAdminHandler } from "./admin-handler";
import { createAdminToken } from "./admin-token";
import { allLimits } from "./all-limits";
import { createAuditTrail } from "./audit-trail";
import { type BudgetWatch, createBudgetWatch } from "./budget-watch";
import { budgetRoutes } from "./budgets";
import { type Configuration, createConfiguration } from "./configuration";
import { customerRoutes } from "./customers";
import { eventRoutes } from "./events";
import { createIdempotentPosts } from "./idempotency";
import { createLimitSlots } from "./limit-slots";
import { limitRoutes } from "./limits";
import { meRoutes } from "./me";
import { modelRoutes } from "./models";
import { createOverrideEnd, type OverrideEnd } from "./override-end";
import { createRefusalNotes } from "./refusal-notes";
import { createSignIns } from "./sign-ins";
import { teamRoutes } from "./teams";
import { virtualKeyRoutes } from "./virtual-keys";

type Running = {
  readonly store: ConfigStore;
  readonly ledger: LedgerAdmin;
  readonly configuration: Configuration;
  readonly handler: AdminHandler;
  readonly watch: BudgetWatch;
  readonly overrides: OverrideEnd;
};

/** The control plane's limits with the real stores and ledger, and a clock that the test moves. */
export class LimitBench implements Disposable {
  readonly directory = mkdtempSync(join(tmpdir(), "hg-limits-"));
  readonly published: SnapshotMessage[] = [];
  /** What went wrong inside. */
  readonly errors: unknown[] = [];
  nowMs = Date.UTC(2026, 2, 10, 12);
  machineMs = 1_000_000_000;
  private readonly ledgerFile = join(this.directory, "ledger");
  private current: Running | undefined;
  private worker: Ledger | undefined;
  private requests = 0;

  constructor() {
    prepareLedger(this.ledgerFile, { workers: 1, generation: 1 });
    openLedgerAdmin(this.ledgerFile, { role: "control", generation: 1 }).rebuildLedger([]);
  }

  /** Starts the control plane, or starts it anew on what it stored. */
  async start(yaml = ""): Promise<void> {
    this.current?.store.close();
    const clock = () => this.nowMs;
    const store = openSqliteConfigStore(join(this.directory, "config.sqlite"), { key: "k".repeat(32), origin: "test" });
    const ledger = openLedgerAdmin(this.ledgerFile, { role: "control", generation: 1 });
    const newId = createIdSource(clock);
    const audit = createAuditTrail({ store, newId, nowMs: clock });
    const configuration = await createConfiguration({
      store,
      audit,
      definitions: providerDefinitions,
      resolveSecret: (secret) => ({ ok: true, secret }),
      slots: await createLimitSlots({ store, ledger, nowMs: clock, acknowledged: () => Number.MAX_SAFE_INTEGER }),
      nowMs: clock,
      publish: async (message) => this.published.push(message),
      generateFileKey: async (name) => `generated-secret-of-${name}`,
      warn: () => undefined,
    });
    const { readSlot, readWindow } = ledger;
    const machineMs = () => this.machineMs;
    const parts = { store, configuration, readSlot, readWindow, machineMs, nowMs: clock, newId };
    const catalog = { list: () => [] };
    const token = await createAdminToken(store, audit, "hga-token-of-the-bench");
    const handler = createAdminHandler({
      routes: [
        ...[teamRoutes, customerRoutes, limitRoutes, budgetRoutes, eventRoutes, meRoutes, virtualKeyRoutes].flatMap(
          (routes) => routes(parts),
        ),
        ...modelRoutes({ ...parts, catalog }),
      ],
      token,
      metricsTokenHash: () => undefined,
      trustedProxies: () => [],
      posts: createIdempotentPosts(store, clock),
      signIns: createSignIns(audit, clock, (error) => this.errors.push(error)),
      refusals: createRefusalNotes(audit, clock),
      newId,
      log: { debug: () => {}, info: () => {}, warn: () => {}, error: (fields) => this.errors.push(fields) },
    });
    const { content } = configuration;
    const watch = createBudgetWatch({ store, content, ledger, newId, nowMs: clock });
    const overrides = createOverrideEnd({ store, configuration, nowMs: clock });
    this.current = { store, ledger, configuration, handler, watch, overrides };
    await this.load(yaml);
  }

  /** Takes a configuration file's text in place of the one before. */
  async load(yaml: string): Promise<void> {
    const loaded = parseConfig(yaml, "h.yaml");
    if (!loaded.ok) throw new Error(loaded.errors.join("\n"));
    const resolve = (secret: string) => ({ ok: true, secret }) as const;
    const read = readFileEntries(loaded.config, loaded.where, resolve, providerDefinitions);
    if (!read.ok) throw new Error(read.errors.join("\n"));
    await this.running.configuration.load(read.entries);
  }

  get running(): Running {
    if (this.current === undefined) throw new Error("The bench was not started");
    return this.current;
  }

  async ask(method: string, path: string, body?: unknown, secret?: string) {
    const request = new Request(`http://localhost${path}`, {
      method,
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      headers: secret === undefined ? {} : { authorization: `Bearer ${secret}` },
    });
    const response = await this.running.handler(request, { trusted: true, address: undefined });
    const text = await response.text();
    return { status: response.status, body: text === "" ? undefined : JSON.parse(text) };
  }

  limits(): readonly Limit[] {
    return [...allLimits(this.running.configuration.content())];
  }

  /** The limit whose id begins so. */
  limit(start: string): Limit {
    const found = this.limits().find(({ id }) => id.startsWith(start));
    if (found === undefined) throw new Error(`No limit begins with ${start}: ${this.limits().map(({ id }) => id)}`);
    return found;
  }

  /** Whether a request that holds and is then charged this much gets in. */
  spend(limit: Limit, amount: number): boolean {
    this.worker ??= openLedger(this.ledgerFile, { worker: 0, generation: 1 });
    const { slot } = limit;
    const period = limit.kind === "budget" ? periodAt(limit.period, this.nowMs).number : this.partOf(limit);
    const entry = { slot: slot.index, tag: slot.tag, period, amount };
    const taken = this.worker.reserve((++this.requests).toString(16).padStart(32, "0"), [entry]);
    if (taken.ok) this.worker.settle(taken.hold, taken.hold.entries);
    return taken.ok;
  }

  [Symbol.dispose](): void {
    this.worker?.close();
    this.current?.store.close();
    rmSync(this.directory, { recursive: true, force: true });
  }

  private partOf(limit: Limit): number {
    return limit.kind === "rate" ? Math.floor(this.machineMs / (limit.windowMs / 16)) : 0;
  }
}
