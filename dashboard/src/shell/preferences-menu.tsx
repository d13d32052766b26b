import { IconButton } from "#components/button";
import { Menu } from "#components/menu";
import type { MenuEntry } from "#components/menu-popup";
import { usePreferences } from "#lib/preferences";

const themes = [
  ["system", "Theme of the system"],
  ["light", "Light"],
  ["dark", "Dark"],
] as const;

/** Theme, and whether times are local or UTC; below them what else belongs to who is signed in. */
export function PreferencesMenu({ more = [] }: { readonly more?: readonly MenuEntry[] }) {
  const { theme, zone, set } = usePreferences();
  const mark = (chosen: boolean) => (chosen ? { icon: "check" as const } : {});
  return (
    <Menu
      label="Theme and time"
      trigger={<IconButton icon="settings" label="Theme and time" />}
      entries={[
        ...themes.map(([name, label]) => ({ label, ...mark(theme === name), onSelect: () => set({ theme: name }) })),
        "line",
        { label: "Local time", ...mark(zone === "local"), onSelect: () => set({ zone: "local" }) },
        { label: "UTC", ...mark(zone === "utc"), onSelect: () => set({ zone: "utc" }) },
        ...(more.length === 0 ? [] : (["line", ...more] as const)),
      ]}
    />
  );
}
