import { createContext, useContext, useEffect, useRef } from "react";

export type Shortcut = {
  /** Keys one after the other, as `event.key` names them: `g k`, `?`, `/`, `mod+k`. */
  readonly keys: string;
  readonly label: string;
  readonly run: () => void;
};

/** Takes a shortcut in and returns what takes it out again. The last one of the same keys wins. */
export const ShortcutContext = createContext<(shortcut: Shortcut) => () => void>(() => () => undefined);

/** Keys for as long as the component is shown and `run` is there; `?` lists them by `label`. */
export function useShortcut(keys: string, label: string, run: (() => void) | undefined): void {
  const add = useContext(ShortcutContext);
  const latest = useRef(run);
  const active = run !== undefined;
  useEffect(() => {
    latest.current = run;
  });
  useEffect(
    () => (active ? add({ keys, label, run: () => latest.current?.() }) : undefined),
    [add, keys, label, active],
  );
}
