import { MeterBar } from "#components/meter-bar";
import { formatMs } from "#lib/format-duration";
import { formatMoney } from "#lib/format-money";
import { formatCount } from "#lib/format-number";
import { limitWords } from "#lib/limit-words";
import type { WholeRecord } from "../record";

/** `the team search: dollars a day`. */
function limitText(id: string): string {
  const words = limitWords(id);
  if (words === undefined) return id;
  return `the ${words.kind}${words.kind === "key" ? "" : ` ${words.of}`}: ${words.what}`;
}

/** Why a limit said no: what it allows, what was used and held of it, and what the request could have needed. */
export function RefusalLine({ refusal }: { readonly refusal: NonNullable<WholeRecord["refusal"]> }) {
  const { limit, allowance, charged = "0", held = "0", asked, unit, weight, retry_after_s } = refusal;
  const show = (amount: string) =>
    unit === "dollars" ? formatMoney(amount) : `${formatCount(Number(amount))} ${unit ?? ""}`;
  const parts = [
    ...(allowance === undefined ? [] : [`${show(charged)} of ${show(allowance)} used`, `${show(held)} held`]),
    ...(asked === undefined ? [] : [`this request could need ${show(asked)}`]),
    ...(retry_after_s === undefined ? [] : [`may be tried again after ${formatMs(retry_after_s * 1000)}`]),
    ...(weight > 1 ? [`stands for ${formatCount(weight)} refused requests`] : []),
  ];
  return (
    <div className="flex flex-col gap-1">
      {limit !== undefined && <p>Refused by {limitText(limit)}</p>}
      {allowance !== undefined && (
        <MeterBar
          label="Use of the limit"
          used={Number(charged)}
          held={Number(held)}
          limit={Number(allowance)}
          text={parts.join(", ")}
        />
      )}
      <p className="text-sm text-muted">{parts.join(" · ")}</p>
    </div>
  );
}
