import type { Demand } from "#core/demand";
import { GatewayError } from "#core/errors";
import type { Price } from "#core/money";
import type { Settings, VirtualKey } from "#core/snapshot";
import type { Target } from "#core/target";
import type { Coverage } from "./limit-finder";
import { nameOf } from "./refusal";

/** Refuses a target where it cannot be known what the request may cost but has to be. Throws `policy_denied`. */
export function requireKnownCost(
  target: Target,
  price: Price | undefined,
  coverage: Coverage,
  who: { readonly key: VirtualKey | undefined; readonly settings: Settings },
  demand: () => Demand,
): void {
  const { key, settings } = who;
  const { hardMoney } = coverage;
  const model = `${target.provider.id}/${target.model}`;
  if (price === undefined && hardMoney !== undefined) {
    throw denied(`the price of "${model}" is not known, and ${nameOf(hardMoney)} needs one`);
  }
  if (price === undefined && (key?.requirePrice ?? settings.requirePrice)) {
    throw denied(`the price of "${model}" is not known, and require_price needs one`);
  }
  if (hardMoney !== undefined && settings.hostedToolCeiling === undefined && demand().hostedTools) {
    throw denied(
      `it lets the provider of "${model}" run tools or choose models of its own, whose cost has no bound; ${nameOf(hardMoney)} needs one, set hosted_tool_ceiling_usd`,
    );
  }
}

function denied(why: string): GatewayError {
  return new GatewayError("policy_denied", `Cannot take the request: ${why}`, { shouldRetry: false });
}
