import { afterAll, expect, test } from "bun:test";
import { startJudge } from "../harness/start-judge.ts";
import { judgeSame, judgeTranslated } from "./answers.ts";
import { sdkClients } from "./ask-with-sdk.ts";
import { chosenPlaces, everyPlace, isSmall, judgeCuts } from "./cuts.ts";
import { judgeError } from "./errors.ts";
import { inParallel } from "./in-parallel.ts";
import { judgeIncomplete } from "./incomplete.ts";
import { answerLosses, brokenRecordings, refusedRequests, requestLosses } from "./known-losses.ts";
import { renderPage, writtenPage } from "./page.ts";
import { dialects, otherDialect } from "./pairs.ts";
import { type Dialect, readRecordings } from "./recordings.ts";
import { requestsOf, type SentRequest, sendRequest, translatedModels } from "./requests.ts";
import { groupName, groupsOf, type RequestGroup, type Results } from "./results.ts";
import { startReplay } from "./start-replay.ts";

const full = process.env.HEADGATE_TEST_FULL === "1";
const timeoutMs = full ? 25 * 60_000 : 60_000;
const recordings = readRecordings();
if (recordings.length === 0) test.skip("recorded exchanges behind the gateway", () => undefined);
else await defineTests();

async function defineTests(): Promise<void> {
  const replay = await startReplay(recordings);
  const sdks = sdkClients(replay.gateway);
  const judges = {
    "openai-chat": await startJudge("openai-chat"),
    "anthropic-messages": await startJudge("anthropic-messages"),
  };
  afterAll(async () => {
    for (const judge of Object.values(judges)) await judge?.stop();
  });
  const broken = new Set(brokenRecordings.map(({ recording }) => recording));
  const answers = recordings.filter(({ id, status }) => status < 300 && !broken.has(id));
  const streams = answers.filter(({ form }) => form === "stream");
  const groups = groupsOf(answers);
  const results: Results = { same: new Map(), translated: new Map(), requests: [] };

  for (const group of groups) {
    const { dialect } = group;
    const client = otherDialect[dialect];
    const name = groupName(group);

    test(
      `${name} reach a client of the same dialect byte for byte`,
      async () => {
        const changed: string[] = [];
        await inParallel(8, group.recordings, async (recording) => {
          changed.push(...(await judgeSame(replay, recording)).map((what) => `${recording.id}: ${what}`));
        });
        expect(changed).toEqual([]);
        results.same.set(name, group.recordings.length);
      },
      timeoutMs,
    );

    test(
      `${name} tell a client of ${client} the same, but for the known losses`,
      async () => {
        const ids = new Set(group.recordings.map(({ id }) => id));
        const known = answerLosses.filter((loss) => loss.client === client);
        const expected = known.flatMap(({ what, recordings: all }) =>
          all.filter((id) => ids.has(id)).map((id) => `${id}: ${what}`),
        );
        const lost: string[] = [];
        let passed = 0;
        await inParallel(8, group.recordings, async (recording) => {
          const found = await judgeTranslated(sdks[client], recording, client);
          if (found.length === 0) passed++;
          lost.push(...found.map((what) => `${recording.id}: ${what}`));
        });
        expect(lost.sort()).toEqual(expected.sort());
        results.translated.set(name, passed);
      },
      timeoutMs,
    );
  }

  for (const client of dialects) {
    test(
      `a client of ${client} gets the same however a small answer is cut`,
      async () => {
        const wrong: string[] = [];
        for (const recording of answers.filter(isSmall)) {
          const places = full ? everyPlace(recording) : chosenPlaces(recording);
          wrong.push(...(await judgeCuts(replay, recording, client, places)));
        }
        expect(wrong).toEqual([]);
      },
      timeoutMs,
    );

    test(
      `a client of ${client} is told of every stream that ends too early`,
      async () => {
        const wrong: string[] = [];
        await inParallel(8, streams, async (recording) => {
          const found = await judgeIncomplete(replay, sdks[client], recording, client);
          wrong.push(...found.map((what) => `${recording.id}: ${what}`));
        });
        expect(wrong).toEqual([]);
      },
      timeoutMs,
    );

    for (const recording of recordings.filter(({ status }) => status >= 300)) {
      test(`a client of ${client} gets the ${recording.status} of recording ${recording.id}`, async () => {
        expect(await judgeError(replay, sdks[client], recording, client)).toEqual([]);
      });
    }
  }

  const requestGroups: readonly RequestGroup[] = dialects.flatMap((client) => [
    { client, provider: client, model: "" },
    ...translatedModels[otherDialect[client]].map((model) => ({ client, provider: otherDialect[client], model })),
  ]);
  for (const group of requestGroups) {
    const { client, model, provider } = group;
    test(
      `recorded requests in ${client} reach ${model || "the model asked for"} as ${provider} wants them`,
      async () => {
        const sent: SentRequest[] = [];
        await inParallel(4, requestsOf(recordings, client), async (recording) => {
          const name = model || String(recording.request?.json.model);
          sent.push(await sendRequest(replay, judges[provider], recording, provider, name));
        });
        expect(sent.filter(({ changed }) => changed)).toEqual([]);
        expect(sent.filter(({ problems }) => problems.length > 0)).toEqual([]);
        expect(refusalsOf(sent)).toEqual(client === provider ? [] : knownRefusals(client));
        expect(droppedOf(sent)).toEqual(knownDrops(model));
        results.requests.push({ group, sent });
      },
      timeoutMs,
    );
  }

  test("docs/internals/conformance.md says what these tests found", () => {
    const page = renderPage(groups, results);
    expect(writtenPage(page)).toBe(page);
  });
}

function refusalsOf(sent: readonly SentRequest[]): readonly string[] {
  return sent.flatMap(({ id, refused }) => (refused === undefined ? [] : [`${id}: ${refused}`])).sort();
}

function knownRefusals(client: Dialect): readonly string[] {
  const known = refusedRequests.filter((refused) => refused.client === client);
  return known.map(({ message, request }) => `${request}: ${message}`).sort();
}

/** How many requests lose a field; which message or part it stands in does not matter. */
function droppedOf(sent: readonly SentRequest[]): { readonly [field: string]: number } {
  const fields = sent.flatMap(({ dropped }) => [
    ...new Set(dropped.map((field) => field.replaceAll(/\[\d+\]/g, "[]"))),
  ]);
  return Object.fromEntries([...Map.groupBy(fields, (field) => field)].map(([field, all]) => [field, all.length]));
}

function knownDrops(model: string): { readonly [field: string]: number } {
  return Object.fromEntries(
    requestLosses.filter((loss) => loss.models.includes(model)).map(({ field, requests }) => [field, requests]),
  );
}
