import type { RequestRecord } from "./record";

/** Whether a provider's bill and the price list differ by more than a fiftieth. */
export function billDiffers({ billedCost, listedCost }: Pick<RequestRecord, "billedCost" | "listedCost">): boolean {
  if (billedCost === undefined || listedCost === undefined) return false;
  return Math.abs(billedCost - listedCost) > 0.02 * Math.max(billedCost, listedCost);
}
