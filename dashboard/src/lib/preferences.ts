import { createContext, useContext } from "react";
import { formatTime, type TimeStyle, type TimeZone } from "./format-time";

export type Theme = "system" | "light" | "dark";

/** What a user chose for this browser. */
export type Preferences = {
  readonly theme: Theme;
  readonly zone: TimeZone;
  /** Whether the first steps were put away. */
  readonly startDismissed: boolean;
  readonly set: (change: {
    readonly theme?: Theme;
    readonly zone?: TimeZone;
    readonly startDismissed?: boolean;
  }) => void;
};

export const PreferencesContext = createContext<Preferences>({
  theme: "system",
  zone: "local",
  startDismissed: false,
  set: () => undefined,
});

export function usePreferences(): Preferences {
  return useContext(PreferencesContext);
}

/** `formatTime` in the zone that the user chose. */
export function useFormatTime(): (value: string | number | null | undefined, style?: TimeStyle) => string {
  const { zone } = usePreferences();
  return (value, style = "time") => formatTime(value, style, zone);
}
