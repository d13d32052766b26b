import { Badge } from "./badge";
import { type LimitUse, usedText } from "./limit-use";
import { MeterBar } from "./meter-bar";
import { RelativeTime } from "./time-text";

type Props = {
  readonly limits: readonly LimitUse[];
  /** Whether each says whose it is: for lists of several. */
  readonly scopes?: boolean;
  /** Set where the page is wide: two beside each other. */
  readonly paired?: boolean;
};

/** Limits with what is used, held and left of each. */
export function LimitList({ limits, scopes = false, paired = false }: Props) {
  return (
    <ul className={paired ? "grid gap-x-10 gap-y-4 md:grid-cols-2" : "flex flex-col gap-4"}>
      {limits.map((limit) => (
        <LimitLine key={limit.id} limit={limit} scopes={scopes} />
      ))}
    </ul>
  );
}

function LimitLine({ limit, scopes }: { readonly limit: LimitUse; readonly scopes: boolean }) {
  const { label, scope, only, budget, resetsAt } = limit;
  return (
    <li className="flex min-w-0 flex-col gap-1">
      <div className="flex flex-wrap items-baseline gap-x-2">
        <span className="font-medium">{label}</span>
        {scopes && <span className="min-w-0 truncate text-sm text-muted">{scope.replace(":", " ")}</span>}
        {only !== undefined && <span className="min-w-0 truncate text-sm text-muted">{only}</span>}
        {budget !== undefined && <LimitMarks limit={limit} />}
        <span className="ml-auto text-sm text-muted">{usedText(limit)}</span>
      </div>
      <MeterBar {...limit} text={usedText(limit)} />
      {resetsAt !== undefined && (
        <span className="text-sm text-faint">
          starts anew <RelativeTime value={resetsAt} />
        </span>
      )}
    </li>
  );
}

/** What is unusual about a budget. */
export function LimitMarks({ limit: { budget, remaining } }: { readonly limit: LimitUse }) {
  if (budget === undefined) return null;
  const { mode, override } = budget;
  return (
    <>
      {mode === "warn" && <Badge>only tells</Badge>}
      {mode === "soft" && <Badge>soft</Badge>}
      {override !== undefined && <Badge tone="accent">overridden</Badge>}
      {remaining <= 0 && <Badge tone={mode === "warn" ? "warn" : "bad"}>spent</Badge>}
    </>
  );
}
