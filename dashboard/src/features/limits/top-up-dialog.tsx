import { type FormEvent, useId, useState } from "react";
import type { Budget } from "#api/schema.gen";
import { Button } from "#components/button";
import { Dialog } from "#components/dialog";
import { ErrorLine } from "#components/error-state";
import { FieldProblems } from "#components/field";
import { TextField } from "#components/text-field";
import { AmountField, readAmount } from "./amount-field";
import { useTopUp } from "./top-up-budget";

export function TopUpDialog({ budget, onClose }: { readonly budget: Budget; readonly onClose: () => void }) {
  const form = useId();
  const isMoney = budget.limit_usd !== undefined;
  const [amount, setAmount] = useState("");
  const [note, setNote] = useState("");
  const add = useTopUp();
  const submit = (event: FormEvent) => {
    event.preventDefault();
    const body = {
      ...(isMoney ? { amount_usd: readAmount(amount) } : { amount_tokens: Number(readAmount(amount)) }),
      ...(note.trim() !== "" && { note: note.trim() }),
    };
    add.mutate({ id: budget.id, body }, { onSuccess: onClose });
  };
  return (
    <Dialog
      open
      onClose={onClose}
      title="Top the budget up"
      note="Adds to what it may spend. A negative amount takes away what is neither spent nor held."
      actions={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button kind="primary" type="submit" form={form} busy={add.isPending}>
            Top up
          </Button>
        </>
      }
    >
      <FieldProblems error={add.error}>
        <form id={form} onSubmit={submit} className="flex flex-col gap-4">
          <AmountField
            label="Amount"
            name={isMoney ? "amount_usd" : "amount_tokens"}
            isMoney={isMoney}
            mayBeNegative
            value={amount}
            onChange={setAmount}
          />
          <TextField label="Note" name="note" optional maxLength={500} value={note} onChange={setNote} />
          <ErrorLine error={add.error} />
        </form>
      </FieldProblems>
    </Dialog>
  );
}
