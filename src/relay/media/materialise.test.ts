import { afterAll, describe, expect, test } from "bun:test";
import { GatewayError } from "#core/errors";
import type { MediaPolicy } from "#core/media-policy";
import { bytesOf, inferenceWith, scratchPipeline, scratchSecret, snapshotLeadingTo } from "#fixtures/scratch-pipeline";
import { budget } from "#governance/fixtures/plain-limits";
import { plainPrice, scratchGovernance, target } from "#governance/fixtures/scratch-governance";
import { type Json, type JsonObject, parseJson } from "#lib/json";
import { laidOut } from "#lib/pieced-bytes";
import type { MediaAddress } from "#media/media-fetcher";
import { spoken } from "#snapshot/fixtures/spoken-dialect";
import { answerOfPieces } from "#upstream/answer-of-pieces";
import type { UpstreamClient } from "#upstream/upstream";
import { clients, errorIn } from "../fixtures/clients";
import { type Speaking, sentBy } from "../fixtures/said";

const governance = scratchGovernance();
afterAll(governance.remove);

const policy: MediaPolicy = {
  maxBytes: 1e6,
  maxTotalBytes: 1e6,
  timeoutMs: 1000,
  allowHttp: false,
  allowPrivateNetwork: false,
};
/** 1 by 1 pixel. */
const png = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR4nGNgYGBgAAAABQABh6FO1AAAAABJRU5ErkJggg==";
const media = {
  image: { mediaType: "image/png", data: png },
  document: { mediaType: "application/pdf", data: Buffer.from("%PDF-1.4 hello").toString("base64") },
  audio: { mediaType: "audio/mpeg", data: Buffer.from("ID3sound").toString("base64") },
  video: { mediaType: "video/mp4", data: Buffer.from("....ftypfilm").toString("base64") },
};
const address = "https://media.example/a/cat.png";

/** A message with an image at the address, as clients of a dialect write it. */
const asking: { readonly [dialect: string]: JsonObject } = {
  "openai-chat": { messages: [{ role: "user", content: [{ type: "image_url", image_url: { url: address } }] }] },
  "anthropic-messages": {
    messages: [{ role: "user", content: [{ type: "image", source: { type: "url", url: address } }] }],
  },
  "openai-responses": { input: [{ role: "user", content: [{ type: "input_image", image_url: address }] }] },
  gemini: {
    contents: [{ role: "user", parts: [{ fileData: { mimeType: "image/png", fileUri: address } }] }],
  },
};

type How = {
  readonly client?: Speaking;
  readonly providers?: readonly Speaking[];
  readonly body?: JsonObject;
  readonly isOff?: boolean;
  readonly fails?: GatewayError;
  readonly amount?: number;
  readonly statuses?: readonly number[];
};

async function play({
  amount = 1e12,
  body,
  client = "openai-chat",
  fails,
  isOff = false,
  providers = ["bedrock-converse"],
  statuses = [],
}: How) {
  const money = governance.limit(budget(amount));
  const asked: Json[] = [];
  let held = 0;
  const upstream: UpstreamClient = async ({ body: sent = "" }) => {
    asked.push(parseJson(Buffer.from(laidOut(sent)).toString()));
    held = governance.admin.readSlot(money.slot.index).held;
    const provider = (fails === undefined ? providers[asked.length - 1] : providers.at(-1)) ?? "openai-chat";
    const status = statuses[asked.length - 1] ?? 200;
    const said = sentBy(
      provider,
      status === 200 ? { usage: { input: 1, output: 1 } } : { error: { message: "no" } },
      false,
    );
    return answerOfPieces(status, new Headers({ "content-type": said.type }), [said.body]);
  };
  const fetched: MediaAddress[] = [];
  const fetchMedia = async (addresses: readonly MediaAddress[]) => {
    fetched.push(...addresses);
    if (fails !== undefined) throw fails;
    return addresses.map(({ kind }) => media[kind]);
  };
  const facts = { contextTokens: 100_000, maxOutputTokens: 1000 };
  const targets = providers.map((dialect, at) => {
    const made = target(`${"pqr"[at]}-${governance.records.length}`, "m", plainPrice);
    return {
      ...made,
      facts: { id: "m", prices: [{ fromMs: 0, price: plainPrice }], ...facts },
      dialect: spoken(dialect),
    };
  });
  const settings = { maxAttempts: 3, ...(!isOff && { materialise: policy }) };
  const snapshot = snapshotLeadingTo(targets, governance.key([money]), settings);
  const { journal, ledger } = governance;
  const infer = scratchPipeline({ ledger, journal, snapshot: () => snapshot, upstream, media: fetchMedia });
  const { asksByPath, body: plain, endpoint } = clients[client];
  const response = await infer(
    inferenceWith(
      { ...plain("", false), ...(body ?? asking[client]) },
      {
        ...{ dialect: client, endpoint, secret: () => scratchSecret },
        ...(asksByPath && { pathModel: "m", pathStream: false }),
      },
    ),
  );
  const answer = await bytesOf(response);
  const settled = governance.admin.readSlot(money.slot.index).held;
  return { answer, asked, fetched, held, record: governance.records.at(-1), response, settled };
}

describe("media at an address, with materialise on", () => {
  test.each(Object.keys(asking))(
    "reaches a provider that takes bytes alone as bytes, from clients of %s",
    async (name) => {
      const client = speakingOf(name);
      const { asked, fetched, record, response } = await play({ client });
      expect([response.status, response.headers.dropped]).toEqual([200, undefined]);
      expect(fetched).toEqual([{ kind: "image", url: address }]);
      expect(JSON.stringify(asked[0])).toContain(`"image":{"format":"png","source":{"bytes":"${png}"}}`);
      expect(record).toMatchObject({ outcome: "ok" });
    },
  );

  test("is fetched for no provider that takes the address", async () => {
    for (const provider of ["openai-chat", "anthropic-messages", "openai-responses", "gemini"] as const) {
      const { asked, fetched } = await play({ providers: [provider] });
      expect([provider, fetched]).toEqual([provider, []]);
      expect(JSON.stringify(asked[0])).toContain(address);
    }
  });

  test("is fetched once for all targets that want it, and of a kind that nobody takes not at all", async () => {
    const { asked, fetched, response } = await play({
      providers: ["bedrock-converse", "bedrock-invoke"],
      statuses: [503, 200],
    });
    expect([response.status, asked.length, fetched.length]).toEqual([200, 2, 1]);
    for (const body of asked) expect(JSON.stringify(body)).toContain(png);
    const video = {
      messages: [
        {
          role: "user",
          content: [
            { type: "video_url", video_url: { url: address } },
            { type: "text", text: "x" },
          ],
        },
      ],
    };
    expect((await play({ body: video, providers: ["bedrock-invoke"] })).fetched).toEqual([]);
  });

  test("is found in results of tools, and documents keep their names", async () => {
    const call = { id: "c1", type: "function", function: { name: "f", arguments: "{}" } };
    const file = { type: "file", file: { file_data: "https://media.example/report.pdf?x=1" } };
    const body = {
      messages: [
        { role: "user", content: [{ type: "text", text: "x" }, file] },
        { role: "assistant", tool_calls: [call] },
        { role: "tool", tool_call_id: "c1", content: [{ type: "image_url", image_url: { url: address } }] },
      ],
      tools: [{ type: "function", function: { name: "f", parameters: { type: "object" } } }],
    };
    const { asked, fetched } = await play({ body });
    expect(fetched.map(({ kind }) => kind)).toEqual(["document", "image"]);
    const sent = JSON.stringify(asked[0]);
    expect(sent).toContain(media.document.data);
    expect(sent).toContain(png);
    expect(sent).toContain('"name":"report');
  });

  test("is held for by what it is, not by the whole context", async () => {
    const on = await play({});
    const off = await play({ providers: ["openai-chat"] });
    expect(on.held).toBeLessThan(off.held);
    expect([on.settled, off.settled]).toEqual([0, 0]);
    const tight = await play({ amount: 80_000_000 });
    expect(tight.response.status).toBe(200);
  });

  test("that cannot be fetched is an error of the request, in the client's dialect; nothing is asked, held or charged", async () => {
    const fails = new GatewayError("invalid_request", "Cannot fetch the image at https://media.example/a/cat.png: no");
    for (const client of ["openai-chat", "anthropic-messages", "openai-responses", "gemini"] as const) {
      const { answer, asked, record, response, settled } = await play({ client, fails });
      expect([response.status, asked.length, settled]).toEqual([400, 0, 0]);
      expect(errorIn(client, answer, false).message).toBe(fails.message);
      expect(record).toMatchObject({ errorCode: "invalid_request" });
    }
  });

  test("that cannot be fetched leaves targets that take the address", async () => {
    const fails = new GatewayError("invalid_request", "Cannot fetch the image");
    const { asked, response } = await play({ fails, providers: ["bedrock-converse", "anthropic-messages"] });
    expect([response.status, asked.length]).toEqual([200, 1]);
    expect(JSON.stringify(asked[0])).toContain(address);
  });

  test("is not fetched while it is off: it is dropped by name", async () => {
    const { fetched, response } = await play({
      isOff: true,
      body: {
        messages: [
          {
            role: "user",
            content: [
              { type: "image_url", image_url: { url: address } },
              { type: "text", text: "x" },
            ],
          },
        ],
      },
    });
    expect(fetched).toEqual([]);
    expect(response.headers.dropped).toEqual(["messages[0].content[0]"]);
  });
});

function speakingOf(name: string): Speaking {
  const found = Object.keys(clients).find((each): each is Speaking => each === name);
  if (found === undefined) throw new RangeError(`${name} is no dialect`);
  return found;
}
