import { Field } from "#components/field";
import { Fold } from "#components/fold";
import { type Option, Select } from "#components/select";
import type { KeyDraft, KeyFormProps } from "./key-draft";

const asSet = { value: "", label: "As the gateway's setting says" } as const;
const prices: readonly Option<KeyDraft["requirePrice"]>[] = [
  asSet,
  { value: "true", label: "Refuse models without a price" },
  { value: "false", label: "Take models without a price" },
];
const tight: readonly Option<KeyDraft["onTightBudget"]>[] = [
  asSet,
  { value: "cap", label: "Limit their output", note: "where the caller named no limit" },
  { value: "cap-any", label: "Limit their output always", note: "lowers what the caller asked for, too" },
  { value: "refuse", label: "Refuse them" },
];
const aborts: readonly Option<KeyDraft["onAbort"]>[] = [
  asSet,
  { value: "estimate", label: "An estimate", note: "by what was relayed and the time that it took" },
  { value: "full-hold", label: "All that was held" },
  { value: "drain", label: "What the provider says", note: "its answer is read to the end for that" },
];

/** What its requests are charged, where that is not as usual. */
export function KeyFormCost({ draft, onChange }: KeyFormProps) {
  const { requirePrice, onTightBudget, onAbort } = draft;
  const isUsed = requirePrice !== "" || onTightBudget !== "" || onAbort !== "";
  return (
    <Fold title="Cost" note="prices, tight budgets, requests that are given up" startsOpen={isUsed}>
      <Field label="Models without a price" name="require_price">
        {(control) => (
          <Select
            {...control}
            options={prices}
            value={requirePrice}
            onChange={(next) => onChange({ requirePrice: next })}
          />
        )}
      </Field>
      <Field label="Requests that do not fit a hard limit" name="on_tight_budget">
        {(control) => (
          <Select
            {...control}
            options={tight}
            value={onTightBudget}
            onChange={(next) => onChange({ onTightBudget: next })}
          />
        )}
      </Field>
      <Field label="Requests that their client left cost" name="on_abort">
        {(control) => (
          <Select {...control} options={aborts} value={onAbort} onChange={(next) => onChange({ onAbort: next })} />
        )}
      </Field>
    </Fold>
  );
}
