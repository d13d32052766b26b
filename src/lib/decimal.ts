/**
 * Reads a plain or exponent decimal (`10`, `0.5`, `1e-7`) and returns it times 10^`digits` as an exact integer, or
 * undefined where the text is no decimal, needs more digits, or exceeds 2⁵³ − 1. Never goes through binary fractions.
 */
export function scaleDecimal(text: string, digits: number): number | undefined {
  const match = /^([+-]?)(\d+)(?:\.(\d+))?(?:e([+-]?\d{1,3}))?$/i.exec(text.trim());
  if (match === null) return undefined;
  const [, sign, whole = "", fraction = "", exponent = "0"] = match;
  const zeros = digits + Number(exponent) - fraction.length;
  const all = BigInt(whole + fraction);
  const divisor = zeros < 0 ? 10n ** BigInt(-zeros) : 1n;
  if (all % divisor !== 0n) return undefined;
  const value = zeros < 0 ? all / divisor : all * 10n ** BigInt(zeros);
  if (value > BigInt(Number.MAX_SAFE_INTEGER)) return undefined;
  return sign === "-" && value > 0n ? -Number(value) : Number(value);
}

/** The opposite of `scaleDecimal()`: a plain decimal without exponent or trailing zeros. @param digits At least one. */
export function formatDecimal(scaled: number, digits: number): string {
  const sign = scaled < 0 ? "-" : "";
  const all = Math.abs(scaled)
    .toString()
    .padStart(digits + 1, "0");
  const point = all.length - digits;
  let end = all.length;
  // Without an expression, which is an object each time: every answer says its cost.
  while (end > point && all.charCodeAt(end - 1) === zero) end--;
  const whole = sign + all.slice(0, point);
  return end === point ? whole : `${whole}.${all.slice(point, end)}`;
}

const zero = 48;
