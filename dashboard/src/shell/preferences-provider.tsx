import { type ReactNode, useEffect, useMemo, useState } from "react";
import type { TimeZone } from "#lib/format-time";
import { PreferencesContext, type Theme } from "#lib/preferences";

type Chosen = { readonly theme: Theme; readonly zone: TimeZone; readonly startDismissed: boolean };

const place = "headgate-preferences";

/** Keeps what the user chose in this browser, and puts the theme on the document. */
export function PreferencesProvider({ children }: { readonly children: ReactNode }) {
  const [chosen, setChosen] = useState(readChosen);
  useEffect(() => {
    const dark = matchMedia("(prefers-color-scheme: dark)");
    const apply = () => {
      const theme = chosen.theme === "system" ? (dark.matches ? "dark" : "light") : chosen.theme;
      document.documentElement.dataset.theme = theme;
    };
    apply();
    dark.addEventListener("change", apply);
    return () => dark.removeEventListener("change", apply);
  }, [chosen.theme]);
  const preferences = useMemo(() => {
    const set = (change: Partial<Chosen>) => {
      const next = { ...chosen, ...change };
      localStorage.setItem(place, JSON.stringify(next));
      setChosen(next);
    };
    return { ...chosen, set };
  }, [chosen]);
  return <PreferencesContext.Provider value={preferences}>{children}</PreferencesContext.Provider>;
}

function readChosen(): Chosen {
  const kept = readKept();
  const theme = (["light", "dark"] as const).find((name) => name === kept.theme) ?? "system";
  return { theme, zone: kept.zone === "utc" ? "utc" : "local", startDismissed: kept.startDismissed === true };
}

function readKept(): { readonly theme?: unknown; readonly zone?: unknown; readonly startDismissed?: unknown } {
  try {
    const kept: unknown = JSON.parse(localStorage.getItem(place) ?? "{}");
    return typeof kept === "object" && kept !== null ? kept : {};
  } catch {
    return {};
  }
}
