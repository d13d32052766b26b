import { useState } from "react";
import type { Budget } from "#api/schema.gen";
import { FormDialog } from "#components/form-dialog";
import { TextField } from "#components/text-field";
import { AmountField, readAmount } from "./amount-field";
import { useTopUp } from "./top-up-budget";

export function TopUpDialog({ budget, onClose }: { readonly budget: Budget; readonly onClose: () => void }) {
  const isMoney = budget.limit_usd !== undefined;
  const [amount, setAmount] = useState("");
  const [note, setNote] = useState("");
  const add = useTopUp();
  const submit = () => {
    const body = {
      ...(isMoney ? { amount_usd: readAmount(amount) } : { amount_tokens: Number(readAmount(amount)) }),
      ...(note.trim() !== "" && { note: note.trim() }),
    };
    add.mutate({ id: budget.id, body }, { onSuccess: onClose });
  };
  return (
    <FormDialog
      onClose={onClose}
      title="Top the budget up"
      note="Adds to what it may spend. A negative amount takes away what is neither spent nor held."
      action="Top up"
      busy={add.isPending}
      error={add.error}
      onSubmit={submit}
    >
      <AmountField
        label="Amount"
        name={isMoney ? "amount_usd" : "amount_tokens"}
        isMoney={isMoney}
        mayBeNegative
        value={amount}
        onChange={setAmount}
      />
      <TextField label="Note" name="note" optional maxLength={500} value={note} onChange={setNote} />
    </FormDialog>
  );
}
