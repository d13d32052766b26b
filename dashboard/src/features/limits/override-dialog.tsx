import { type FormEvent, useId, useState } from "react";
import type { Budget } from "#api/schema.gen";
import { Button } from "#components/button";
import { Dialog } from "#components/dialog";
import { ErrorLine } from "#components/error-state";
import { FieldProblems } from "#components/field";
import { MomentField } from "#components/moment-field";
import { TextField } from "#components/text-field";
import { AmountField, readAmount } from "./amount-field";
import { useOverride } from "./override-budget";

/** Another limit for a time; then the budget's own holds again. */
export function OverrideDialog({ budget, onClose }: { readonly budget: Budget; readonly onClose: () => void }) {
  const form = useId();
  const { override } = budget;
  const isMoney = budget.limit_usd !== undefined;
  const [amount, setAmount] = useState(String(override?.limit_usd ?? override?.limit_tokens ?? ""));
  const [until, setUntil] = useState(override?.until ?? budget.resets_at ?? "");
  const [reason, setReason] = useState(override?.reason ?? "");
  const put = useOverride();
  const submit = (event: FormEvent) => {
    event.preventDefault();
    const body = {
      ...(isMoney ? { limit_usd: readAmount(amount) } : { limit_tokens: Number(readAmount(amount)) }),
      until,
      ...(reason.trim() !== "" && { reason: reason.trim() }),
    };
    put.mutate({ id: budget.id, body }, { onSuccess: onClose });
  };
  return (
    <Dialog
      open
      onClose={onClose}
      title="Override the budget"
      note="Another limit holds at once, and ends by itself. What is spent stays counted."
      actions={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button kind="primary" type="submit" form={form} busy={put.isPending}>
            Override budget
          </Button>
        </>
      }
    >
      <FieldProblems error={put.error}>
        <form id={form} onSubmit={submit} className="flex flex-col gap-4">
          <AmountField
            label="Limit meanwhile"
            name={isMoney ? "limit_usd" : "limit_tokens"}
            isMoney={isMoney}
            value={amount}
            onChange={setAmount}
          />
          <MomentField label="Until" name="until" required value={until} onChange={setUntil} />
          <TextField label="Reason" name="reason" optional maxLength={500} value={reason} onChange={setReason} />
          <ErrorLine error={put.error} />
        </form>
      </FieldProblems>
    </Dialog>
  );
}
