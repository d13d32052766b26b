import type { ComponentType } from "react";
import type { IconName } from "#components/icon";

export type PageRow = {
  /** Below `/ui`; `$id` is one segment, read with `useParam`. */
  readonly path: string;
  /** Loads the page when somebody goes there. */
  readonly load: () => Promise<{ readonly Page: ComponentType }>;
};

/** A page that the side navigation shows. */
export type NavigationRow = PageRow & {
  readonly name: string;
  readonly icon: IconName;
  readonly group: (typeof navigationGroups)[number];
  /** After `g`. */
  readonly key: string;
  /** What the search offers to do there: the address in which it is begun. */
  readonly acts?: readonly Act[];
};

type Act = { readonly label: string; readonly search: { readonly [name: string]: string } };

export const navigationGroups = ["Traffic", "Configuration", "Operation"] as const;

/** Every page of an operator. A page is a row here and a folder in `features/`. */
export const navigation: readonly NavigationRow[] = [
  {
    path: "/",
    name: "Overview",
    icon: "overview",
    group: "Traffic",
    key: "o",
    load: () => import("../features/overview/overview-page"),
  },
  {
    path: "/requests",
    name: "Requests",
    icon: "requests",
    group: "Traffic",
    key: "r",
    load: () => import("../features/requests/requests-page"),
    acts: [{ label: "Follow requests live", search: { live: "1" } }],
  },
  {
    path: "/playground",
    name: "Playground",
    icon: "playground",
    group: "Traffic",
    key: "y",
    load: () => import("../features/playground/playground-page"),
  },
  {
    path: "/providers",
    name: "Providers",
    icon: "providers",
    group: "Configuration",
    key: "p",
    load: () => import("../features/providers/providers-page"),
    acts: [{ label: "Add provider", search: { add: "choose" } }],
  },
  {
    path: "/models",
    name: "Models",
    icon: "models",
    group: "Configuration",
    key: "m",
    load: () => import("../features/models/models-page"),
    acts: [{ label: "Add model", search: { add: "1" } }],
  },
  {
    path: "/routes",
    name: "Routes",
    icon: "routes",
    group: "Configuration",
    key: "u",
    load: () => import("../features/routes/routes-page"),
    acts: [{ label: "Create route", search: { add: "1" } }],
  },
  {
    path: "/dialects",
    name: "Dialects",
    icon: "dialects",
    group: "Configuration",
    key: "d",
    load: () => import("../features/dialects/dialects-page"),
    acts: [{ label: "What translation loses", search: { show: "lost" } }],
  },
  {
    path: "/keys",
    name: "Keys",
    icon: "keys",
    group: "Configuration",
    key: "k",
    load: () => import("../features/keys/keys-page"),
    acts: [
      { label: "Create key", search: { new: "1" } },
      { label: "Create many keys", search: { bulk: "1" } },
    ],
  },
  {
    path: "/teams",
    name: "Teams",
    icon: "teams",
    group: "Configuration",
    key: "t",
    load: () => import("../features/scopes/teams-page"),
    acts: [{ label: "Create team", search: { new: "1" } }],
  },
  {
    path: "/customers",
    name: "Customers",
    icon: "customers",
    group: "Configuration",
    key: "c",
    load: () => import("../features/scopes/customers-page"),
    acts: [{ label: "Create customer", search: { new: "1" } }],
  },
  {
    path: "/limits",
    name: "Limits",
    icon: "limits",
    group: "Configuration",
    key: "l",
    load: () => import("../features/limits/limits-page"),
  },
  {
    path: "/events",
    name: "Events",
    icon: "events",
    group: "Operation",
    key: "e",
    load: () => import("../features/events/events-page"),
  },
  {
    path: "/audit",
    name: "Audit",
    icon: "audit",
    group: "Operation",
    key: "a",
    load: () => import("../features/audit/audit-page"),
    acts: [{ label: "Verify the audit log", search: { verify: "1" } }],
  },
  {
    path: "/settings",
    name: "Settings",
    icon: "settings",
    group: "Operation",
    key: "s",
    load: () => import("../features/settings/settings-page"),
    acts: [
      { label: "Sessions", search: { tab: "sessions" } },
      { label: "Configuration as YAML", search: { tab: "configuration" } },
    ],
  },
  {
    path: "/system",
    name: "System",
    icon: "system",
    group: "Operation",
    key: "x",
    load: () => import("../features/system/system-page"),
  },
];

/** Pages that are reached from others. */
export const innerPages: readonly PageRow[] = [
  { path: "/start", load: () => import("../features/first-visit/first-visit-page") },
  { path: "/limits/gateway", load: () => import("../features/scopes/gateway-limits-page") },
  { path: "/_parts", load: () => import("../features/parts/parts-page") },
];

/** What somebody sees who signed in with a virtual key; nothing else is open to them. */
export const ownPage: PageRow = { path: "/me", load: () => import("../features/me/me-page") };

/** Begins to load the code of the page at an address, while it is still asked who is there. */
export function loadPageAt(address: string): void {
  const path = address.replace(/^\/ui(?=\/|$)/, "").replace(/(.)\/$/, "$1") || "/";
  const page = [...navigation, ...innerPages, ownPage].find((row) => row.path === path);
  // The router loads it again, and says so where it does not come.
  page?.load().catch(() => undefined);
}
