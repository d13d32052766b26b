import { type ReactNode, useLayoutEffect, useMemo, useState } from "react";
import type { TimeZone } from "#lib/format-time";
import { PreferencesContext, type Theme } from "#lib/preferences";

type Chosen = { readonly theme: Theme; readonly zone: TimeZone; readonly startDismissed: boolean };

const place = "headgate-preferences";

/** Keeps what the user chose in this browser, and puts the theme on the document. */
export function PreferencesProvider({ children }: { readonly children: ReactNode }) {
  const [chosen, setChosen] = useState(readChosen);
  // Without it the style sheet takes the system's.
  useLayoutEffect(() => {
    if (chosen.theme === "system") delete document.documentElement.dataset.theme;
    else document.documentElement.dataset.theme = chosen.theme;
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
