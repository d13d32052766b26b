import type { Headgate } from "../harness/start-headgate.ts";

/** What an instance shows of what it stores. */
export type Shown = {
  readonly records: readonly Shape[];
  readonly stats: Shape;
  readonly budgets: readonly Shape[];
  readonly audit: { readonly events: number; readonly head: string };
  readonly lists: { readonly [path: string]: readonly Shape[] };
  readonly settings: Shape;
};

/** What a fixture holds, by the version that made it. */
export type Expected = Shown & {
  readonly commit: string;
  readonly idempotent: { readonly name: string; readonly status: number; readonly body: Shape };
  /** Ids of requests that were complete, but not ingested. */
  readonly waiting?: readonly string[];
  /** Ids of requests that were streaming when their worker was killed. */
  readonly cut: readonly string[];
  /** How many more ran that had no answer yet. */
  readonly silent?: number;
};

/** Parsed JSON: answers are compared as a whole. */
export type Shape = ReturnType<typeof JSON.parse>;

const paths = [
  "/api/providers",
  "/api/providers/own/keys",
  "/api/routes",
  "/api/teams",
  "/api/customers",
  "/api/limits",
  "/api/virtual-keys?include_revoked=true",
  "/api/events",
];

/** Asks for all of it. Times of the statistics are fixed, so that the same question has the same answer later. */
export async function readShown(gateway: Headgate, range = "from=2026-01-01&to=2098-01-01"): Promise<Shown> {
  const lists: { [path: string]: readonly Shape[] } = {};
  for (const path of paths) lists[path] = (await readAnswer(gateway, path)).data;
  const { data } = await readAnswer(gateway, "/api/logs?limit=1000&order=oldest");
  const records: Shape[] = [];
  for (const { id } of data) records.push(await readAnswer(gateway, `/api/logs/${id}`));
  const { total } = await readAnswer(gateway, `/api/stats?${range}&interval=none`);
  const verdict = await readAnswer(gateway, "/api/audit/verify");
  return {
    records,
    stats: total,
    budgets: (await readAnswer(gateway, "/api/budgets")).data,
    audit: { events: verdict.events, head: verdict.head.hash },
    lists,
    settings: await readAnswer(gateway, "/api/settings"),
  };
}

/** The body of an answer of the admin API. */
export async function readAnswer(gateway: Headgate, path: string): Promise<Shape> {
  const response = await gateway.admin("GET", path);
  const text = await response.text();
  if (!response.ok) throw new Error(`${path} answered ${response.status}: ${text}`);
  return JSON.parse(text);
}
