import { afterAll, expect, test } from "bun:test";
import { hasLargeSet } from "#dialects/fixtures/recordings";
import { type Judge, startJudge } from "../harness/start-judge.ts";
import { judgeSame, judgeTranslated } from "./answers.ts";
import { askRaw } from "./ask-raw.ts";
import { type Ask, sdkClients } from "./ask-with-sdk.ts";
import { chosenPlaces, everyPlace, isSmall, judgeCuts } from "./cuts.ts";
import { judgeError, judgeFailing } from "./errors.ts";
import { isFailing } from "./failing.ts";
import { inParallel } from "./in-parallel.ts";
import { judgeIncomplete } from "./incomplete.ts";
import {
  answerLosses,
  brokenRecordings,
  excusedProblems,
  mendedRequests,
  refusedRequests,
  requestLosses,
  singleLosses,
} from "./known-losses.ts";
import { lateErrors } from "./late-errors.ts";
import { judgeOperation, playedOperations } from "./operations.ts";
import { renderPage, writtenPage } from "./page.ts";
import { type Dialect, dialects, othersThan } from "./pairs.ts";
import { type Recording, readRecordings } from "./recordings.ts";
import { judgeRecords } from "./records.ts";
import { requestsOf, type SentRequest, sendRequest, translatedModels } from "./requests.ts";
import { type AnswerGroup, groupName, groupsOf, lostFields, type RequestGroup, type Results } from "./results.ts";
import { chosenManners, clientsFor, isFull, slowClientsFor } from "./sample.ts";
import { type Replay, startReplay } from "./start-replay.ts";

const timeoutMs = isFull ? 25 * 60_000 : 120_000;
const broken = new Set(brokenRecordings.map(({ recording }) => recording));
const { answers: recordings, others } = readRecordings();
const errors = recordings.filter(({ status }) => status >= 300);
const failing = recordings.filter((recording) => recording.status < 300 && isFailing(recording));
const answers = recordings.filter(
  (recording) => recording.status < 300 && !broken.has(recording.id) && !isFailing(recording),
);
const operations = playedOperations(others);
const late = lateErrors(errors, answers);
const groups = groupsOf(answers);
const results: Results = { same: new Set(), told: [], errors: [], requests: [], operations: new Map() };

type Bench = {
  readonly replay: Replay;
  readonly sdks: { readonly [D in Dialect]: Ask };
  readonly judges: ReadonlyMap<Dialect, Judge>;
};

defineTests(await setUp());

async function setUp(): Promise<Bench> {
  const replay = await startReplay([
    ...recordings,
    ...late.map(({ recording }) => recording),
    ...operations.map(({ recording }) => recording),
  ]);
  const judges = new Map<Dialect, Judge>();
  for (const dialect of dialects) {
    const judge = await startJudge(dialect);
    if (judge !== undefined) judges.set(dialect, judge);
  }
  afterAll(() => Promise.all([...judges.values()].map((judge) => judge.stop())).then(() => undefined));
  return { replay, sdks: sdkClients(replay.gateway), judges };
}

function defineTests(bench: Bench): void {
  for (const group of groups) {
    testSameDialect(bench, group);
    testTranslation(bench, group);
  }
  for (const client of dialects) {
    testRecords(bench, client);
    testNamedLosses(bench, client);
    testCuts(bench, client);
    testIncomplete(bench, client);
    testErrors(bench, client);
  }
  testBroken(bench);
  testLegacyFunctions(bench);
  testOperations(bench);
  for (const group of requestGroups()) testRequests(bench, group);

  // The page counts the large set in full, and what the provider's whole description says.
  test.if(isFull && hasLargeSet)("docs/internals/conformance.md says what these tests found", () => {
    const page = renderPage({ groups, results, recordings, others, failing });
    expect(writtenPage(page)).toBe(page);
  });
}

function testSameDialect({ replay }: Bench, group: AnswerGroup): void {
  const run = async () => {
    const judge = (one: Recording) => judgeSame(replay, one, chosenManners(one, one.dialect));
    const wrong = await judgeAll(group.recordings, judge);
    const ids = new Set(wrong.map((line) => line.split(":")[0] ?? ""));
    for (const { id } of group.recordings) if (!ids.has(id)) results.same.add(id);
    expect(wrong).toEqual([]);
  };
  test(`${groupName(group)} reach a client of the same dialect byte for byte`, run, timeoutMs);
}

function testTranslation({ sdks }: Bench, group: AnswerGroup): void {
  const run = async () => {
    const unexplained = await judgeAll(group.recordings, async (recording) => {
      const found: string[] = [];
      for (const client of clientsFor(recording)) {
        const lost = await judgeTranslated(sdks[client], recording, client, chosenManners(recording, client));
        results.told.push({ recording, client, lost });
        found.push(...lost.filter((what) => !isKnown(recording, client, what)).map((what) => `${client}: ${what}`));
      }
      return found;
    });
    expect(unexplained).toEqual([]);
  };
  test(`${groupName(group)} tell clients of other dialects the same, but for the known losses`, run, timeoutMs);
}

function isKnown({ dialect, id }: Recording, client: Dialect, what: string): boolean {
  const isOf = ({ clients, providers = dialects }: (typeof answerLosses)[number]) =>
    clients.includes(client) && providers.includes(dialect);
  return (
    answerLosses.some((loss) => loss.what === what && isOf(loss)) ||
    singleLosses.some((loss) => loss.recording === id && loss.clients.includes(client) && what.startsWith(loss.what))
  );
}

/** Streams name their losses in the record alone: their headers have gone out by then. */
function testNamedLosses({ replay }: Bench, client: Dialect): void {
  test(`a client of ${client} is told in x-headgate-dropped that a whole answer lost something`, async () => {
    const losing = answers.filter(({ form, id }) => form === "whole" && losingFor(client).has(id));
    const unnamed = await judgeAll(losing, async (recording) => {
      const { headers } = await askRaw(replay, client, recording, "whole");
      return headers.has("x-headgate-dropped") ? [] : ["not named"];
    });
    expect(unnamed).toEqual([]);
  });
}

/**
 * The recordings that were found to lose something. Log probabilities are named for the request that asks for them, which
 * is not sent here.
 */
function losingFor(client: Dialect): ReadonlySet<string> {
  const losing = results.told.filter(
    (told) =>
      told.client === client &&
      told.lost.some((what) => answerLosses.some((loss) => loss.what === what && what !== "logprobs")),
  );
  return new Set(losing.map(({ recording }) => recording.id));
}

function testRecords({ replay }: Bench, client: Dialect): void {
  const chosen = answers.filter((recording) => recording.dialect === client || clientsFor(recording).includes(client));
  const run = async () => expect(await judgeRecords(replay, chosen, client, losingFor(client))).toEqual([]);
  test(`the records of a client of ${client} count the recorded tokens and name the losses`, run, timeoutMs);
}

function testCuts({ replay }: Bench, client: Dialect): void {
  const places = isFull ? everyPlace : chosenPlaces;
  const small = answers.filter((recording) => isSmall(recording) && slowClientsFor(recording).includes(client));
  const run = async () => {
    const judge = (recording: Recording) => judgeCuts(replay, recording, client, places(recording));
    expect(await judgeAll(small, judge)).toEqual([]);
  };
  test(`a client of ${client} gets the same however a small answer is cut`, run, timeoutMs);
}

function testIncomplete({ replay, sdks }: Bench, client: Dialect): void {
  const isChosen = (recording: Recording) => isFull || slowClientsFor(recording).includes(client);
  const streams = answers.filter((recording) => recording.form === "stream" && isChosen(recording));
  const run = async () => {
    const judge = (recording: Recording) => judgeIncomplete(replay, sdks[client], recording, client);
    expect(await judgeAll(streams, judge)).toEqual([]);
  };
  test(`a client of ${client} is told of every stream that ends too early`, run, timeoutMs);
}

function testErrors({ replay, sdks }: Bench, client: Dialect): void {
  const judging = (judge: typeof judgeError) => async (recording: Recording) => {
    const lost = await judge(replay, sdks[client], recording, client);
    results.errors.push({ recording, client, lost });
    return lost;
  };
  test(`a client of ${client} gets every recorded error in its own form`, async () => {
    expect(await judgeAll(errors, judging(judgeError))).toEqual([]);
  });
  test(`a client of ${client} is told of every error in the middle of a stream`, async () => {
    expect(await judgeAll(failing, judging(judgeFailing))).toEqual([]);
  });
  test(`a client of ${client} is told of every recorded error that comes in the middle of a stream`, async () => {
    const wordsOf = new Map(late.map(({ recording, words }) => [recording.id, words]));
    const judge = async (recording: Recording) => {
      const { body } = await askRaw(replay, client, recording, "events");
      const problems = await judgeFailing(replay, sdks[client], recording, client);
      return body.includes(wordsOf.get(recording.id) ?? "") ? problems : [...problems, "the message is lost"];
    };
    const list = late.map(({ recording }) => recording);
    expect(await judgeAll(list, judge)).toEqual([]);
  });
}

/** What is no answer is an error to clients of other dialects, and never an empty answer. */
function testBroken({ replay, sdks }: Bench): void {
  test("a recording that no client can be given whole is an error", async () => {
    const list = recordings.filter(({ id }) => broken.has(id));
    const wrong = await judgeAll(list, async (recording) => {
      const found: string[] = [];
      for (const client of othersThan(recording.dialect))
        for (const what of await judgeFailing(replay, sdks[client], recording, client))
          found.push(`${client}: ${what}`);
      return found;
    });
    // Anthropic's own chunks pass through Bedrock as they are.
    expect(wrong.filter((line) => !line.startsWith("6ec90bad81ae: bedrock-invoke"))).toEqual([]);
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

/** Embeddings, counts of tokens and text completions. */
function testOperations({ replay }: Bench): void {
  for (const [name, played] of Map.groupBy(operations, (operation) => operation.name)) {
    test(`recorded exchanges of ${name} reach clients of every dialect that has the operation, or are refused`, async () => {
      const wrong = new Map<string, readonly string[]>();
      await inParallel(4, played, async (operation) => {
        const found = await judgeOperation(replay, operation);
        if (found.length > 0) wrong.set(operation.recording.id, found);
      });
      results.operations.set(name, { played: played.length, passed: played.length - wrong.size });
      expect(Object.fromEntries(wrong)).toEqual({});
    });
  }
}

function requestGroups(): readonly RequestGroup[] {
  return dialects.flatMap((client) => [
    { client, provider: client, model: "" },
    ...othersThan(client).flatMap((provider) =>
      translatedModels[provider].map((model) => ({ client, provider, model })),
    ),
  ]);
}

function testRequests({ judges, replay }: Bench, group: RequestGroup): void {
  const { client, model, provider } = group;
  const run = async () => {
    const sent: SentRequest[] = [];
    await inParallel(4, requestsOf(recordings, client), async (recording) => {
      const name = model || String(recording.request?.model);
      sent.push(await sendRequest(replay, judges.get(provider), recording, provider, name));
    });
    results.requests.push({ group, sent });
    expect(sent.filter(({ changed, id }) => changed && !isMended(id))).toEqual([]);
    expect(
      sent.flatMap(({ id, problems }) =>
        problems.filter((problem) => !isExcused(group, problem)).map((problem) => `${id}: ${problem}`),
      ),
    ).toEqual([]);
    expect(refusalsOf(sent).filter((line) => client === provider || !isKnownRefusal(line))).toEqual([]);
    expect([...lostFields(sent)].filter((field) => !isKnownLoss(provider, field))).toEqual([]);
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

function isKnownRefusal(line: string): boolean {
  return refusedRequests.some(({ message, request }) => line === `${request}: ${message}`);
}

function isExcused({ client, provider }: RequestGroup, problem: string): boolean {
  return (
    client === provider &&
    excusedProblems.some((excused) => excused.dialect === client && excused.problem.test(problem))
  );
}

function isKnownLoss(provider: Dialect, field: string): boolean {
  return requestLosses.some(({ fields, providers }) => fields.includes(field) && providers.includes(provider));
}
