import { noFigure } from "./format-number";

const cents = dollars(2, 2);
const fine = dollars(2, 4);
const finest = new Intl.NumberFormat(undefined, {
  style: "currency",
  currency: "USD",
  currencyDisplay: "narrowSymbol",
  maximumSignificantDigits: 3,
});
const rounded = dollars(0, 0);
/** Without zeros at the end, so that the labels of an axis stay short. */
const tiny = new Intl.NumberFormat(undefined, {
  style: "currency",
  currency: "USD",
  currencyDisplay: "narrowSymbol",
  maximumSignificantDigits: 2,
});
const short = new Intl.NumberFormat(undefined, {
  style: "currency",
  currency: "USD",
  currencyDisplay: "narrowSymbol",
  notation: "compact",
  maximumFractionDigits: 1,
});

/**
 * US dollars, as the API writes them (a number, or a plain decimal in a string). Cents; below ten cents as many digits as
 * say something, so that no cost is shown as zero.
 */
export function formatMoney(value: number | string | null | undefined): string {
  if (value === null || value === undefined || value === "") return noFigure;
  const amount = Number(value);
  const size = Math.abs(amount);
  if (!Number.isFinite(amount)) return noFigure;
  if (size === 0 || size >= 0.1) return cents.format(amount);
  return size >= 0.01 ? fine.format(amount) : finest.format(amount);
}

/** For axes and headings: `$1.2K`, `$340`. */
export function formatMoneyShort(value: number): string {
  if (Math.abs(value) >= 10_000) return short.format(value);
  if (Math.abs(value) < 0.1 && value !== 0) return tiny.format(value);
  return Math.abs(value) >= 100 || Number.isInteger(value) ? rounded.format(value) : formatMoney(value);
}

function dollars(least: number, most: number): Intl.NumberFormat {
  return new Intl.NumberFormat(undefined, {
    style: "currency",
    currency: "USD",
    currencyDisplay: "narrowSymbol",
    minimumFractionDigits: least,
    maximumFractionDigits: most,
  });
}
