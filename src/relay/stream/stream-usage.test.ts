import { afterAll, expect, test } from "bun:test";
import { bytesOf, inferenceWith, scratchPipeline, scratchSecret, snapshotLeadingTo } from "#fixtures/scratch-pipeline";
import { scratchGovernance, target } from "#governance/fixtures/scratch-governance";
import { isObject, parseJson } from "#lib/json";
import { laidOut } from "#lib/pieced-bytes";
import { spoken } from "#snapshot/fixtures/spoken-dialect";
import { answerOfPieces } from "#upstream/answer-of-pieces";
import type { UpstreamRequest } from "#upstream/upstream";
import { clients, completionIn } from "../fixtures/clients";
import { type Speaking, sentBy, speaking } from "../fixtures/said";

// Usage is asked of every provider that has to be asked, and told on streams to every client whose dialect always tells it; a client
// of Chat Completions hears of it where it asked (`stream_options.include_usage`), whoever answers.

const governance = scratchGovernance();
afterAll(governance.remove);

const names = Object.keys(speaking).filter((name): name is Speaking => name in speaking);

async function stream(client: Speaking, provider: Speaking, asksForUsage: boolean) {
  const { asksByPath, body, endpoint } = clients[client];
  let asked = {};
  const snapshot = snapshotLeadingTo([{ ...target("p", "m"), dialect: spoken(provider) }], governance.key());
  const upstream = async ({ body: sent = "" }: Pick<UpstreamRequest, "body">) => {
    const parsed = parseJson(Buffer.from(laidOut(sent)).toString());
    if (isObject(parsed)) asked = parsed;
    const said = sentBy(provider, { usage: { input: 10, output: 5 } }, true);
    return answerOfPieces(200, new Headers({ "content-type": said.type }), [said.body]);
  };
  const { journal, ledger, records } = governance;
  const infer = scratchPipeline({ ledger, journal, snapshot: () => snapshot, upstream });
  const { stream_options: _options, ...plain } = body("hi", true);
  const written = asksForUsage ? { ...plain, stream_options: { include_usage: true } } : plain;
  const change = { dialect: client, endpoint, query: "?alt=sse", secret: () => scratchSecret };
  const byPath = asksByPath ? { pathModel: "m", pathStream: true } : {};
  const response = await infer(inferenceWith(written, { ...change, ...byPath }));
  const answer = await bytesOf(response);
  return { asked, told: completionIn(client, answer, true)?.usage, record: records.at(-1) };
}

for (const client of names)
  for (const provider of names)
    for (const asksForUsage of client === "openai-chat" ? [false, true] : [false])
      test(`usage of a stream: ${client}${asksForUsage ? ", asked for," : ""} at ${provider}`, async () => {
        const { asked, record, told } = await stream(client, provider, asksForUsage);
        expect(record).toMatchObject({ outcome: "ok", usage: { input: 10, output: 5, estimated: false } });
        if (provider === "openai-chat") expect(asked).toMatchObject({ stream_options: { include_usage: true } });
        else expect(asked).not.toHaveProperty("stream_options");
        if (client === "openai-chat" && !asksForUsage) expect(told).toBeUndefined();
        else expect(told).toMatchObject({ input: 10, output: 5 });
      });
