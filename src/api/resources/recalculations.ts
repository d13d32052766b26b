import * as z from "zod";
import type { AuditTrail } from "#audit/audit-trail";
import { ControlError } from "#core/control-error";
import { formatDollars } from "#core/money";
import { withPriceOverrides } from "#core/price-override";
import type { ModelFacts } from "#core/snapshot";
import type { JsonObject } from "#lib/json";
import { messageOf } from "#lib/message-of";
import { type PricesOf, type Progress, type RecalculationOrder, recalculate } from "#records/recalculation";
import type { Configuration } from "#snapshot/configuration";
import type { LogFilter } from "#store/log/log-filter";
import type { LogStore } from "#store/log/log-store";
import { listAnswer } from "../paging";
import { parseInput } from "../parse-input";
import { type ApiRoute, json } from "../route";
import { rangeFields, timeOf } from "./log-query";

export type RecalculationParts = {
  readonly logs: LogStore;
  readonly configuration: Configuration;
  readonly catalog: { readonly find: (provider: string, model: string) => ModelFacts | undefined };
  readonly audit: AuditTrail;
  readonly newId: () => string;
  readonly nowMs: () => number;
};

const orderBody = z.strictObject({
  from: rangeFields.from.unwrap(),
  to: rangeFields.to.unwrap(),
  provider: z.string().min(1).exactOptional().meta({ description: "Only what this provider answered." }),
  model: z.string().min(1).exactOptional().meta({ description: "Only what this model answered." }),
  dry_run: z.boolean().exactOptional().meta({ default: false, description: "Only count what would change." }),
});

type Recalculation = {
  readonly id: string;
  readonly order: RecalculationOrder;
  readonly startedAtMs: number;
  readonly progress: Progress;
};

/** Those before are forgotten. */
const maxRemembered = 100;

/**
 * Recalculations run one at a time. They are forgotten with the process: one that was stopped half-way is asked for
 * again, and finds what it has done already.
 */
export function recalculationRoutes(parts: RecalculationParts): readonly ApiRoute[] {
  const known = new Map<string, Recalculation>();
  const enter = (order: RecalculationOrder): Recalculation => {
    if ([...known.values()].some(({ progress }) => progress.state === "running")) {
      throw new ControlError("conflict", "Cannot recalculate: another recalculation is running, wait for its end");
    }
    const progress: Progress = { state: "running", looked: 0, changed: 0, unpriced: 0, difference: 0n };
    const started = { id: parts.newId(), order, startedAtMs: parts.nowMs(), progress };
    known.set(started.id, started);
    const [oldest] = known.keys();
    if (known.size > maxRemembered && oldest !== undefined) known.delete(oldest);
    return started;
  };
  return [
    {
      method: "POST",
      path: "/api/recalculations",
      summary: "Price records again by the prices of today for their day; writes corrections beside them",
      access: "admin",
      body: orderBody,
      handle: async ({ body, origin }) => {
        const order = readOrder(parseInput(orderBody, body, "body"));
        const started = enter(order);
        const answer = json(show(started), 202);
        const event = { action: "recalculation.create", resource: { type: "recalculation", id: started.id } };
        try {
          await parts.audit.commit(origin, async () => ({ result: undefined, event, kept: answer }));
        } catch (error) {
          known.delete(started.id);
          throw error;
        }
        void run(started, parts);
        return answer;
      },
    },
    {
      method: "GET",
      path: "/api/recalculations",
      summary: "List the recalculations since the control plane was started, newest first",
      access: "admin",
      handle: async () => listAnswer([...known.values()].reverse().map(show)),
    },
    {
      method: "GET",
      path: "/api/recalculations/{id}",
      summary: "Show how far a recalculation is",
      access: "admin",
      handle: async ({ params }) => {
        const found = known.get(params.id ?? "");
        if (found === undefined)
          throw new ControlError("not_found", "Cannot find the recalculation: there is none with this id");
        return json(show(found));
      },
    },
  ];
}

async function run({ order, progress }: Recalculation, parts: RecalculationParts): Promise<void> {
  try {
    const pricesOf = createPricesOf(parts);
    await recalculate(order, progress, { ...parts, pricesOf });
    progress.state = "done";
  } catch (error) {
    progress.state = "failed";
    progress.error = messageOf(error);
  }
}

/** As the data plane finds them: a provider's own models first, then the operator's prices before the catalog's. */
function createPricesOf({ configuration, catalog }: RecalculationParts): PricesOf {
  const { providers, prices } = configuration.content();
  return (provider, model) => {
    const own = providers.find(({ id }) => id === provider)?.models.find(({ id }) => id === model);
    if (own?.prices !== undefined) return own.prices;
    return withPriceOverrides(provider, model, catalog.find(provider, model)?.prices, prices);
  };
}

function readOrder({ from, to, provider, model, dry_run }: z.output<typeof orderBody>): RecalculationOrder {
  const [fromMs = 0, toMs = 0] = [timeOf(from), timeOf(to)];
  if (fromMs >= toMs) throw new ControlError("invalid", `Cannot use the body: "from" must be before "to"`);
  const filters: readonly LogFilter[] = [
    ...(provider === undefined ? [] : [{ on: "class", field: "provider", anyOf: [provider] } as const]),
    ...(model === undefined ? [] : [{ on: "class", field: "model", anyOf: [model] } as const]),
  ];
  return { fromMs, toMs, filters, dryRun: dry_run ?? false };
}

function show({ id, order, startedAtMs, progress }: Recalculation): JsonObject {
  const { state, looked, changed, unpriced, difference, atMs, error } = progress;
  return {
    id,
    state,
    started_at: new Date(startedAtMs).toISOString(),
    from: new Date(order.fromMs).toISOString(),
    to: new Date(order.toMs).toISOString(),
    dry_run: order.dryRun,
    looked_at: looked,
    changed,
    unpriced,
    difference_usd: formatDollars(Number(difference)),
    ...(atMs === undefined ? {} : { reached: new Date(atMs).toISOString() }),
    ...(error === undefined ? {} : { error }),
  };
}
