import { type FormEvent, type ReactNode, useId } from "react";
import { Button } from "./button";
import { Dialog } from "./dialog";
import { FieldProblems, FormError } from "./field-problems";
import { StaleHint } from "./stale-hint";

type Props = {
  readonly open?: boolean;
  readonly onClose: () => void;
  readonly title: string;
  readonly note?: ReactNode;
  readonly wide?: boolean;
  /** The word on the button: `Create key`. */
  readonly action: string;
  /** What it does cannot be undone, or opens something. */
  readonly danger?: boolean;
  readonly busy: boolean;
  readonly disabled?: boolean;
  /** Of the change; it is told at the fields that it names, and below them. */
  readonly error?: Error | null;
  /** May reject with what `error` tells. */
  readonly onSubmit: () => unknown;
  /** Buttons at the lower left. */
  readonly aside?: ReactNode;
  readonly children: ReactNode;
};

/** Asks for what a change needs, and makes it. A click beside it does not throw away what was typed. */
export function FormDialog({ open = true, onClose, title, note, wide = false, children, ...form }: Props) {
  const { action, danger = false, busy, disabled = false, error = null, onSubmit, aside } = form;
  const id = useId();
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    try {
      await onSubmit();
    } catch {
      // `error` tells it.
    }
  };
  return (
    <Dialog
      careful
      open={open}
      onClose={onClose}
      title={title}
      note={note}
      wide={wide}
      actions={
        <>
          {aside !== undefined && <div className="mr-auto flex flex-wrap gap-2">{aside}</div>}
          <Button onClick={onClose}>Cancel</Button>
          <Button kind={danger ? "danger" : "primary"} type="submit" form={id} busy={busy} disabled={disabled}>
            {action}
          </Button>
        </>
      }
    >
      <FieldProblems error={error}>
        <form id={id} onSubmit={(event) => void submit(event)} className="flex flex-col gap-4">
          {children}
          <FormError error={error} />
          <StaleHint error={error} />
        </form>
      </FieldProblems>
    </Dialog>
  );
}
