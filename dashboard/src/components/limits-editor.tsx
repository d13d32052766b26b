import { useState } from "react";
import { periodWords } from "#lib/period-words";
import { Button, IconButton } from "./button";
import { LimitDetails } from "./limit-details";
import { isBudgetKind, type LimitDraft, type LimitKind, newLimitDraft } from "./limit-drafts";
import { type Option, Select } from "./select";

const kinds: readonly Option<LimitKind>[] = [
  { value: "usd", label: "Budget in $" },
  { value: "budget_tokens", label: "Budget in tokens" },
  { value: "requests", label: "Requests" },
  { value: "tokens", label: "Tokens" },
  { value: "concurrent", label: "Requests at once" },
];
const budgetPeriods = ["1h", "1d", "1w", "1mo", "1q", "1y", "none"];
const windows = ["1s", "10s", "1m", "1h", "1d"];

type Props = { readonly limits: readonly LimitDraft[]; readonly onChange: (limits: readonly LimitDraft[]) => void };

/** Budgets and rate limits of one key, team or customer, all in one list. */
export function LimitsEditor({ limits, onChange }: Props) {
  const change = (key: string, part: Partial<LimitDraft>) =>
    onChange(limits.map((limit) => (limit.key === key ? { ...limit, ...part } : limit)));
  return (
    <fieldset className="flex min-w-0 flex-col gap-2">
      <legend className="mb-1 font-medium">
        Limits <span className="ml-1 font-normal text-faint">optional</span>
      </legend>
      {limits.map((limit, index) => (
        <LimitRow
          key={limit.key}
          name={`limit ${index + 1}`}
          limit={limit}
          onChange={(part) => change(limit.key, part)}
          onRemove={() => onChange(limits.filter(({ key }) => key !== limit.key))}
        />
      ))}
      <div className="flex flex-wrap gap-2">
        <Button icon="plus" onClick={() => onChange([...limits, newLimitDraft("usd")])}>
          Budget
        </Button>
        <Button icon="plus" onClick={() => onChange([...limits, newLimitDraft("requests")])}>
          Rate limit
        </Button>
      </div>
    </fieldset>
  );
}

type RowProps = {
  readonly name: string;
  readonly limit: LimitDraft;
  readonly onChange: (part: Partial<LimitDraft>) => void;
  readonly onRemove: () => void;
};

function LimitRow({ name, limit, onChange, onRemove }: RowProps) {
  const { kind, amount, period, mode, model, strict } = limit;
  const isBudget = isBudgetKind(kind);
  const [open, setOpen] = useState(model !== "" || mode !== "hard" || strict);
  const setKind = (next: LimitKind) =>
    onChange({ kind: next, ...(isBudgetKind(next) !== isBudget && { period: newLimitDraft(next).period }) });
  return (
    <div className="flex min-w-0 flex-col gap-1.5">
      <div className="flex min-w-0 flex-wrap items-center gap-1.5">
        <Select label={`Kind of ${name}`} options={kinds} value={kind} onChange={setKind} className="w-36" />
        <input
          aria-label={`Amount of ${name}`}
          inputMode="decimal"
          required
          pattern="\$?[0-9][0-9,_ ]*([.][0-9]{1,9})?"
          title="An amount, such as 10 or 2.50"
          placeholder={kind === "usd" ? "10.00" : "1000"}
          value={amount}
          onChange={(event) => onChange({ amount: event.target.value })}
          className="control w-20 text-right"
        />
        {kind !== "concurrent" && (
          <Select
            label={`Period of ${name}`}
            options={periods(isBudget ? budgetPeriods : windows, period)}
            value={period}
            onChange={(next) => onChange({ period: next })}
            className="w-28"
          />
        )}
        <Button kind="quiet" aria-expanded={open} onClick={() => setOpen(!open)}>
          More
        </Button>
        <IconButton icon="trash" label={`Remove ${name}`} onClick={onRemove} className="ml-auto" />
      </div>
      {open && <LimitDetails name={name} limit={limit} onChange={onChange} />}
    </div>
  );
}

/** Those that are common, and what it has. */
function periods(common: readonly string[], current: string): readonly Option<string>[] {
  const all = common.includes(current) ? common : [...common, current];
  return all.map((value) => ({ value, label: value === "none" ? "prepaid, no period" : periodWords(value) }));
}
