import { useNavigate, useRouterState } from "@tanstack/react-router";
import { createContext, type ReactNode, useContext, useEffect, useState } from "react";

/** What the address of each page held when it was left. */
type Kept = Map<string, object>;

const KeptContext = createContext<Kept>(new Map());

/** What is the same on all pages and goes along. */
const common = ["range"] as const;

/** What was open on a page when it was left. */
const passing: ReadonlySet<string> = new Set(["open", "new", "bulk", "add", "edit", "verify"]);

/** Remembers filters, sort and columns of each page while the tab is open, so that going back to one finds it as it was. */
export function KeptSearchProvider({ children }: { readonly children: ReactNode }) {
  const [kept] = useState<Kept>(() => new Map());
  return <KeptContext.Provider value={kept}>{children}</KeptContext.Provider>;
}

/** Notes what the address of the page holds now; rendered once, inside the router. */
export function KeepSearch() {
  const kept = useContext(KeptContext);
  const { pathname, search } = useRouterState({ select: ({ location }) => location });
  useEffect(() => void kept.set(pathname, search), [kept, pathname, search]);
  return null;
}

/** The search of a page to go to: as it was left, with what is common to all pages as it is now. */
export function useSearchFor(): (path: string) => object {
  const kept = useContext(KeptContext);
  const now: object = useRouterState({ select: ({ location }) => location.search });
  return (path) => {
    const left = Object.entries(kept.get(path) ?? {}).filter(([name]) => !passing.has(name));
    return { ...Object.fromEntries(left), ...Object.fromEntries(common.map((name) => [name, Reflect.get(now, name)])) };
  };
}

/** Goes to a page as it was left; `more` is put into its address. */
export function useGoTo(): (path: string, more?: { readonly [name: string]: string }) => void {
  const navigate = useNavigate();
  const searchFor = useSearchFor();
  return (to, more) => void navigate({ to, search: { ...searchFor(to), ...more } });
}
