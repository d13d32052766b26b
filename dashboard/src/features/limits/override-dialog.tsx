import { useState } from "react";
import type { Budget } from "#api/schema.gen";
import { FormDialog } from "#components/form-dialog";
import { MomentField } from "#components/moment-field";
import { TextField } from "#components/text-field";
import { AmountField, readAmount } from "./amount-field";
import { useOverride } from "./override-budget";

/** Another limit for a time; then the budget's own holds again. */
export function OverrideDialog({ budget, onClose }: { readonly budget: Budget; readonly onClose: () => void }) {
  const { override } = budget;
  const isMoney = budget.limit_usd !== undefined;
  const [amount, setAmount] = useState(String(override?.limit_usd ?? override?.limit_tokens ?? ""));
  const [until, setUntil] = useState(override?.until ?? budget.resets_at ?? "");
  const [reason, setReason] = useState(override?.reason ?? "");
  const put = useOverride();
  const submit = () => {
    const body = {
      ...(isMoney ? { limit_usd: readAmount(amount) } : { limit_tokens: Number(readAmount(amount)) }),
      until,
      ...(reason.trim() !== "" && { reason: reason.trim() }),
    };
    put.mutate({ id: budget.id, body }, { onSuccess: onClose });
  };
  return (
    <FormDialog
      onClose={onClose}
      title="Override the budget"
      note="Another limit holds at once, and ends by itself. What is spent stays counted."
      action="Override budget"
      busy={put.isPending}
      error={put.error}
      onSubmit={submit}
    >
      <AmountField
        label="Limit meanwhile"
        name={isMoney ? "limit_usd" : "limit_tokens"}
        isMoney={isMoney}
        value={amount}
        onChange={setAmount}
      />
      <MomentField label="Until" name="until" required value={until} onChange={setUntil} />
      <TextField label="Reason" name="reason" optional maxLength={500} value={reason} onChange={setReason} />
    </FormDialog>
  );
}
