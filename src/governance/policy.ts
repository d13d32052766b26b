import { GatewayError } from "#core/errors";
import type { Price } from "#core/money";
import { pricesTier } from "#core/price";
import type { Settings } from "#core/snapshot";
import type { Target } from "#core/target";
import type { LazyDemand } from "./lazy-demand";
import type { Coverage, Principal } from "./limit-finder";
import { nameOf } from "./refusal";
import { hostedWork } from "./worst-case";

/** What may cost more than the request says. */
type UnknownWork = { readonly demand: LazyDemand; readonly isUnbounded?: boolean };

/** `policy_denied` for a target where it is not known what the request may cost but has to be. */
export function unknownCost(
  target: Target,
  price: Price | undefined,
  coverage: Coverage,
  { principal: { key }, settings }: { readonly principal: Principal; readonly settings: Settings },
  attempt: UnknownWork,
): GatewayError | undefined {
  const { hardMoney } = coverage;
  if (price === undefined && hardMoney !== undefined) {
    return denied(`the price of "${modelOf(target)}" is not known, and ${nameOf(hardMoney)} needs one`);
  }
  if (price === undefined && (key?.requirePrice ?? settings.requirePrice)) {
    return denied(`the price of "${modelOf(target)}" is not known, and require_price needs one`);
  }
  const { demand } = attempt;
  const tier = hardMoney === undefined || price === undefined ? undefined : demand.read().serviceTier;
  if (price !== undefined && !pricesTier(price, tier)) {
    return denied(
      `the price of "${modelOf(target)}" in the service tier "${tier}" is not known, and a budget needs one`,
    );
  }
  if (hardMoney !== undefined && settings.hostedToolCeiling === undefined && attempt.isUnbounded === true) {
    return denied(
      `"${modelOf(target)}" searches or reasons as much as it likes, whose cost has no bound; ${nameOf(hardMoney)} needs one, set hosted_tool_ceiling_usd`,
    );
  }
  const isBounded = () => hostedWork(demand.read(), price, settings.hostedToolCeiling) !== undefined;
  if (hardMoney !== undefined && settings.hostedToolCeiling === undefined && !isBounded()) {
    return denied(
      `it lets the provider of "${modelOf(target)}" run tools or choose models of its own, whose cost has no bound; ${nameOf(hardMoney)} needs one, set hosted_tool_ceiling_usd${price?.perSearch === undefined ? "" : ", or say how often they may search (max_uses)"}`,
    );
  }
  return undefined;
}

function modelOf({ model, provider }: Target): string {
  return `${provider.id}/${model}`;
}

function denied(why: string): GatewayError {
  return new GatewayError("policy_denied", `Cannot take the request: ${why}`, { shouldRetry: false });
}
