import { afterAll, beforeAll, expect, test } from "bun:test";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parse } from "yaml";
import { spawnChild } from "../harness/child.ts";
import { freePort } from "../harness/free-port.ts";
import { pick } from "../harness/pick.ts";
import { type Headgate, startHeadgate } from "../harness/start-headgate.ts";
import { waitUntil } from "../harness/wait-until.ts";
import { deployFile, ruleExpressions, shownExpressions, testDirectory } from "./deploy-files.ts";
import { runTool } from "./run-tool.ts";

/** Budgets of both units, a limit that refuses, a target that answers: every family has samples. */
const config = {
  providers: { demo: {} },
  virtual_keys: [
    { name: "asks", value: "hg-asks-for-the-board", budgets: [{ limit_usd: 5, period: "1d" }] },
    {
      name: "refused",
      value: "hg-refused-for-the-board",
      budgets: [{ limit_tokens: 1_000_000, period: "1d" }],
      rate_limits: [{ requests: 1, per: "1h" }],
    },
  ],
};

let gateway: Headgate;
let samples: readonly { readonly name: string; readonly labels: readonly string[] }[];
const scratch = mkdtempSync(join(tmpdir(), "headgate-deploy-"));

beforeAll(async () => {
  gateway = await startHeadgate({ config });
  const ask = (key: string) =>
    gateway.post(
      "/v1/chat/completions",
      { model: "demo/echo", messages: [{ role: "user", content: "hi" }] },
      { authorization: `Bearer ${key}` },
    );
  for (const key of ["hg-asks-for-the-board", "hg-refused-for-the-board", "hg-refused-for-the-board"]) {
    await (await ask(key)).arrayBuffer();
  }
  samples = await waitUntil("metrics of all that was asked", async () => {
    const text = await (await gateway.admin("GET", "/metrics")).text();
    return text.includes("headgate_key_refusals_total{") ? readSamples(text) : undefined;
  });
});

afterAll(async () => {
  await gateway.stop();
  rmSync(scratch, { recursive: true, force: true });
});

test("every metric and label of the board and of the alerts is in a live /metrics", () => {
  const expressions = [...shownExpressions(), ...ruleExpressions().map(({ expr }) => expr)];
  expect(expressions.length).toBeGreaterThan(60);
  const missing = expressions.flatMap(unknownSelectors);
  expect(missing).toEqual([]);
});

test("every value that the board and the alerts name for a label is one that the metric can have", () => {
  const page = readFileSync(join(testDirectory, "..", "..", "docs/reference/metrics.md"), "utf8");
  const wrong = [...shownExpressions(), ...ruleExpressions().map(({ expr }) => expr)].flatMap((expression) =>
    selectorsOf(expression).flatMap(({ name, matchers }) => {
      const row = page.split("\n").find((line) => line.startsWith(`| \`${family(name)}\` `)) ?? "";
      return matchers
        .filter(({ label }) => !["instance", "job", "process"].includes(label))
        .flatMap(({ value }) => value.split("|").filter((one) => !new RegExp(`[ ,:]${one}(,|\\.| \\|)`).test(row)))
        .map((value) => `${name}: ${value}`);
    }),
  );
  expect(wrong).toEqual([]);
});

test("every metric that can be shown is on the board, or is known to be left out", () => {
  const shown = new Set(
    shownExpressions().flatMap((expression) => selectorsOf(expression).map(({ name }) => family(name))),
  );
  const names = new Set(samples.map(({ name }) => family(name)));
  expect([...names].filter((name) => !shown.has(name)).sort()).toEqual(leftOut);
});

const leftOut = [
  "headgate_bill_differences_total",
  "headgate_build_info",
  "headgate_held_requests",
  "headgate_ingest_lag_bytes",
  "headgate_overload_shed_seconds",
  "headgate_target_consecutive_errors",
  "headgate_target_ejections",
  "headgate_target_requests_total",
  "headgate_target_retries_total",
  "headgate_target_retry_budget",
  "headgate_target_tokens_total",
  "headgate_unhandled_errors_total",
];

test("the board's panels do not overlap, have titles and units, and ids of their own", () => {
  const { panels, uid } = JSON.parse(deployFile("grafana/headgate.json"));
  expect(uid).toBe("headgate");
  const ids = panels.map(({ id }: { readonly id: number }) => id);
  expect(new Set(ids).size).toBe(ids.length);
  const taken = new Set<string>();
  for (const { title, type, gridPos, fieldConfig } of panels) {
    expect(title).not.toBe("");
    if (type !== "row") expect(fieldConfig.defaults.unit).toBeString();
    for (let x = gridPos.x; x < gridPos.x + gridPos.w; x++) {
      for (let y = gridPos.y; y < gridPos.y + gridPos.h; y++) {
        expect(taken.has(`${x},${y}`)).toBeFalse();
        expect(x).toBeLessThan(24);
        taken.add(`${x},${y}`);
      }
    }
  }
});

test("every alert says how bad it is, in one sentence what it is, and what to do", () => {
  for (const { alert, labels, annotations } of ruleExpressions()) {
    expect([alert, ["critical", "warning", "info"].includes(labels.severity)]).toEqual([alert, true]);
    expect([alert, annotations.summary.length > 10, annotations.runbook.length > 80]).toEqual([alert, true, true]);
  }
});

const promtool = Bun.which("promtool");
if (promtool === null)
  process.stdout.write("promtool is not here: its checks of rules and configuration are skipped\n");

test.skipIf(promtool === null)(
  "promtool finds nothing wrong with the rules, the board's queries and prometheus.yml",
  () => {
    const token = join(scratch, "token");
    writeFileSync(token, "secret");
    writeFileSync(join(scratch, "headgate-rules.yml"), deployFile("prometheus/headgate-rules.yml"));
    const prometheus = deployFile("prometheus/prometheus.yml");
    expect(parse(prometheus).scrape_configs[0].job_name).toBe("headgate");
    writeFileSync(join(scratch, "prometheus.yml"), prometheus.replace("/run/secrets/metrics_token", token));
    const queries = {
      groups: [{ name: "board", rules: shownExpressions().map((expr, index) => ({ record: `q${index}`, expr })) }],
    };
    writeFileSync(join(scratch, "board.yml"), JSON.stringify(queries));
    runTool("promtool", "check", "config", join(scratch, "prometheus.yml"));
    runTool("promtool", "check", "rules", join(scratch, "board.yml"));
  },
);

test.skipIf(promtool === null)("each alert fires on what it is for, and none while all is well", () => {
  runTool("promtool", "test", "rules", join(testDirectory, "headgate-rules.test.yml"));
  const tested = readFileSync(join(testDirectory, "headgate-rules.test.yml"), "utf8");
  expect(ruleExpressions().filter(({ alert }) => !tested.includes(`"${alert}"`))).toEqual([]);
});

const prometheus = Bun.which("prometheus");
if (prometheus === null) process.stdout.write("prometheus is not here: the scrape with deploy/prometheus is skipped\n");

test.skipIf(prometheus === null)(
  "Prometheus scrapes with the shipped file and answers every query of the board",
  async () => {
    const token = "a-token-of-the-board";
    expect((await gateway.admin("PATCH", "/api/settings", { metrics_token: token })).status).toBe(200);
    const port = await freePort();
    writeFileSync(join(scratch, "scrape-token"), token);
    writeFileSync(join(scratch, "headgate-rules.yml"), deployFile("prometheus/headgate-rules.yml"));
    const file = deployFile("prometheus/prometheus.yml")
      .replace("/run/secrets/metrics_token", join(scratch, "scrape-token"))
      .replace("headgate:8080", `127.0.0.1:${gateway.port}`)
      .replaceAll("_interval: 15s", "_interval: 1s");
    writeFileSync(join(scratch, "scrape.yml"), file);
    const flags = [`--config.file=${join(scratch, "scrape.yml")}`, `--storage.tsdb.path=${join(scratch, "tsdb")}`];
    const child = spawnChild([prometheus ?? "", ...flags, `--web.listen-address=127.0.0.1:${port}`], {
      name: "prometheus",
    });
    const query = async (expression: string): Promise<unknown> =>
      (await fetch(`http://127.0.0.1:${port}/api/v1/query?query=${encodeURIComponent(expression)}`)).json();
    const resultOf = (answer: unknown) => pick(answer, "data.result");
    try {
      await waitUntil("two scrapes", async () => {
        const answer = await query('count_over_time(up{job="headgate"}[1m]) > 1 and up == 1').catch(() => undefined);
        const result = resultOf(answer);
        return Array.isArray(result) && result.length === 1;
      });
      const wrong: string[] = [];
      for (const expression of shownExpressions()) {
        const answer = await query(expression);
        if (pick(answer, "status") !== "success") wrong.push(`${expression}: ${pick(answer, "error")}`);
      }
      expect(wrong).toEqual([]);
      const firing = await query('ALERTS{alertstate="firing", alertname!~"HeadgateDisk.*"}');
      expect(resultOf(firing)).toEqual([]);
    } finally {
      await child.stop("SIGTERM", 5000);
    }
  },
);

type Selector = {
  readonly name: string;
  readonly matchers: readonly { readonly label: string; readonly value: string }[];
};

/** `name{label="value", …}` of an expression; grouping labels are not looked at. */
function selectorsOf(expression: string): readonly Selector[] {
  return Array.from(expression.matchAll(/\b(headgate_\w+)(?:\{([^}]*)\})?/g), ([, name = "", inside = ""]) => ({
    name,
    matchers: Array.from(inside.matchAll(/(\w+)(?:=~|!~|!=|=)"([^"]*)"/g), ([, label = "", value = ""]) => ({
      label,
      value,
    })),
  }));
}

function unknownSelectors(expression: string): readonly string[] {
  return selectorsOf(expression).flatMap(({ name, matchers }) => {
    const sample = samples.find((one) => one.name === name);
    if (sample === undefined) return [`no ${name}`];
    const own = new Set([...sample.labels, "instance", "job"]);
    return matchers.filter(({ label }) => !own.has(label)).map(({ label }) => `no ${label} in ${name}`);
  });
}

function family(name: string): string {
  return name.replace(/_(bucket|sum|count)$/, "");
}

function readSamples(text: string): typeof samples {
  return text
    .split("\n")
    .filter((line) => line !== "" && !line.startsWith("#"))
    .map((line) => ({
      name: /^\w+/.exec(line)?.[0] ?? "",
      labels: Array.from(line.matchAll(/(\w+)="/g), ([, label = ""]) => label),
    }));
}
