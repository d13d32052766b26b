import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import {
  answerLosses,
  brokenRecordings,
  excusedProblems,
  mendedRequests,
  refusedRequests,
  requestLosses,
  singleLosses,
} from "./known-losses.ts";
import { dialects } from "./pairs.ts";
import type { OtherExchange, Recording } from "./recordings.ts";
import { type AnswerGroup, isTold, type Results, type Told } from "./results.ts";
import { unsaid } from "./unsaid.ts";

const file = fileURLToPath(new URL("../../docs/internals/conformance.md", import.meta.url));

/** Where the part begins that test/field writes. */
const byModel = "\n## By model\n";

/** The page as it stands in the documentation; written anew when `HEADGATE_UPDATE_DOCS` is set. */
export function writtenPage(page: string): string {
  const written = existsSync(file) ? readFileSync(file, "utf8") : "";
  const at = written.indexOf(byModel);
  if (process.env.HEADGATE_UPDATE_DOCS === "1") {
    writeFileSync(file, page + (at < 0 ? "" : written.slice(at)));
    return page;
  }
  return at < 0 ? written : written.slice(0, at);
}

export type Played = {
  readonly groups: readonly AnswerGroup[];
  readonly results: Results;
  readonly recordings: readonly Recording[];
  readonly others: readonly OtherExchange[];
  /** Streams in which the provider tells of an error. */
  readonly failing: readonly Recording[];
};

export function renderPage(played: Played): string {
  const { results } = played;
  return [
    introduction(played),
    "\n## Clients of the provider's own dialect: the same bytes\n",
    table(["dialect", "recordings", "whole", "streams"], sameRows(played)),
    "\n## Clients of other dialects: the same said, by pair\n",
    "Told of all (and of these: with nothing lost at all).\n",
    table(["provider", "form", ...dialects], pairRows(results.told)),
    "\n## The same by what the recording holds\n",
    table(["tag", ...dialects.map((dialect) => `from ${dialect}`)], tagRows(results.told)),
    "\n## What translated answers lose\n",
    table(["what", "clients", "why", "answers"], lossRows(results.told)),
    "\nSingle answers:\n",
    table(["recording", "clients", "what", "why"], singleRows()),
    "\nNo answers, and an error to clients of other dialects:\n",
    table(
      ["recording", "why"],
      brokenRecordings.map(({ recording, why }) => [`\`${recording}\``, why]),
    ),
    "\n## What translated answers leave unsaid\n",
    "What stands in an answer, is told by none of its words to a client of another dialect, and is not named as lost:\n",
    table(
      ["what", "from", "why"],
      unsaid.map(({ provider, what, why }) => [what, provider, why]),
    ),
    "\n## Errors\n",
    errorsIntroduction,
    table(["provider", "told as", ...dialects], errorRows(played)),
    "\n## Other operations\n",
    operationsIntroduction,
    table(["exchanges", "recorded", "played", "passed"], operationRows(played)),
    requestsIntroduction,
    table(["client", ...dialects], requestRows(results)),
    "\n## What translated requests lose\n\nEach is named in `x-headgate-dropped` and in the record.\n",
    table(["fields", "to providers of", "why"], requestLossRows()),
    "\nSent on otherwise than the client wrote it, to its own dialect's provider:\n",
    table(
      ["request", "why"],
      mendedRequests.map(({ request, why }) => [`\`${request}\``, why]),
    ),
    "\nRefused with status 400, because no translation can carry them:\n",
    table(
      ["request", "message", "why"],
      refusedRequests.map(({ request, message, why }) => [`\`${request}\``, message, why]),
    ),
    "",
  ].join("\n");
}

function introduction({ failing, others, recordings, results }: Played): string {
  const told = results.told.filter(isTold).length;
  const share = ((100 * told) / Math.max(1, results.told.length)).toFixed(2);
  const errors = recordings.filter(({ status }) => status >= 300).length;
  return `# Conformance

<!-- Written by the tests in test/conformance (HEADGATE_UPDATE_DOCS=1 npm run test:full -- conformance); they fail when it is not exact. -->

Answers recorded from real providers are replayed behind the gateway and read by a client of every dialect. A small set of
recordings is kept in \`test/recordings\` and tested in every clone; this page counts the large set, which those who have it put
beside the project: ${recordings.length} answers (of which ${errors} are errors and ${failing.length} streams that end in one), and ${others.length} exchanges of other APIs.
**${told} of ${results.told.length} translated answers (${share} %) say all that the provider said**; those that do not are listed, with why.

- **To a client of the same dialect** an answer passes when the client's bytes are the provider's: whole, and streamed in one
  piece, event by event and in pieces of seven bytes. The listed changes: a blank line or \`[DONE]\` that is missing is added (of
  Responses, one behind the end is left out), the usage chunk is taken out for a client that did not ask for it, and the ids of
  stored responses are the gateway's own.
- **To a client of another dialect** it passes when the official SDK of that dialect (\`openai\`, \`@anthropic-ai/sdk\`,
  \`@google/genai\`, \`@aws-sdk/client-bedrock-runtime\`) accepts it and reads the recording's own text, reasoning, tool calls, finish
  reason (by the table in \`test/conformance/finish-words.ts\`), usage and cited addresses. Nothing is lost when reasoning state
  and whatever else the provider sent arrive as well.
- Answers of up to 4 KB are sent byte by byte as well, and streams among them in two pieces: parted at every byte by
  \`npm run test:full\`; by \`npm test\` around line ends, inside characters of several bytes, and at a few more places.
  Nothing may change for the client.
- Every stream is also ended and broken off half-way and inside the event that would complete it: the client must get
  an error, never a clean end.
- The record of each request counts the tokens that the recorded answer counts, has its finish reason, and names what a
  translation lost; whole answers name it in \`x-headgate-dropped\` as well.

\`npm test\` plays a part of all that for each recording, chosen by a seed (\`HEADGATE_CONFORMANCE_SEED\`); \`npm run test:full\` all.`;
}

const errorsIntroduction = `Recorded errors keep status and message, come in the form of the client's own API, become its SDK's own error class, and never
show the provider's key. An error that is between the gateway and its provider (a key that is refused) is told as 502. Streams
that the provider itself ends with an error end with one for the client.
`;

const operationsIntroduction = `Embeddings and counts of tokens reach clients of the same dialect byte for byte, and the vectors and numbers of them those of the
other dialects that have the operation, Cohere's among them. Bodies of other makers for InvokeModel are refused by the name of what
they lack, and Bedrock is not asked: none of these asks for vectors. What is not played belongs to APIs that are not served.
`;

const requestsIntroduction = `
## Requests

Every recorded request is sent through the gateway to a provider of every dialect, and what arrives there is judged against the
provider's API description by \`@stdy/cli\` (Bedrock's after a translation from botocore). To a provider of the client's own
dialect the bytes must be the client's but for the model's name and \`stream_options\`. Arrived with no objection, of those sent:
`;

function sameRows({ groups, results }: Played): readonly (readonly string[])[] {
  const byDialect = Map.groupBy(groups, ({ dialect, file: from }) => `${dialect}|${from}`);
  return [...byDialect].map(([key, members]) => {
    const cell = (form: string) => {
      const all = members.filter((group) => group.form === form).flatMap(({ recordings }) => recordings);
      return all.length === 0 ? "" : `${all.filter(({ id }) => results.same.has(id)).length} of ${all.length}`;
    };
    return [...key.split("|"), cell("whole"), cell("stream")];
  });
}

function pairRows(told: readonly Told[]): readonly (readonly string[])[] {
  return dialects.flatMap((provider) =>
    (["whole", "stream"] as const).map((form) => [
      provider,
      form,
      ...dialects.map((client) => {
        const all = told.filter(
          (one) => one.recording.dialect === provider && one.recording.form === form && one.client === client,
        );
        const lossless = all.filter(({ lost }) => lost.length === 0).length;
        return all.length === 0 ? "" : `${all.filter(isTold).length} of ${all.length} (${lossless})`;
      }),
    ]),
  );
}

function tagRows(told: readonly Told[]): readonly (readonly string[])[] {
  const tags = [...new Set(told.flatMap(({ recording }) => recording.tags))].sort();
  return tags.map((tag) => [
    tag,
    ...dialects.map((provider) => {
      const all = told.filter(({ recording }) => recording.dialect === provider && recording.tags.includes(tag));
      return all.length === 0 ? "" : `${all.filter(isTold).length} of ${all.length}`;
    }),
  ]);
}

function lossRows(told: readonly Told[]): readonly (readonly string[])[] {
  return answerLosses.map(({ clients, providers, what, why }) => {
    const count = told.filter(({ client, lost }) => lost.includes(what) && clients.includes(client)).length;
    const from = providers === undefined ? "" : `, from ${providers.join(", ")}`;
    return [what, (clients.length === dialects.length ? "all" : clients.join(", ")) + from, why, String(count)];
  });
}

function singleRows(): readonly (readonly string[])[] {
  return singleLosses.map(({ clients, recording, what, why }) => [`\`${recording}\``, clients.join(", "), what, why]);
}

function errorRows({ failing, results }: Played): readonly (readonly string[])[] {
  const inStream = new Set(failing.map(({ id }) => id));
  return dialects.flatMap((provider) =>
    ["answer", "stream"].flatMap((form) => {
      const all = results.errors.filter(
        ({ recording }) => recording.dialect === provider && inStream.has(recording.id) === (form === "stream"),
      );
      if (all.length === 0) return [];
      return [[provider, form, ...dialects.map((client) => passed(all.filter((one) => one.client === client)))]];
    }),
  );
}

function operationRows({ others, results }: Played): readonly (readonly string[])[] {
  const byName = [...Map.groupBy(others, ({ what }) => what)].sort(([a], [b]) => (a < b ? -1 : 1));
  return byName.map(([name, all]) => {
    const counts = results.operations.get(name);
    return [name, String(all.length), String(counts?.played ?? ""), String(counts?.passed ?? "")];
  });
}

function passed(told: readonly Told[]): string {
  return `${told.filter(({ lost }) => lost.length === 0).length} of ${told.length}`;
}

function requestRows({ requests }: Results): readonly (readonly string[])[] {
  return dialects.map((client) => [
    client,
    ...dialects.map((provider) =>
      requests
        .filter(({ group }) => group.client === client && group.provider === provider)
        .map(({ group, sent }) => {
          const good = sent.filter(
            ({ changed, problems, refused }) =>
              !changed && refused === undefined && !problems.some((problem) => !isExcused(client, provider, problem)),
          );
          return `${group.model === "" ? "" : `\`${group.model}\` `}${good.length} of ${sent.length}`;
        })
        .join("<br>"),
    ),
  ]);
}

function isExcused(client: string, provider: string, text: string): boolean {
  return (
    client === provider && excusedProblems.some(({ dialect, problem }) => dialect === client && problem.test(text))
  );
}

function requestLossRows(): readonly (readonly string[])[] {
  return requestLosses.map(({ fields, providers, why }) => [
    fields.map((field) => `\`${field}\``).join(", "),
    providers.length === dialects.length ? "all" : providers.join(", "),
    why,
  ]);
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  return [head, head.map(() => "---"), ...rows].map((cells) => `| ${cells.join(" | ")} |`).join("\n");
}
