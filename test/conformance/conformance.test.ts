import { afterAll, expect, test } from "bun:test";
import { hasLargeSet } from "#dialects/fixtures/recordings";
import { type Judge, startJudge } from "../harness/start-judge.ts";
import { judgeSame, judgeTranslated } from "./answers.ts";
import { askRaw } from "./ask-raw.ts";
import { type Ask, sdkClients } from "./ask-with-sdk.ts";
import { chosenPlaces, everyPlace, isSmall, judgeCuts } from "./cuts.ts";
import { judgeError } from "./errors.ts";
import { inParallel } from "./in-parallel.ts";
import { judgeIncomplete } from "./incomplete.ts";
import { answerLosses, brokenRecordings, mendedRequests, refusedRequests, requestLosses } from "./known-losses.ts";
import { renderPage, writtenPage } from "./page.ts";
import { dialects, otherDialect } from "./pairs.ts";
import { type Dialect, type Recording, readRecordings } from "./recordings.ts";
import { judgeRecords } from "./records.ts";
import { requestsOf, type SentRequest, sendRequest, translatedModels } from "./requests.ts";
import { type AnswerGroup, groupName, groupsOf, type RequestGroup, type Results } from "./results.ts";
import { essentials } from "./saying.ts";
import { type Replay, startReplay } from "./start-replay.ts";

const full = process.env.HEADGATE_TEST_FULL === "1";
const timeoutMs = full ? 25 * 60_000 : 60_000;
const broken = new Set(brokenRecordings.map(({ recording }) => recording));
const recordings = readRecordings();
const answers = recordings.filter(({ id, status }) => status < 300 && !broken.has(id));
const groups = groupsOf(answers);
const results: Results = { same: new Map(), told: new Map(), lossless: new Map(), requests: [] };

type Bench = {
  readonly replay: Replay;
  readonly sdks: { readonly [D in Dialect]: Ask };
  readonly judges: { readonly [D in Dialect]: Judge | undefined };
};

defineTests(await setUp());

async function setUp(): Promise<Bench> {
  const replay = await startReplay(recordings);
  const openai = await startJudge("openai-chat");
  const anthropic = await startJudge("anthropic-messages");
  afterAll(async () => {
    await openai?.stop();
    await anthropic?.stop();
  });
  return {
    replay,
    sdks: sdkClients(replay.gateway),
    judges: { "openai-chat": openai, "anthropic-messages": anthropic },
  };
}

function defineTests(bench: Bench): void {
  for (const group of groups) {
    testSameDialect(bench, group);
    testTranslation(bench, group);
  }
  for (const client of dialects) testRecords(bench, client);
  for (const client of dialects) {
    testNamedLosses(bench, client);
    testCuts(bench, client);
    testIncomplete(bench, client);
    for (const recording of recordings.filter(({ status }) => status >= 300)) testError(bench, client, recording);
  }
  testLegacyFunctions(bench);
  for (const group of requestGroups()) testRequests(bench, group);

  // The page counts the large set, and what the provider's whole description says.
  const judged = Object.values(bench.judges).every((judge) => judge !== undefined);
  test.if(judged && hasLargeSet)("docs/internals/conformance.md says what these tests found", () => {
    const page = renderPage(groups, results);
    expect(writtenPage(page)).toBe(page);
  });
}

function testSameDialect({ replay }: Bench, group: AnswerGroup): void {
  const name = groupName(group);
  const run = async () => {
    expect(await judgeAll(group.recordings, (recording) => judgeSame(replay, recording))).toEqual([]);
    results.same.set(name, group.recordings.length);
  };
  test(`${name} reach a client of the same dialect byte for byte`, run, timeoutMs);
}

function testTranslation({ sdks }: Bench, group: AnswerGroup): void {
  const client = otherDialect[group.dialect];
  const name = groupName(group);
  const ids = new Set(group.recordings.map(({ id }) => id));
  const known = answerLosses
    .filter((loss) => loss.client === client)
    .flatMap(({ what, recordings: all }) => all.filter((id) => ids.has(id)).map((id) => `${id}: ${what}`));
  const run = async () => {
    const lost = await judgeAll(group.recordings, (recording) => judgeTranslated(sdks[client], recording, client));
    expect(lost).toEqual(known.sort());
    const total = group.recordings.length;
    results.told.set(name, total - losersOf(lost.filter(isEssential)));
    results.lossless.set(name, total - losersOf(lost));
  };
  test(`${name} tell a client of ${client} the same, but for the known losses`, run, timeoutMs);
}

/** How many recordings lose something. */
function losersOf(lost: readonly string[]): number {
  return new Set(lost.map((line) => line.split(":")[0])).size;
}

function isEssential(line: string): boolean {
  const what = line.slice(line.indexOf(": ") + 2);
  return essentials.has(what) || what.startsWith("refused");
}

/** Streams name their losses in the record alone: their headers have gone out by then. */
function testNamedLosses({ replay }: Bench, client: Dialect): void {
  const losing = answers.filter(({ form, id }) => form === "whole" && losingFor(client).has(id));
  test(`a client of ${client} is told in x-headgate-dropped that a whole answer lost something`, async () => {
    const unnamed = await judgeAll(losing, async (recording) => {
      const { headers } = await askRaw(replay, client, recording, "whole");
      return headers.has("x-headgate-dropped") ? [] : ["not named"];
    });
    expect(unnamed).toEqual([]);
  });
}

/** Log probabilities are named for the request that asks for them, which is not sent here. */
function losingFor(client: Dialect): ReadonlySet<string> {
  const losses = answerLosses.filter((loss) => loss.client === client && loss.what !== "logprobs");
  return new Set(losses.flatMap((loss) => loss.recordings));
}

function testRecords({ replay }: Bench, client: Dialect): void {
  const run = async () => expect(await judgeRecords(replay, answers, client, losingFor(client))).toEqual([]);
  test(`the records of a client of ${client} count the recorded tokens and name the losses`, run, timeoutMs);
}

function testCuts({ replay }: Bench, client: Dialect): void {
  const places = full ? everyPlace : chosenPlaces;
  const run = async () => {
    const judge = (recording: Recording) => judgeCuts(replay, recording, client, places(recording));
    expect(await judgeAll(answers.filter(isSmall), judge)).toEqual([]);
  };
  test(`a client of ${client} gets the same however a small answer is cut`, run, timeoutMs);
}

function testIncomplete({ replay, sdks }: Bench, client: Dialect): void {
  const streams = answers.filter(({ form }) => form === "stream");
  const run = async () => {
    const judge = (recording: Recording) => judgeIncomplete(replay, sdks[client], recording, client);
    expect(await judgeAll(streams, judge)).toEqual([]);
  };
  test(`a client of ${client} is told of every stream that ends too early`, run, timeoutMs);
}

function testError({ replay, sdks }: Bench, client: Dialect, recording: Recording): void {
  test(`a client of ${client} gets the ${recording.status} of recording ${recording.id}`, async () => {
    expect(await judgeError(replay, sdks[client], recording, client)).toEqual([]);
  });
}

/** Clients of the time before tools look for their call in another field. */
function testLegacyFunctions({ replay }: Bench): void {
  const asked = { functions: [{ name: "get_weather", parameters: { type: "object", properties: {} } }] };
  const calling = answers.filter(
    ({ body, dialect }) => dialect === "anthropic-messages" && body.includes('"tool_use"'),
  );
  test("a client that asked with functions gets the calls of a translated answer as function_call", async () => {
    const wrong = await judgeAll(calling, async (recording) => {
      const { body } = await askRaw(replay, "openai-chat", recording, "whole", asked);
      return body.includes('"function_call"') && !body.includes('"tool_calls"') ? [] : [body.slice(0, 200)];
    });
    expect(wrong).toEqual([]);
  });
}

function requestGroups(): readonly RequestGroup[] {
  return dialects.flatMap((client) => [
    { client, provider: client, model: "" },
    ...translatedModels[otherDialect[client]].map((model) => ({ client, provider: otherDialect[client], model })),
  ]);
}

function testRequests({ judges, replay }: Bench, group: RequestGroup): void {
  const { client, model, provider } = group;
  const run = async () => {
    const sent: SentRequest[] = [];
    await inParallel(4, requestsOf(recordings, client), async (recording) => {
      const name = model || String(recording.request?.json.model);
      sent.push(await sendRequest(replay, judges[provider], recording, provider, name));
    });
    expect(sent.filter(({ changed, id }) => changed && !isMended(id))).toEqual([]);
    expect(sent.filter(({ problems }) => problems.length > 0)).toEqual([]);
    expect(refusalsOf(sent)).toEqual(client === provider ? [] : knownRefusals(client));
    const known = knownLosses(model || client);
    const lost = Object.entries(lossesOf(sent));
    expect(lost.filter(([field, requests]) => requests > (known[field] ?? 0))).toEqual([]);
    if (hasLargeSet) expect(Object.fromEntries(lost)).toEqual(known);
    results.requests.push({ group, sent });
  };
  test(
    `recorded requests in ${client} reach ${model || "the model asked for"} as ${provider} wants them`,
    run,
    timeoutMs,
  );
}

/** Judges many recordings at a time; each line of the result begins with the id of its recording. */
async function judgeAll(
  list: readonly Recording[],
  judge: (recording: Recording) => Promise<readonly string[]>,
): Promise<readonly string[]> {
  const lines: string[] = [];
  await inParallel(8, list, async (recording) => {
    lines.push(...(await judge(recording)).map((what) => `${recording.id}: ${what}`));
  });
  return lines.sort();
}

function refusalsOf(sent: readonly SentRequest[]): readonly string[] {
  return sent.flatMap(({ id, refused }) => (refused === undefined ? [] : [`${id}: ${refused}`])).sort();
}

function isMended(id: string): boolean {
  return mendedRequests.some(({ request }) => request === id);
}

function knownRefusals(client: Dialect): readonly string[] {
  const present = new Set(recordings.map(({ id }) => id));
  const known = refusedRequests.filter((refused) => refused.client === client && present.has(refused.request));
  return known.map(({ message, request }) => `${request}: ${message}`).sort();
}

/** How many requests lose a field; which message or part it stands in does not matter. */
function lossesOf(sent: readonly SentRequest[]): { readonly [field: string]: number } {
  const fields = sent.flatMap(({ dropped }) => [
    ...new Set(dropped.map((field) => field.replaceAll(/\[\d+\]/g, "[]"))),
  ]);
  return Object.fromEntries([...Map.groupBy(fields, (field) => field)].map(([field, all]) => [field, all.length]));
}

function knownLosses(model: string): { readonly [field: string]: number } {
  const known = requestLosses.filter(({ models }) => models.includes(model));
  return Object.fromEntries(known.map(({ field, requests }) => [field, requests]));
}
