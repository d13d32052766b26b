import { createContext, useContext } from "react";

export type Toast = {
  readonly text: string;
  readonly tone?: "plain" | "bad";
  /** Takes back what was done. */
  readonly undo?: () => void | Promise<void>;
};

export const ToastContext = createContext<(toast: Toast) => void>(() => undefined);

/** Says for a moment that something was done, or why an optimistic change was taken back. */
export function useToast(): (toast: Toast) => void {
  return useContext(ToastContext);
}
