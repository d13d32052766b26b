import {
  createRootRoute,
  createRoute,
  createRouter,
  lazyRouteComponent,
  type RouteComponent,
} from "@tanstack/react-router";
import { ErrorState } from "#components/error-state";
import { parseSearch, stringifySearch } from "#lib/url-search";
import { AppShell } from "./app-shell";
import { MissingPage } from "./missing-page";
import { OwnShell } from "./own-shell";
import { PageSkeleton } from "./page-skeleton";
import { innerPages, navigation, ownPage, type PageRow } from "./pages";

/** All addresses below `/ui`, for an operator or for a virtual key. */
export function createPageRouter(kind: "admin" | "virtual-key") {
  return kind === "admin"
    ? routerOf(AppShell, [...navigation, ...innerPages])
    : routerOf(OwnShell, [{ ...ownPage, path: "/" }, ownPage]);
}

function routerOf(shell: RouteComponent, pages: readonly PageRow[]) {
  const root = createRootRoute({ component: shell, notFoundComponent: MissingPage });
  const children = pages.map(({ path, load }) =>
    createRoute({ getParentRoute: () => root, path, component: lazyRouteComponent(load, "Page") }),
  );
  return createRouter({
    routeTree: root.addChildren(children),
    basepath: "/ui",
    parseSearch,
    stringifySearch,
    defaultPreload: "intent",
    defaultPendingComponent: PageSkeleton,
    defaultPendingMs: 150,
    defaultErrorComponent: ({ error, reset }) => (
      <ErrorState error={error instanceof Error ? error : new Error(String(error))} onRetry={reset} />
    ),
    scrollRestoration: false,
  });
}
