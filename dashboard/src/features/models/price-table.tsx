import type { Model, Price } from "#api/schema.gen";
import { Facts } from "#components/facts";
import { formatMoney } from "#lib/format-money";
import { formatCount } from "#lib/format-number";

const classes = [
  ["input", "Input"],
  ["output", "Output"],
  ["cache_read", "Read from the cache"],
  ["cache_write", "Written to the cache"],
  ["cache_write_1h", "Written for an hour"],
  ["reasoning", "Reasoning"],
  ["input_audio", "Audio in"],
  ["output_audio", "Audio out"],
  ["input_image", "Images in"],
  ["output_image", "Images out"],
] as const;

/** Every price that holds now, and who says so. */
export function PriceTable({ model: { price } }: { readonly model: Model }) {
  if (price === undefined) {
    return (
      <p className="text-muted">
        None is known, so its requests cost nothing in budgets and figures. Override it to say what it costs.
      </p>
    );
  }
  const { context_tiers = [], service_tiers = {}, per_request, per_search, source } = price;
  const facts = [
    ...figures(price),
    ...(per_request === undefined ? [] : [{ name: "Each request", value: formatMoney(per_request) }]),
    ...(per_search === undefined ? [] : [{ name: "Each search", value: formatMoney(per_search) }]),
    ...context_tiers.map(({ above, ...tier }) => ({ name: `Above ${formatCount(above)}`, value: tierWords(tier) })),
    ...Object.entries(service_tiers).map(([name, tier]) => ({ name: `Tier ${name}`, value: tierWords(tier) })),
    { name: "Said by", value: source === "config" ? "you" : source },
  ];
  return <Facts facts={facts} />;
}

type Amounts = { readonly [name in (typeof classes)[number][0]]?: Price["input"] };

function figures(amounts: Amounts) {
  return classes.flatMap(([name, label]) =>
    amounts[name] === undefined ? [] : [{ name: label, value: formatMoney(amounts[name]) }],
  );
}

function tierWords(tier: Amounts): string {
  return figures(tier)
    .map(({ name, value }) => `${name} ${value}`)
    .join(", ");
}
