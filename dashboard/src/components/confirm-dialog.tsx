import { type ReactNode, useState } from "react";
import { FormDialog } from "./form-dialog";
import { TextField } from "./text-field";

type Props = {
  readonly open: boolean;
  readonly onClose: () => void;
  /** `Delete the key ci?` */
  readonly title: string;
  /** What will happen, and to whom. */
  readonly children: ReactNode;
  /** The name to be typed; left out for what can be undone. */
  readonly name?: string;
  /** The word on the button: `Delete key`. */
  readonly action: string;
  /** Rejects with what to tell. */
  readonly onConfirm: () => Promise<unknown>;
};

/** Asks before something is destroyed, by typing its name. */
export function ConfirmDialog({ open, onClose, title, children, name, action, onConfirm }: Props) {
  const [typed, setTyped] = useState("");
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<Error | null>(null);
  const close = () => {
    setTyped("");
    setError(null);
    onClose();
  };
  const confirm = async () => {
    setBusy(true);
    try {
      await onConfirm();
      close();
    } catch (cause) {
      setError(cause instanceof Error ? cause : new Error(String(cause)));
    } finally {
      setBusy(false);
    }
  };
  return (
    <FormDialog
      open={open}
      onClose={close}
      title={title}
      action={action}
      danger
      busy={busy}
      disabled={name !== undefined && typed !== name}
      error={error}
      onSubmit={confirm}
    >
      <div className="text-muted">{children}</div>
      {name !== undefined && (
        <TextField label={`Type ${name} to confirm`} value={typed} onChange={setTyped} autoComplete="off" />
      )}
    </FormDialog>
  );
}
