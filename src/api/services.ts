import type { AuditTrail } from "#audit/audit-trail";
import type { CatalogKeeper } from "#catalog-updates/catalog-keeper";
import type { SecretResolver } from "#config/secrets";
import type { HeldDoubts } from "#config-check/held-doubts";
import type { HealthState, HealthTable } from "#core/health";
import type { RequestRecord } from "#core/record";
import type { ModelFacts } from "#core/snapshot";
import type { IssueToken } from "#credentials/token";
import type { TokenKeeper } from "#credentials/token-keeper";
import type { LedgerAdmin } from "#ledger/admin";
import type { MetricFamily } from "#metrics/metric-family";
import type { Readiness } from "#metrics/process-metrics";
import type { ListProviderModels } from "#provider-trial/list-models";
import type { ProviderTrial } from "#provider-trial/provider-trial";
import type { ProviderDefinition } from "#providers/provider";
import type { ModelCatalog } from "#routing/resolve-model";
import type { Sessions } from "#sessions/sessions";
import type { SignInLinks } from "#sessions/sign-in-link";
import type { Configuration } from "#snapshot/configuration";
import type { LentTokens } from "#snapshot/lent-tokens";
import type { ConfigStore } from "#store/config/config-store";
import type { LogStore } from "#store/log/log-store";
import type { SystemControl } from "#system/system-control";
import type { AdminToken } from "./admin-token";
import type { BaseUrl } from "./base-url";
import type { SignIn, SignOut } from "./sign-in";

/** What the control plane hands to the API. Each resource picks what it needs. */
export type ApiServices = {
  readonly store: ConfigStore;
  readonly configuration: Configuration;
  readonly audit: AuditTrail;
  readonly token: AdminToken;
  readonly lentTokens: LentTokens;
  readonly sessions: Sessions;
  readonly links: SignInLinks;
  readonly signIn: SignIn;
  readonly signOut: SignOut;
  readonly baseUrl: BaseUrl;
  /** Base of the address at which users open the dashboard. */
  readonly pageUrl: () => string;
  /** Providers that Headgate knows, by id. */
  readonly definitions: ReadonlyMap<string, ProviderDefinition>;
  readonly resolveSecret: SecretResolver;
  /** Makes a real call to a provider. */
  readonly tryProvider: ProviderTrial;
  /** Asks a provider what it has. */
  readonly listProviderModels: ListProviderModels;
  /** Gets a new token with credentials of a provider's key. */
  readonly issueToken: IssueToken;
  readonly tokens: Pick<TokenKeeper, "prepare" | "stateOf" | "problems">;
  /** What is publicly known of models. */
  readonly catalog: ModelCatalog & {
    readonly list: (provider: string) => readonly ModelFacts[];
    readonly find: (provider: string, model: string) => ModelFacts | undefined;
  };
  readonly catalogKeeper: CatalogKeeper;
  /** What is told of entries that are allowed but probably not meant. */
  readonly doubts: HeldDoubts;
  readonly logs: LogStore;
  /** Calls the listener with every batch of records as it is stored, until the returned function is called. */
  readonly onRecords: (listener: (records: readonly RequestRecord[]) => void) => () => void;
  readonly readSlot: LedgerAdmin["readSlot"];
  readonly readWindow: LedgerAdmin["readWindow"];
  readonly health: () => readonly { readonly name: string; readonly state: HealthState }[];
  readonly healthTable: Pick<HealthTable, "row" | "update">;
  /** What all workers counted, added up, and what is read when a scrape asks. */
  readonly families: () => readonly MetricFamily[];
  readonly readiness: () => Readiness;
  readonly system: SystemControl;
  /** What does not change while this process runs. */
  readonly systemFacts: FixedSystemFacts;
  readonly newId: () => string;
  readonly nowMs: () => number;
  /** The clock that windows and health are timed by; it does not jump. */
  readonly machineMs: () => number;
};

/** In the words of the API. */
export type FixedSystemFacts = {
  readonly versions: {
    readonly headgate: string;
    readonly bun: string;
    readonly protocol: number;
    readonly configuration_schema: number;
    readonly log_schema: number;
  };
  readonly platform: string;
  readonly data_dir: string;
  readonly config_file?: string;
};
