import { formatMoney } from "#lib/format-money";
import { formatCount, formatShare, noFigure } from "#lib/format-number";
import type { Usage, WholeRecord } from "../record";
import { CountedLimits } from "./counted-limits";
import { useModelPrices } from "./get-prices";
import { type CostLine, costLines, priceOf } from "./price-of-record";

/** What was used and what each class of it cost. */
export function CostTab({ record }: { readonly record: WholeRecord }) {
  const { usage, provider, model, attempts } = record;
  const charged = attempts.filter((attempt) => attempt.usage !== undefined);
  const { data } = useModelPrices(provider, model);
  if (usage === undefined) {
    return (
      <div className="flex flex-col gap-6">
        <p className="py-2 text-muted">No usage is known of this request.</p>
        <CountedLimits record={record} />
      </div>
    );
  }
  const price = charged.length > 1 ? undefined : priceOf(data?.data ?? [], record);
  return (
    <div className="flex flex-col gap-4">
      <CostTable lines={costLines(usage, record, price)} record={record} />
      <p className="max-w-prose text-sm text-muted">
        {explanation(record, usage, price !== undefined, charged.length)}
      </p>
      {charged.length > 1 && (
        <ul className="flex flex-col gap-1">
          {charged.map(({ provider: by, model: of, cost_usd }, index) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: attempts never move
            <li key={index} className="flex justify-between gap-4">
              <span className="truncate">
                {by}/{of}
              </span>
              <span>{formatMoney(cost_usd)}</span>
            </li>
          ))}
        </ul>
      )}
      <CountedLimits record={record} />
    </div>
  );
}

type TableProps = { readonly lines: readonly CostLine[]; readonly record: WholeRecord };

function CostTable({ lines, record }: TableProps) {
  const cell = "py-1 pl-4 text-right";
  return (
    <table className="w-full">
      <thead>
        <tr className="border-b border-line text-sm text-muted">
          <th className="py-1 text-left font-normal">Class</th>
          <th className={`${cell} font-normal`}>Tokens</th>
          <th className={`${cell} font-normal`}>Per million</th>
          <th className={`${cell} font-normal`}>Cost</th>
        </tr>
      </thead>
      <tbody>
        {lines.map(({ name, count, rate, cost }) => (
          <tr key={name} className="border-b border-line">
            <th className="py-1 text-left font-normal">{name}</th>
            <td className={cell}>{formatCount(count)}</td>
            <td className={cell}>{rate === undefined ? noFigure : formatMoney(rate)}</td>
            <td className={cell}>{cost === undefined ? noFigure : formatMoney(cost)}</td>
          </tr>
        ))}
        {sumsOf(record).map(({ name, cost, charged }) => (
          <tr key={name} className={charged ? "font-medium" : "border-b border-line"}>
            <th className={charged ? "py-1 text-left" : "py-1 text-left font-normal"}>{name}</th>
            <td />
            <td />
            <td className={cell}>{formatMoney(cost)}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

/** As the API counts it: a fiftieth may be rounding. */
const leastDifference = 0.02;

function differenceOf({ listed_cost_usd: listed, billed_cost_usd: billed }: WholeRecord): string | false {
  const [list, bill] = [Number(listed ?? 0), Number(billed ?? 0)];
  const share = list === 0 ? 0 : (bill - list) / list;
  if (billed === undefined || Math.abs(bill - list) <= leastDifference * Math.max(bill, list)) return false;
  return list === 0
    ? "The price list has nothing for it."
    : `The bill is ${formatShare(Math.abs(share))} ${share > 0 ? "above" : "below"} the price list.`;
}

type Sum = { readonly name: string; readonly cost: string | undefined; readonly charged: boolean };

/** What is charged, and what the list and the provider say where they say something else. */
function sumsOf({ cost_usd, listed_cost_usd: listed, billed_cost_usd: billed, paid_by }: WholeRecord): readonly Sum[] {
  const others = [
    ...(listed === undefined ? [] : [{ name: "By the price list", cost: listed, charged: false }]),
    ...(billed === undefined ? [] : [{ name: "By the provider's bill", cost: billed, charged: false }]),
  ];
  const name =
    paid_by === "client" ? "Charged: it is paid by its client" : others.length === 0 ? "Together" : "Charged";
  return [...others, { name, cost: cost_usd, charged: true }];
}

function explanation(record: WholeRecord, usage: Usage, known: boolean, charged: number): string {
  const { price_version, cost_usd, service_tier, correction } = record;
  const sentences = [
    usage.estimated ? "Headgate counted the tokens: the provider did not tell them." : "The provider told the tokens.",
    cost_usd === undefined && "The cost is not known: the model has no price.",
    price_version !== undefined &&
      `Price ${price_version}${service_tier === undefined ? "" : `, tier ${service_tier}`}.`,
    price_version !== undefined &&
      !known &&
      charged <= 1 &&
      "That price is not kept any more, so the cost of each class is not shown.",
    differenceOf(record),
    charged > 1 && "Several attempts were charged:",
    correction !== undefined &&
      `Prices of ${correction.new_price_version} make it ${formatMoney(correction.new_cost_usd)}.`,
  ];
  return sentences.filter((sentence) => sentence !== false).join(" ");
}
