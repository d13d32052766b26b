import { createContext, type ReactNode, useCallback, useContext, useEffect, useMemo, useRef, useState } from "react";
import { type Shortcut, ShortcutContext } from "#lib/shortcuts";

/** How long the second key of `g k` may take. */
const sequenceMs = 1200;

const ListContext = createContext<() => readonly Shortcut[]>(() => []);

/** What can be pressed now, for the help. */
export function useShortcutList(): () => readonly Shortcut[] {
  return useContext(ListContext);
}

/** Listens to the keys of the whole page, but for those that are typed into fields. */
export function ShortcutProvider({ children }: { readonly children: ReactNode }) {
  const [shortcuts] = useState(() => new Set<Shortcut>());
  const add = useCallback(
    (shortcut: Shortcut) => {
      shortcuts.add(shortcut);
      return () => void shortcuts.delete(shortcut);
    },
    [shortcuts],
  );
  const list = useMemo(() => () => [...shortcuts], [shortcuts]);
  const before = useRef({ key: "", at: 0 });
  useEffect(() => {
    const onKeyDown = (event: KeyboardEvent) => {
      const key = keyOf(event);
      if (key === undefined || event.defaultPrevented || (isTyping(event) && !key.startsWith("mod+"))) return;
      const recent = performance.now() - before.current.at < sequenceMs ? before.current.key : "";
      const found = list().findLast(({ keys }) => keys === (recent === "" ? key : `${recent} ${key}`));
      const shortcut = found ?? list().findLast(({ keys }) => keys === key);
      before.current = { key: shortcut === undefined ? key : "", at: performance.now() };
      if (shortcut === undefined) return;
      event.preventDefault();
      shortcut.run();
    };
    addEventListener("keydown", onKeyDown);
    return () => removeEventListener("keydown", onKeyDown);
  }, [list]);
  return (
    <ShortcutContext.Provider value={add}>
      <ListContext.Provider value={list}>{children}</ListContext.Provider>
    </ShortcutContext.Provider>
  );
}

function keyOf(event: KeyboardEvent): string | undefined {
  if (event.altKey || event.isComposing) return undefined;
  if (event.metaKey || event.ctrlKey) return `mod+${event.key.toLowerCase()}`;
  return event.key;
}

function isTyping({ target }: KeyboardEvent): boolean {
  if (!(target instanceof HTMLElement)) return false;
  const modal = target.closest('[role="dialog"][aria-modal="true"], [role="menu"], [role="listbox"]');
  const field = target.matches('input:not([type="checkbox"], [type="radio"]), textarea, select, [role="combobox"]');
  return modal !== null || field || target.isContentEditable;
}
