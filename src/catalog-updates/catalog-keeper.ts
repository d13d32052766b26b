import type { AuditTrail } from "#audit/audit-trail";
import { changeNote } from "#audit/change-note";
import type { Origin } from "#audit/origin";
import { type CatalogChanges, catalogChanges } from "#catalog/catalog-changes";
import type { CatalogFiles } from "#catalog/catalog-files";
import { versionOfText } from "#catalog/catalog-files";
import type { CatalogSource } from "#catalog/fetch-catalog";
import type { LiveCatalog } from "#catalog/live-catalog";
import { type CatalogLines, readCatalog, UnreadableCatalog } from "#catalog/read-catalog";
import { shippedCatalog } from "#catalog/shipped-catalog";
import { catalogFetch } from "#config/catalog-schema";
import { ControlError } from "#core/control-error";
import { messageOf } from "#lib/message-of";
import type { Configuration } from "#snapshot/configuration";
import type { SettingsRepository } from "#store/config/repositories";
import type { Log } from "#telemetry/log";

/** Where a catalog came from. */
export type CatalogOrigin = { readonly origin: "file" | "url"; readonly name: string };

/** A catalog that could hold, and what it would change. */
export type ProposedCatalog = {
  readonly version: string;
  readonly models: number;
  readonly changes: CatalogChanges;
};

export type CatalogStatus = {
  /** SHA-256, hex. */
  readonly version: string;
  readonly models: number;
  /** Absent for the shipped one. */
  readonly applied?: CatalogOrigin & { readonly atMs: number };
  /** What settings ask for. */
  readonly fetched?: { readonly url: string; readonly everyMs: number; readonly checkedAtMs?: number };
  /** Why the last fetch came to nothing, or the catalog that was applied cannot be read. */
  readonly error?: string;
};

/** Puts catalogs in the place of the one that holds. All reject with `ControlError` what cannot be used; then nothing changes. */
export type CatalogKeeper = {
  readonly status: () => Promise<CatalogStatus>;
  readonly propose: (text: string) => ProposedCatalog;
  readonly apply: (origin: Origin, text: string, from: CatalogOrigin) => Promise<ProposedCatalog>;
  /** Goes back to the shipped one. */
  readonly reset: (origin: Origin) => Promise<void>;
  /** Fetches and applies what settings ask for, now. */
  readonly fetch: (origin: Origin) => Promise<ProposedCatalog>;
  /** The same where its time has come. Never rejects. */
  readonly fetchDue: () => Promise<void>;
  /** What is wrong with the catalog, for readiness; undefined where nothing is. */
  readonly problem: () => string | undefined;
};

export type CatalogKeeperParts = {
  readonly live: LiveCatalog;
  readonly files: CatalogFiles;
  readonly settings: Pick<SettingsRepository, "fact" | "setFact">;
  readonly audit: Pick<AuditTrail, "note">;
  readonly configuration: Pick<Configuration, "change" | "entries">;
  readonly fetchCatalog: (source: CatalogSource) => Promise<string>;
  /** Why what was applied before this process began does not hold. */
  readonly startError?: string | undefined;
  readonly nowMs: () => number;
  readonly log: Log;
};

/** A fetch that failed is tried again sooner than after a long `every`. */
const retryMs = 600_000;
const resource = { type: "catalog", id: "catalog" };

export function createCatalogKeeper(parts: CatalogKeeperParts): CatalogKeeper {
  return new Keeper(parts);
}

class Keeper implements CatalogKeeper {
  private error: string | undefined;
  private checked: { readonly source: string; readonly atMs: number } | undefined;

  constructor(private readonly parts: CatalogKeeperParts) {
    this.error = parts.startError;
  }

  problem(): string | undefined {
    return this.error;
  }

  propose(text: string): ProposedCatalog {
    const next = linesOf(text);
    const changes = catalogChanges(readCatalog(this.currentText()), next);
    return { version: versionOfText(text), models: next.size, changes };
  }

  async apply(origin: Origin, text: string, from: CatalogOrigin): Promise<ProposedCatalog> {
    const { files, live, log } = this.parts;
    const proposed = this.propose(text);
    if (proposed.version === live.version()) return proposed;
    files.keep(text);
    await this.hold(origin, proposed.version, { ...from, models: proposed.models });
    log.info({ version: proposed.version, from: from.name }, "another catalog of models and prices holds");
    return proposed;
  }

  reset(origin: Origin): Promise<void> {
    return this.hold(origin, undefined);
  }

  async fetch(origin: Origin): Promise<ProposedCatalog> {
    const { fetchCatalog, nowMs } = this.parts;
    const source = await this.wanted();
    if (source === undefined)
      throw new ControlError("conflict", "Cannot fetch the catalog: settings.catalog has no url");
    this.checked = { source: JSON.stringify(source), atMs: nowMs() };
    try {
      const proposed = await this.apply(origin, await fetchCatalog(source), { origin: "url", name: source.url });
      this.error = undefined;
      return proposed;
    } catch (cause) {
      await this.noteFailure(`Cannot take the catalog at ${source.url}: ${messageOf(cause)}`);
      throw cause instanceof ControlError ? cause : new ControlError("unavailable", this.error ?? "");
    }
  }

  async fetchDue(): Promise<void> {
    try {
      if (await this.isDue()) await this.fetch({ actor: "control_plane" });
    } catch (err) {
      this.parts.log.warn({ err }, "Cannot refresh the catalog; the one before goes on");
    }
  }

  async status(): Promise<CatalogStatus> {
    const { live, settings } = this.parts;
    const version = live.version();
    const [applied, source] = [await settings.fact("catalog"), await this.wanted()];
    const text = this.currentText();
    return {
      version: version ?? versionOfText(text),
      models: readCatalog(text).size,
      ...(version !== undefined && applied && { applied: { ...applied, atMs: applied.appliedAtMs } }),
      ...(source && { fetched: { ...source, ...(this.checked && { checkedAtMs: this.checked.atMs }) } }),
      ...(this.error !== undefined && { error: this.error }),
    };
  }

  private currentText(): string {
    const version = this.parts.live.version();
    return version === undefined ? shippedCatalog : this.parts.files.read(version);
  }

  private async wanted() {
    return catalogFetch((await this.parts.configuration.entries("settings")).effective.catalog);
  }

  private async isDue(): Promise<boolean> {
    const source = await this.wanted();
    if (source === undefined) return false;
    if (this.checked?.source !== JSON.stringify(source)) return true;
    const everyMs = this.error === undefined ? source.everyMs : Math.min(source.everyMs, retryMs);
    return this.parts.nowMs() - this.checked.atMs >= everyMs;
  }

  private async noteFailure(error: string): Promise<void> {
    const isNew = this.error === undefined;
    this.error = error;
    if (!isNew) return;
    await this.parts.audit.note({ actor: "control_plane" }, { action: "catalog.fetch_failed", resource });
  }

  /** One transaction of what is stored, what workers get and the audit event. */
  private async hold(origin: Origin, version: string | undefined, from?: CatalogOrigin & { readonly models: number }) {
    const { configuration, files, live, nowMs, settings } = this.parts;
    const before = { version: live.version() ?? "shipped" };
    try {
      await configuration.change(origin, async () => {
        const applied = from && version !== undefined ? { version, ...from, appliedAtMs: nowMs() } : null;
        await settings.setFact("catalog", applied);
        live.use(version);
        const after = { version: version ?? "shipped", ...(from && { from: from.name }) };
        return { result: undefined, changed: "settings", event: changeNote(resource, "update", before, after) };
      });
    } catch (cause) {
      // The change may have been made though a worker of another release cannot read it.
      live.use((await settings.fact("catalog"))?.version);
      throw cause;
    }
    if (version !== undefined) files.removeOthers([version]);
    this.error = undefined;
  }
}

/** The catalog that was applied before this process began; where it cannot be read the shipped one holds, and why is given. */
export async function openApplied(
  live: LiveCatalog,
  settings: Pick<SettingsRepository, "fact">,
): Promise<string | undefined> {
  const applied = await settings.fact("catalog");
  try {
    live.use(applied?.version);
    return undefined;
  } catch (cause) {
    return `Cannot read the catalog that was applied last, the shipped one holds: ${messageOf(cause)}`;
  }
}

function linesOf(text: string): CatalogLines {
  try {
    return readCatalog(text);
  } catch (cause) {
    if (!(cause instanceof UnreadableCatalog)) throw cause;
    throw new ControlError("invalid", `Cannot use the catalog: ${cause.message}`);
  }
}
