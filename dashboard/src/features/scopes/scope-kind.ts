/** What carries limits that several keys share. */
export type ScopeKind = "teams" | "customers" | "limits";

/** The operations and words of each kind: they differ in nothing else. */
export const scopeKinds = {
  teams: {
    title: "Teams",
    word: "team",
    about: "A team's keys share its budgets and rate limits, each beside its own.",
    list: "GET /api/teams",
    show: "GET /api/teams/{name}",
    create: "POST /api/teams",
    change: "PATCH /api/teams/{name}",
    remove: "DELETE /api/teams/{name}",
  },
  customers: {
    title: "Customers",
    word: "customer",
    about: "A customer's teams and keys share its budgets and rate limits: for what is billed on.",
    list: "GET /api/customers",
    show: "GET /api/customers/{name}",
    create: "POST /api/customers",
    change: "PATCH /api/customers/{name}",
    remove: "DELETE /api/customers/{name}",
  },
  limits: {
    title: "Gateway limits",
    word: "limit",
    about: "Limits of the gateway as a whole, or of a tag, model, provider or provider key, whoever asks.",
    list: "GET /api/limits",
    show: "GET /api/limits/{name}",
    create: "POST /api/limits",
    change: "PATCH /api/limits/{name}",
    remove: "DELETE /api/limits/{name}",
  },
} as const;
