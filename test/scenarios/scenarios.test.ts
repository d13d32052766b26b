import { afterAll, expect, test } from "bun:test";
import { inParallel } from "../conformance/in-parallel.ts";
import { startFakeProvider } from "../fake-provider/start-fake-provider.ts";
import { freePort } from "../harness/free-port.ts";
import { pick } from "../harness/pick.ts";
import { startHeadgate } from "../harness/start-headgate.ts";
import { waitUntil } from "../harness/wait-until.ts";
import { casesOf, configOf, describeShape, rulesOf } from "./case.ts";
import { judge } from "./judge.ts";
import { renderPage, writtenPage } from "./page.ts";
import { type Played, play } from "./play.ts";
import { chapters } from "./scenarios.ts";

/** `HEADGATE_SCENARIOS=cut-reset,no-done` plays these alone. */
const chosen = process.env.HEADGATE_SCENARIOS?.split(",");
const scenarios = chapters
  .flatMap((chapter) => chapter.scenarios)
  .filter(({ id }) => chosen === undefined || chosen.includes(id));
const cases = scenarios.flatMap(casesOf);

const provider = await startFakeProvider();
afterAll(() => provider.stop());
await provider.script(...rulesOf(cases));
const gateway = await startHeadgate({ config: configOf(cases, provider, await freePort()), workers: 1 });
afterAll(() => gateway.stop().then(() => undefined));

// All cases are played before any is judged: most of their time they wait.
const played = new Map<string, Played>();
await inParallel(16, cases, async (one) => {
  played.set(one.name, await play(one, gateway, provider));
});
const log = await provider.log();
const records = await readRecords();

for (const scenario of scenarios) {
  test(`${scenario.id}: ${scenario.fault} → ${scenario.expected}`, () => {
    const wrong = casesOf(scenario).flatMap((one) => {
      const outcome = played.get(one.name);
      const problems = outcome === undefined ? ["not played"] : judge(one, outcome, log, records.get(one.name));
      return problems.map((problem) => ({ problem, shape: describeShape(one.shape) }));
    });
    const shapes = Map.groupBy(wrong, ({ problem }) => problem);
    expect([...shapes].map(([problem, all]) => [problem, ...all.map(({ shape }) => shape)])).toEqual([]);
  });
}

test("no hold is left and no request runs when all are done", async () => {
  const left = async () => {
    const shown = await (await gateway.admin("GET", "/metrics")).text();
    const values = ["headgate_holds", "headgate_requests_in_flight"].map((name) => shownValue(shown, name));
    return values.every((value) => value === 0) ? values : undefined;
  };
  expect(await waitUntil("all holds to be given back", left, 3000)).toEqual([0, 0]);
});

test("GET /api/targets tells of every target what happened there", async () => {
  const targets = await listAll("/api/targets");
  const wrong = cases.flatMap(({ upstreams, model, shape, scenario }) => {
    const first = targets.find((target) => pick(target, "provider") === upstreams[0]?.provider);
    const { record } = scenario.want(shape);
    const [step = ""] = record === "none" ? [] : (record.trail ?? []);
    const failed = / (unavailable|server-error|timeout|unreachable)\b/.test(step);
    const errors = Number(pick(first, "totals.errors"));
    const isTold = pick(first, "routes.0.alias") === model && String(pick(first, "why")).length > 10;
    return isTold && (!failed || errors > 0) ? [] : [JSON.stringify(first) ?? model];
  });
  expect(wrong).toEqual([]);
});

test("docs/internals/scenarios.md shows the table", () => {
  const page = renderPage(chapters);
  expect(writtenPage(page)).toBe(page);
});

/** Every record by the client's label, once all that must be there are. */
async function readRecords(): Promise<ReadonlyMap<string, unknown>> {
  const wanted = cases.filter((one) => one.scenario.want(one.shape).record !== "none");
  let found = new Map<string, unknown>();
  await waitUntil(
    "the records of all cases",
    async () => {
      found = await listRecords();
      return wanted.every(({ name }) => found.has(name));
    },
    5000,
    250,
  ).catch(() => undefined);
  return found;
}

async function listRecords(): Promise<Map<string, unknown>> {
  const all = await listAll("/api/logs");
  return new Map(all.map((record) => [String(pick(record, "request_id")), record]));
}

/** Every page of a list of the admin API. */
async function listAll(path: string): Promise<readonly unknown[]> {
  const found: unknown[] = [];
  for (let after = ""; ; ) {
    const answer: unknown = await (await gateway.admin("GET", `${path}?limit=1000${after}`)).json();
    const data = pick(answer, "data");
    found.push(...(Array.isArray(data) ? data : []));
    const next = pick(answer, "next");
    if (typeof next !== "string") return found;
    after = `&after=${encodeURIComponent(next)}`;
  }
}

function shownValue(shown: string, name: string): number {
  return Number(new RegExp(`^${name} (\\S+)$`, "m").exec(shown)?.[1] ?? Number.NaN);
}
