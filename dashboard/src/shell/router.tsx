import {
  createRootRoute,
  createRoute,
  createRouter,
  lazyRouteComponent,
  Navigate,
  type RouteComponent,
} from "@tanstack/react-router";
import type { ReactNode } from "react";
import { ErrorState } from "#components/error-state";
import { loadAgain } from "#lib/lazy-part";
import { parseSearch, stringifySearch } from "#lib/url-search";
import { AppShell } from "./app-shell";
import { MissingPage } from "./missing-page";
import { OwnShell } from "./own-shell";
import { PageSkeleton } from "./page-skeleton";
import { innerPages, navigation, ownPage, type PageRow } from "./pages";

/** All addresses below `/ui`, for an operator or for a virtual key. */
export function createPageRouter(kind: "admin" | "virtual_key") {
  return kind === "admin"
    ? routerOf([...navigation, ...innerPages], AppShell, MissingPage)
    : routerOf([ownPage], OwnShell, () => <Navigate to={ownPage.path} replace />);
}

function routerOf(pages: readonly PageRow[], component: RouteComponent, notFoundComponent: () => ReactNode) {
  const root = createRootRoute({ component, notFoundComponent });
  const children = pages.map(({ path, load }) =>
    createRoute({ getParentRoute: () => root, path, component: lazyRouteComponent(() => loadAgain(load), "Page") }),
  );
  return createRouter({
    routeTree: root.addChildren(children),
    basepath: "/ui",
    parseSearch,
    stringifySearch,
    defaultPreload: "intent",
    defaultPendingComponent: PageSkeleton,
    defaultPendingMs: 150,
    // A skeleton that is shown goes as soon as its page is there.
    defaultPendingMinMs: 0,
    defaultErrorComponent: ({ error, reset }) => (
      <ErrorState error={error instanceof Error ? error : new Error(String(error))} onRetry={reset} />
    ),
    scrollRestoration: false,
  });
}
