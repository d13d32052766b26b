import { Outlet, useRouterState } from "@tanstack/react-router";
import { Suspense, useEffect, useRef, useState } from "react";
import { IconButton } from "#components/button";
import { lazyPart } from "#lib/lazy-part";
import { useShortcut } from "#lib/shortcuts";
import { ConnectionBanner } from "./connection-banner";
import { OpenFirstVisit } from "./first-visit";
import { KeepSearch } from "./kept-search";
import { NavigationKeys } from "./navigation-keys";
import { SideNavigation } from "./side-navigation";
import { Wordmark } from "./wordmark";

const CommandPalette = lazyPart(async () => (await import("./command-palette")).CommandPalette);
const ShortcutHelp = lazyPart(async () => (await import("./shortcut-help")).ShortcutHelp);

type Opened = "palette" | "help" | "navigation" | undefined;

/** Around every page of an operator: navigation at the left, above the page where the window is narrow. */
export function AppShell() {
  const [opened, setOpened] = useState<Opened>();
  const path = useRouterState({ select: (state) => state.location.pathname });
  const close = () => setOpened(undefined);
  useShortcut("Escape", "Close what is open", opened === "navigation" ? close : undefined);
  const main = useRef<HTMLElement>(null);
  const shownPath = useRef(path);
  useEffect(() => {
    if (shownPath.current === path) return;
    shownPath.current = path;
    setOpened(undefined);
    // Reading and tabbing go on in the page, from its top.
    main.current?.scrollTo(0, 0);
    main.current?.focus({ preventScroll: true });
  }, [path]);
  useShortcut("mod+k", "Go to, search, act", () => setOpened("palette"));
  useShortcut("?", "This help", () => setOpened("help"));
  return (
    <div className="flex h-full">
      <a href="#main" className="popup sr-only z-50 px-3 py-2 focus:not-sr-only focus:fixed focus:top-2 focus:left-2">
        Skip to the page
      </a>
      <KeepSearch />
      <NavigationKeys />
      <OpenFirstVisit />
      <SideNavigation open={opened === "navigation"} onClose={close} onSearch={() => setOpened("palette")} />
      <div className="flex min-w-0 flex-1 flex-col">
        <header className="flex h-12 shrink-0 items-center gap-2 border-b border-line px-2 md:hidden">
          <IconButton icon="menu" label="Navigation" onClick={() => setOpened("navigation")} />
          <Wordmark />
          <IconButton icon="search" label="Search" className="ml-auto" onClick={() => setOpened("palette")} />
        </header>
        <ConnectionBanner />
        <main ref={main} id="main" tabIndex={-1} className="scroll-thin min-h-0 flex-1 overflow-y-auto outline-none">
          <Outlet />
        </main>
      </div>
      <Suspense fallback={null}>
        {opened === "palette" && <CommandPalette onClose={close} onHelp={() => setOpened("help")} />}
        {opened === "help" && <ShortcutHelp onClose={close} />}
      </Suspense>
    </div>
  );
}
