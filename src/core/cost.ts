import type { NanoDollars, Price } from "./money";
import type { Usage } from "./usage";

/** Cost of a request. Prices are micro-dollars per million tokens, so tokens × price are 10⁻¹² dollars; one rounding, up. */
export function costOf(usage: Usage, price: Price): NanoDollars {
  const picoDollars =
    usage.input * price.input +
    usage.cacheRead * (price.cacheRead ?? price.input) +
    usage.cacheWrite * (price.cacheWrite ?? price.input) +
    usage.cacheWrite1h * (price.cacheWrite1h ?? price.cacheWrite ?? price.input) +
    usage.inputAudio * (price.inputAudio ?? price.input) +
    usage.output * price.output +
    usage.reasoning * (price.reasoning ?? price.output) +
    usage.outputAudio * (price.outputAudio ?? price.output);
  return Math.ceil(picoDollars / 1000);
}
