import * as z from "zod";
import { ControlError } from "#core/control-error";
import { formatDollars } from "#core/money";
import { withPriceOverrides } from "#core/price-override";
import { messageOf } from "#lib/message-of";
import { type PricesOf, type Progress, type RecalculationOrder, recalculate } from "#records/recalculation";
import type { LogFilter } from "#store/log/log-filter";
import { bodyOf, noInput } from "../input";
import { pageOf, pageView } from "../paging";
import { accepted, ok } from "../response";
import { type ApiRoute, route } from "../route";
import type { ApiServices } from "../services";
import { count, dollars, showTime, time } from "../view-fields";
import { rangeFields, timeOf } from "./log-query";

type Services = Pick<ApiServices, "logs" | "configuration" | "catalog" | "audit" | "newId" | "nowMs">;

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

const view = z
  .strictObject({
    id: z.string(),
    state: z.enum(["running", "done", "failed"]),
    started_at: time,
    from: time,
    to: time,
    dry_run: z.boolean(),
    looked_at: count.meta({ description: "Records so far." }),
    changed: count,
    unpriced: count.meta({ description: "Records whose usage or price is unknown." }),
    difference_usd: dollars.meta({ description: "New costs minus old ones, in US dollars." }),
    reached: time.exactOptional().meta({ description: "Start of the last record that was looked at." }),
    error: z.string().exactOptional(),
  })
  .meta({ id: "Recalculation" });

const path = "/api/recalculations";

/**
 * Recalculations run one at a time. They are forgotten with the process: one that was stopped half-way is asked for
 * again, and finds what it has done already.
 */
export function recalculationRoutes(services: Services): readonly ApiRoute[] {
  const known = new Map<string, Recalculation>();
  return [
    route({
      method: "POST",
      path,
      summary: "Price records again by the prices of today for their day; writes corrections beside them",
      permission: "recalculations:edit",
      input: bodyOf(orderBody),
      response: accepted(view),
      handle: async ({ body, origin, keep }) => {
        const started = enter(readOrder(body), known, services);
        const shown = show(started);
        const event = { action: "recalculation.create", resource: { type: "recalculation", id: started.id } };
        try {
          await services.audit.commit(origin, async () => ({ result: undefined, event, kept: keep(shown) }));
        } catch (error) {
          known.delete(started.id);
          throw error;
        }
        void run(started, services);
        return shown;
      },
    }),
    route({
      method: "GET",
      path,
      summary: "List the recalculations since the control plane was started, newest first",
      permission: "recalculations:view",
      input: noInput,
      response: ok(pageView(view)),
      handle: async () => pageOf([...known.values()].reverse().map(show)),
    }),
    route({
      method: "GET",
      path: `${path}/{id}`,
      summary: "Show how far a recalculation is",
      permission: "recalculations:view",
      input: noInput,
      response: ok(view),
      handle: async ({ params }) => {
        const found = known.get(params.id);
        if (found === undefined)
          throw new ControlError("not_found", "Cannot find the recalculation: there is none with this id");
        return show(found);
      },
    }),
  ];
}

function enter(order: RecalculationOrder, known: Map<string, Recalculation>, { newId, nowMs }: Services) {
  if ([...known.values()].some(({ progress }) => progress.state === "running"))
    throw new ControlError("conflict", "Cannot recalculate: another recalculation is running, wait for its end");
  const progress: Progress = { state: "running", looked: 0, changed: 0, unpriced: 0, difference: 0n };
  const started = { id: newId(), order, startedAtMs: nowMs(), progress };
  known.set(started.id, started);
  const [oldest] = known.keys();
  if (known.size > maxRemembered && oldest !== undefined) known.delete(oldest);
  return started;
}

async function run({ order, progress }: Recalculation, services: Services): Promise<void> {
  try {
    const pricesOf = createPricesOf(services);
    await recalculate(order, progress, { ...services, pricesOf });
    progress.state = "done";
  } catch (error) {
    progress.state = "failed";
    progress.error = messageOf(error);
  }
}

/** As the data plane finds them: a provider's own models first, then the operator's prices before the catalog's. */
function createPricesOf({ configuration, catalog }: Services): PricesOf {
  const { providers, prices } = configuration.content();
  return (provider, model) => {
    const own = providers.get(provider)?.models.get(model);
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

function show({ id, order, startedAtMs, progress }: Recalculation): z.output<typeof view> {
  const { state, looked, changed, unpriced, difference, atMs, error } = progress;
  return {
    id,
    state,
    started_at: showTime(startedAtMs),
    from: showTime(order.fromMs),
    to: showTime(order.toMs),
    dry_run: order.dryRun,
    looked_at: looked,
    changed,
    unpriced,
    difference_usd: formatDollars(Number(difference)),
    ...(atMs !== undefined && { reached: showTime(atMs) }),
    ...(error !== undefined && { error }),
  };
}
