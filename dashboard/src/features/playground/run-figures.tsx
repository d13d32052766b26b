import { Link } from "@tanstack/react-router";
import { type ChatRun, speedOf } from "#api/stream-chat";
import { formatMs } from "#lib/format-duration";
import { formatMoney } from "#lib/format-money";
import { formatCompact, formatCount } from "#lib/format-number";
import { useCost } from "./get-cost";

/** What one request took, and what it cost. */
export function RunFigures({ run }: { readonly run: ChatRun }) {
  const { answer, firstTokenMs, ms, recordId } = run;
  const isOver = run.state !== "running";
  const cost = useCost(isOver ? recordId : undefined);
  const speed = isOver ? speedOf(run) : undefined;
  const costText = cost.isPending && cost.fetchStatus === "fetching" ? "…" : formatMoney(cost.data);
  const figures = [
    ["First token", firstTokenMs === undefined ? undefined : formatMs(firstTokenMs)],
    ["Speed", speed === undefined ? undefined : `${formatCompact(speed)} tokens/s`],
    ["Time", isOver ? formatMs(ms) : undefined],
    ["Tokens", answer.usage && `${formatCount(answer.usage.input)} in, ${formatCount(answer.usage.output)} out`],
    ["Cost", isOver && recordId !== undefined ? costText : undefined],
  ] as const;
  return (
    <div className="flex flex-wrap items-baseline gap-x-3 gap-y-0.5 text-sm">
      <dl className="contents">
        {figures.map(([name, value]) =>
          value === undefined ? null : (
            <div key={name} className="flex gap-1 whitespace-nowrap">
              <dt className="text-faint">{name}</dt>
              <dd>{value}</dd>
            </div>
          ),
        )}
      </dl>
      {isOver && recordId !== undefined && cost.isSuccess && (
        <Link to="/requests" search={{ open: recordId }} className="text-accent hover:underline">
          Open request
        </Link>
      )}
    </div>
  );
}
