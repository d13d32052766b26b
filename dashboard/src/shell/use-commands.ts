import type { SearchResult } from "#api/schema.gen";
import { useSession } from "#api/session";
import type { IconName } from "#components/icon";
import { usePreferences } from "#lib/preferences";
import { useGoTo } from "./kept-search";
import { navigation } from "./pages";
import { useFound } from "./use-found";

export type Command = {
  readonly id: string;
  readonly label: string;
  readonly group: string;
  readonly icon: IconName;
  readonly run: () => void;
};

/** What the palette offers for what is typed: pages, actions, and what the gateway finds. */
export function useCommands(
  typed: string,
  onHelp: () => void,
): { readonly commands: readonly Command[]; readonly isSearching: boolean } {
  const goTo = useGoTo();
  const actions = useActions(onHelp);
  const pages = navigation.map(({ path, name, icon }) => ({
    id: `page ${path}`,
    label: name,
    group: "Page",
    icon,
    run: () => goTo(path),
  }));
  const acts = navigation.flatMap(({ path, icon, acts = [] }) =>
    acts.map(({ label, search }) => ({ id: label, label, group: "Action", icon, run: () => goTo(path, search) })),
  );
  const { found, isSearching } = useFound(typed);
  const results = found.map((result) => ({
    id: `${result.kind} ${result.id} ${result.name}`,
    label: result.name,
    group: [kindNames[result.kind], result.detail].filter((word) => word !== undefined).join(" · "),
    icon: result.page,
    run: () => goTo(`/${result.page}`, { open: result.id }),
  }));
  const own = [...pages, ...acts, ...actions].filter(({ label }) => matches(label, typed));
  return { commands: [...own, ...results], isSearching };
}

const kindNames: { readonly [kind in SearchResult["kind"]]: string } = {
  virtual_key: "Key",
  team: "Team",
  customer: "Customer",
  limit: "Limit",
  model: "Model",
  route: "Route",
  provider: "Provider",
  provider_key: "Provider key",
  request: "Request",
};

function useActions(onHelp: () => void): readonly Command[] {
  const { signOut } = useSession();
  const { theme, zone, set } = usePreferences();
  const goTo = useGoTo();
  const action = (label: string, icon: IconName, run: () => void) => ({ id: label, label, group: "Action", icon, run });
  const dark = theme === "dark";
  return [
    action(dark ? "Light theme" : "Dark theme", "settings", () => set({ theme: dark ? "light" : "dark" })),
    action("Theme of the system", "settings", () => set({ theme: "system" })),
    action(zone === "utc" ? "Times in local time" : "Times in UTC", "clock", () =>
      set({ zone: zone === "utc" ? "local" : "utc" }),
    ),
    action("First steps", "check", () => goTo("/start")),
    action("Keyboard shortcuts", "info", onHelp),
    action("Sign out", "user", () => void signOut("here")),
  ];
}

/** Whether the letters stand in the label, the first of each word at least: `dt` finds `Dark theme`. */
function matches(label: string, typed: string): boolean {
  const [whole, wanted] = [label.toLowerCase(), typed.trim().toLowerCase()];
  if (whole.includes(wanted)) return true;
  const initials = whole
    .split(" ")
    .map((word) => word.charAt(0))
    .join("");
  return initials.includes(wanted);
}
