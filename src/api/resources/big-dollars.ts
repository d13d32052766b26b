/** Nano-dollars as a plain decimal, of any size: sums over years may be more than a number holds exactly. */
export function formatBigDollars(nanoDollars: bigint): string {
  const sign = nanoDollars < 0n ? "-" : "";
  const digits = (nanoDollars < 0n ? -nanoDollars : nanoDollars).toString().padStart(10, "0");
  const fraction = digits.slice(-9).replace(/0+$/, "");
  return `${sign}${digits.slice(0, -9)}${fraction === "" ? "" : `.${fraction}`}`;
}
