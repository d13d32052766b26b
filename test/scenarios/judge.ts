import type { LogEntry } from "../fake-provider/script.ts";
import { pick } from "../harness/pick.ts";
import { type Case, upstreamPrice } from "./case.ts";
import { afterMark, type Played } from "./play.ts";
import type { Count, Want, WantedRecord } from "./scenario.ts";

/** Everything that is wrong with a case; empty when nothing is. `record` is as `GET /api/logs` shows it. */
export function judge(
  one: Case,
  { got, problems }: Played,
  log: readonly LogEntry[],
  record: unknown,
): readonly string[] {
  const want = one.scenario.want(one.shape);
  const entries = (letter: string) =>
    log.filter(({ path, body }) => path.includes(`/as/${one.name}.${letter}/`) && !body.includes(afterMark));
  return [
    ...problems,
    ...judgeAnswer(want, got, one),
    ...judgeSeen(want, entries, got.leftAtMs),
    ...(want.record === "none" ? same("a record", record, undefined) : judgeRecord(want.record, record, one, want)),
    ...(want.record !== "none" && got.headers["x-headgate-cost"] !== undefined
      ? same("x-headgate-cost", Number(got.headers["x-headgate-cost"]), costIn(record))
      : []),
  ];
}

function judgeAnswer(want: Want, got: Played["got"], one: Case): readonly string[] {
  const isCut = want.cutAfterWords !== undefined;
  const words = got.text === "" ? 0 : got.text.trim().split(/\s+/).length;
  return [
    ...same("status", got.status, want.status),
    ...(want.text === undefined ? [] : [...same("text", got.text, want.text), ...same("complete", got.complete, true)]),
    ...(want.cutAfterWords === undefined ? [] : counted("words", words, want.cutAfterWords)),
    ...(isCut
      ? [...same("complete", got.complete, false), ...same("an error event", got.error !== undefined, true)]
      : []),
    ...judgeError(want, got, one),
    ...(want.by === undefined
      ? []
      : same("x-headgate-provider", got.headers["x-headgate-provider"], `${one.name}.${want.by}`)),
    ...Object.entries(want.headers ?? {}).flatMap(([name, value]) => judgeHeader(name, got.headers[name], value)),
    ...(want.afterMs !== undefined && got.ms < want.afterMs
      ? [`after ${got.ms} ms, wanted not before ${want.afterMs}`]
      : []),
    ...(want.withinMs !== undefined && got.ms > want.withinMs
      ? [`after ${got.ms} ms, wanted within ${want.withinMs}`]
      : []),
    ...(JSON.stringify([got.raw, got.headers]).includes("sk-fake") ? ["a provider's key was shown to the client"] : []),
    ...(/<html|<!doctype/i.test(got.raw) ? ["a provider's page was shown to the client"] : []),
  ];
}

function judgeError(want: Want, got: Played["got"], one: Case): readonly string[] {
  const told = got.error?.message ?? got.text;
  // In Anthropic's dialect the code stands in the header alone, which a stream has sent by then.
  const hidden = want.cutAfterWords !== undefined && one.shape.client === "anthropic-messages";
  const code = want.cutAfterWords === undefined ? got.headers["x-headgate-error"] : got.error?.code;
  return [
    ...(want.error === undefined || hidden ? [] : same("error", code, want.error)),
    ...(want.error !== undefined && got.error === undefined ? ["no error in the body"] : []),
    ...(want.message === undefined || want.message.test(told)
      ? []
      : [`message ${told.slice(0, 200)}, wanted ${want.message}`]),
  ];
}

function judgeHeader(name: string, found: string | undefined, want: string | RegExp | null): readonly string[] {
  if (want instanceof RegExp) return want.test(found ?? "") ? [] : [`${name}: ${found}, wanted ${want}`];
  return same(name, found, want ?? undefined);
}

function judgeSeen(want: Want, entries: (letter: string) => readonly LogEntry[], leftAtMs = 0): readonly string[] {
  const letters = ["a", "b", "c"] as const;
  const [first] = entries("a");
  const keys = new Set(entries("a").map(({ headers }) => headers["x-api-key"] ?? headers.authorization));
  const abortedMs = (first?.abortedAtMs ?? Number.POSITIVE_INFINITY) - leftAtMs;
  return [
    ...letters.flatMap((letter) => counted(`requests at ${letter}`, entries(letter).length, want.seen[letter] ?? 0)),
    ...(want.keysSeen === undefined ? [] : same("keys at a", keys.size, want.keysSeen)),
    ...(want.aborted && abortedMs > 1000 ? [`the provider's request was aborted after ${abortedMs} ms`] : []),
  ];
}

function judgeRecord(want: WantedRecord, record: unknown, one: Case, { by, status }: Want): readonly string[] {
  if (record === undefined) return ["no record"];
  const attempts = pick(record, "attempts");
  const trail = Array.isArray(attempts) ? attempts.map((attempt) => stepOf(attempt, one.name)) : [];
  return [
    ...same("outcome", pick(record, "outcome"), want.outcome),
    ...same("the record's status", pick(record, "status"), want.outcome === "client-gone" ? 499 : status),
    ...(by === undefined ? [] : same("the record's provider", pick(record, "provider"), `${one.name}.${by}`)),
    ...(want.trail === undefined ? [] : same("trail", trail, want.trail)),
    ...judgeUsage(want.usage, record, one),
  ];
}

/** `a reset, retry`: upstream, class of the failure, what came next if anything did. */
function stepOf(attempt: unknown, name: string): string {
  const letter = String(pick(attempt, "provider")).slice(name.length + 1);
  const failure = pick(attempt, "error_class");
  const [next] = String(pick(attempt, "next") ?? "").split(":");
  return `${letter}${failure === undefined ? "" : ` ${failure}`}${next === "" || next === "end" ? "" : `, ${next}`}`;
}

function judgeUsage(want: WantedRecord["usage"], record: unknown, one: Case): readonly string[] {
  const usage = (name: string) => Number(pick(record, `usage.${name}`) ?? 0);
  const [input, output] = [usage("input") + usage("cache_read"), usage("output") + usage("reasoning")];
  const estimated = pick(record, "usage.estimated") === true;
  switch (want.kind) {
    case "none":
      return [...same("tokens", [input, output], [0, 0]), ...same("cost", costIn(record), 0)];
    case "reported":
      return [
        ...same("tokens", [input, output, estimated], [want.input, want.output, false]),
        ...judgeCost(input, output, record, one),
      ];
    case "estimated":
      return [
        ...same("estimated", estimated, true),
        ...(input < 1 ? ["no input tokens"] : []),
        ...(output < want.leastOutput ? [`${output} output tokens, wanted ${want.leastOutput} or more`] : []),
        ...judgeCost(input, output, record, one),
      ];
    case "at-least":
      return [
        ...(output < want.output ? [`${output} output tokens, wanted ${want.output} or more`] : []),
        ...judgeCost(input, output, record, one),
      ];
  }
}

/** The tokens at the price of the upstream that answered; every other has the same or took nothing. */
function judgeCost(input: number, output: number, record: unknown, one: Case): readonly string[] {
  const answering = one.upstreams.find(({ provider }) => provider === pick(record, "provider"));
  const price = answering?.price ?? upstreamPrice;
  const dollars = (input * price.input + output * price.output) / 1_000_000;
  const found = costIn(record);
  return Math.abs(found - dollars) < 1e-9 ? [] : [`cost ${found}, wanted ${dollars}`];
}

function costIn(record: unknown): number {
  return Number(pick(record, "cost_usd") ?? pick(record, "cost") ?? 0);
}

function counted(what: string, found: number, want: Count): readonly string[] {
  const [least, most] = typeof want === "number" ? [want, want] : want;
  return found >= least && found <= most
    ? []
    : [`${what}: ${found}, wanted ${least === most ? least : `${least} to ${most}`}`];
}

function same(what: string, found: unknown, want: unknown): readonly string[] {
  const [left, right] = [found, want].map((value) => JSON.stringify(value) ?? "nothing");
  return left === right ? [] : [`${what}: ${left?.slice(0, 300)}, wanted ${right}`];
}
