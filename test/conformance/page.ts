import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { type AnswerLoss, answerLosses, brokenRecordings, refusedRequests, requestLosses } from "./known-losses.ts";
import { type AnswerGroup, groupName, type Results } from "./results.ts";

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

export function renderPage(groups: readonly AnswerGroup[], results: Results): string {
  return [
    introduction,
    table(
      ["recordings", "dialect", "form", "same dialect: bytes", "other dialect: what is said", "nothing lost"],
      [...groups.map((group) => answerRow(group, results)), totalRow(groups, results)],
    ),
    "\n## What translated answers lose\n",
    table(["client", "what", "why", "recordings"], answerLosses.map(lossRow)),
    "\nLeft out above, because no client accepts them from the provider itself:",
    brokenRecordings.map(({ recording, why }) => `\`${recording}\` (${why})`).join(", "),
    requestsIntroduction,
    table(
      ["client", "sent to", "sent", "arrived", "with no objection by the API description"],
      results.requests.map(requestRow),
    ),
    "\n## What translated requests lose\n\nEach is named in `x-headgate-dropped` and in the record.\n",
    table(
      ["to the model", "field", "why", "requests"],
      requestLosses.map(({ models, field, why, requests }) => [
        models.join(", "),
        `\`${field}\``,
        why,
        String(requests),
      ]),
    ),
    "\nRefused with status 400, because no translation can carry them:\n",
    table(
      ["request", "message", "why"],
      refusedRequests.map(({ request, message, why }) => [`\`${request}\``, message, why]),
    ),
    "",
  ].join("\n");
}

const introduction = `# Conformance

<!-- Written by the tests in test/conformance (HEADGATE_UPDATE_DOCS=1 writes it anew); they fail when it is not exact. -->

Answers recorded from real providers are replayed behind the gateway and read by a client of either dialect. A small set
of recordings is kept in \`test/recordings\` and tested in every clone; this page counts the large set, which those who
have it put beside the project.

- **To a client of the same dialect** an answer passes when the client's bytes are the provider's: whole, and streamed
  in one piece and event by event. The listed changes: a last blank line or \`[DONE]\` that is missing is added, and the
  usage chunk is taken out for a client that did not ask for it.
- **To a client of the other dialect** it passes when the official SDK of that dialect (\`openai\`, \`@anthropic-ai/sdk\`)
  accepts it and reads the recording's own text, reasoning, tool calls, finish reason (by the table in
  \`test/conformance/finish-words.ts\`) and usage. Nothing is lost when reasoning state, citations and whatever else the
  provider sent arrive as well.
- Answers of up to 4 KB are sent byte by byte as well, and streams among them in two pieces: parted at every byte by
  \`npm run test:full\`; by \`npm test\` around line ends, inside characters of several bytes, and at a few more places.
  Nothing may change for the client.
- Every stream is also ended and broken off half-way and inside the event that would complete it: the client must get
  an error, never a clean end.
- The record of each request counts the tokens that the recorded answer counts, and names what a translation lost;
  whole answers name it in \`x-headgate-dropped\` as well.
- Recorded errors keep status and message, become the SDK's own error class, and never show the provider's key.

## Answers
`;

const requestsIntroduction = `
## Requests

Every recorded request is sent through the gateway to a provider of either dialect, and what arrives there is judged
against the provider's API description (\`@stdy/cli\`). To a provider of the client's own dialect the bytes must be the
client's but for the model's name and \`stream_options\`.
`;

function answerRow(group: AnswerGroup, results: Results): readonly string[] {
  const name = groupName(group);
  const share = (passed: number | undefined) => `${passed ?? 0} of ${group.recordings.length}`;
  const { dialect, file: recordings, form } = group;
  const passed = [results.same, results.told, results.lossless].map((counts) => share(counts.get(name)));
  return [recordings, dialect, form, ...passed];
}

function totalRow(groups: readonly AnswerGroup[], results: Results): readonly string[] {
  const sum = (counts: Iterable<number>) => [...counts].reduce((total, count) => total + count, 0);
  const all = sum(groups.map(({ recordings }) => recordings.length));
  const passed = [results.same, results.told, results.lossless].map((counts) => `${sum(counts.values())} of ${all}`);
  return ["all", "", "", ...passed];
}

function lossRow({ client, what, why, recordings }: AnswerLoss): readonly string[] {
  return [client, what, why, `${recordings.length}: ${recordings.map((id) => `\`${id}\``).join(" ")}`];
}

function requestRow({ group, sent }: Results["requests"][number]): readonly string[] {
  const arrived = sent.filter(({ refused }) => refused === undefined);
  const good = arrived.filter(({ problems, changed }) => problems.length === 0 && !changed);
  const model = group.model === "" ? "the model asked for" : `\`${group.model}\``;
  return [
    group.client,
    `${group.provider}, ${model}`,
    String(sent.length),
    String(arrived.length),
    String(good.length),
  ];
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  return [head, head.map(() => "---"), ...rows].map((cells) => `| ${cells.join(" | ")} |`).join("\n");
}
