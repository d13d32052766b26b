import { formatMoney } from "#lib/format-money";

type Props = {
  /** By model; undefined where its price is unknown. */
  readonly bounds: readonly { readonly model: string; readonly usd: number | undefined }[];
  readonly hasTools: boolean;
};

/** The most that the next turn can cost, and what that figure is. */
export function CostBound({ bounds, hasTools }: Props) {
  if (bounds.length === 0) return null;
  const unknown = bounds.filter(({ usd }) => usd === undefined);
  const total = bounds.reduce((sum, { usd = 0 }) => sum + usd, 0);
  const eachOf = bounds.map(({ model, usd }) => `${model}: ${usd === undefined ? "unknown" : formatMoney(usd)}`);
  const how =
    "A bound, not a guess: each byte sent is counted as a token, and the answer as long as it may get, at the dearest rate.";
  return (
    <span title={`${how}\n${eachOf.join("\n")}`}>
      {unknown.length < bounds.length && (
        <>
          At most <span className="font-medium text-text">{formatMoney(total)}</span>
          {hasTools && " each round"}
        </>
      )}
      {unknown.length > 0 && (
        <>
          {unknown.length < bounds.length ? "; the price of " : "The price of "}
          <span className="font-mono text-xs">{unknown.map(({ model }) => model).join(", ")}</span> is unknown
        </>
      )}
      {unknown.length < bounds.length && <span className="text-faint"> · an upper bound, usually far less</span>}
    </span>
  );
}
