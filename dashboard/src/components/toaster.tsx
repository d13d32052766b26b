import { type ReactNode, useCallback, useMemo, useRef, useState } from "react";
import { classNames } from "#lib/class-names";
import { type Toast, ToastContext } from "#lib/toasts";
import { Button, IconButton } from "./button";

type Shown = Toast & { readonly id: number };

/** More would hide the page. */
const mostShown = 3;
const shownMs = 6000;

/** Shows toasts at the lower left, above everything; screen readers hear them when it suits. */
export function Toaster({ children }: { readonly children: ReactNode }) {
  const [toasts, setToasts] = useState<readonly Shown[]>([]);
  const count = useRef(0);
  const dismiss = useCallback((id: number) => setToasts((shown) => shown.filter((toast) => toast.id !== id)), []);
  const show = useCallback(
    (toast: Toast) => {
      count.current += 1;
      const id = count.current;
      setToasts((shown) => [...shown, { ...toast, id }].slice(-mostShown));
      setTimeout(() => dismiss(id), toast.undo === undefined ? shownMs : shownMs * 2);
    },
    [dismiss],
  );
  const list = useMemo(
    () => toasts.map((toast) => <Line key={toast.id} toast={toast} onDismiss={dismiss} />),
    [toasts, dismiss],
  );
  return (
    <ToastContext.Provider value={show}>
      {children}
      <div
        role="status"
        aria-live="polite"
        className="pointer-events-none fixed right-4 bottom-4 left-4 z-[60] flex flex-col items-start gap-2"
      >
        {list}
      </div>
    </ToastContext.Provider>
  );
}

function Line({ toast, onDismiss }: { readonly toast: Shown; readonly onDismiss: (id: number) => void }) {
  const undo = async () => {
    onDismiss(toast.id);
    await toast.undo?.();
  };
  return (
    <div className="popup pointer-events-auto flex max-w-md items-center gap-2 py-1 pr-1 pl-3">
      <span className={classNames("min-w-0 flex-1 py-1 break-words", toast.tone === "bad" && "text-bad")}>
        {toast.text}
      </span>
      {toast.undo !== undefined && (
        <Button kind="quiet" onClick={undo}>
          Undo
        </Button>
      )}
      <IconButton icon="close" label="Dismiss" onClick={() => onDismiss(toast.id)} />
    </div>
  );
}
