import { expect } from "bun:test";
import { isRecord } from "../fake-provider/reply.ts";
import type { LogEntry } from "../fake-provider/script.ts";
import type { FakeProvider } from "../fake-provider/start-fake-provider.ts";
import type { Headgate } from "../harness/start-headgate.ts";
import { fits } from "../judges/rule.ts";
import { vendors } from "../judges/vendors.ts";
import type { Provider } from "./providers.ts";
import type { Client, Media, Said, Talk, Tool } from "./talk.ts";

export type Form = "whole" | "stream";

/** One conversation of three turns, and who answers each of them. */
export type Conversation = {
  readonly client: Client;
  readonly form: Form;
  /** As the client names it: a model of a provider's, or a route. */
  readonly model: string;
  readonly first: Provider;
  readonly second: Provider;
};

export type Bench = { readonly gateway: Headgate; readonly provider: FakeProvider };

export const firstThought = "the picture shows rain";
export const weather = { name: "get_weather", arguments: { city: "Paris", days: [1, 2.5] } };
const time = { name: "get_time", arguments: { zone: "CET" } };

const tools: readonly Tool[] = [
  {
    name: weather.name,
    description: "The weather",
    schema: {
      type: "object",
      properties: { city: { type: "string" }, days: { type: "array", items: { type: "number" } } },
      required: ["city"],
      additionalProperties: false,
    },
  },
  { name: time.name, description: "The time", schema: { type: "object", properties: { zone: { type: "string" } } } },
];

const media: Media = {
  png: "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==",
  pdf: Buffer.from("%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF").toString("base64"),
  title: "Bericht Nr. 1_(neu),  Übersicht.pdf",
};

let count = 0;
/** The last request that was looked at: conversations are held one after the other. */
let seenId = 0;

/**
 * Text, an image and a document, reasoning and two calls at once; their results; and a last word. The provider is strict: an
 * answer means that it had nothing against what it was sent. Where `second` is another, `first` fails at the second turn, and
 * is asked again at the third.
 */
export async function hold({ client, first, form, model, second }: Conversation, bench: Bench): Promise<void> {
  const mark = `conversation-${++count}-`;
  const talk = client.begin(`Be brief. ${mark}`, tools);
  const turn = (by: Provider) => askOnce(talk, { client, form, model, by, mark }, bench);

  const callOf = ({ name, arguments: args }: typeof weather | typeof time) =>
    `[[tool:${name} ${JSON.stringify(args)}]]`;
  talk.say(`[[think:${firstThought}]] [[say:Let me see.]] ${callOf(weather)} ${callOf(time)}`, media);
  const one = await turn(first);
  expect({ text: one.said.text, calls: one.said.calls.map(({ id: _, ...call }) => call) }).toEqual({
    text: "Let me see.",
    calls: [weather, time],
  });
  expect(one.said.reasoning).toBe(firstThought);

  talk.answer(one.said.calls.map((call) => ({ call, text: call.name === "get_time" ? "noon" : "sunny" })));
  if (second !== first)
    await bench.provider.script({
      match: { path: `/as/${first.id}/`, contains: mark },
      answer: { kind: "error", status: 503 },
    });
  const two = await turn(second);
  expect(two.said.text).toMatch(/^Tool results: \S+=sunny, \S+=noon$/);

  talk.say("[[think:that was all]] [[say:Goodbye.]] thanks");
  const three = await turn(first);
  expect(three.said.text).toBe("Goodbye.");
  for (const { sent } of [one, two, three])
    for (const data of [media.png, media.pdf]) expect(sent.body).toContain(data);
  const comesBack = client.keepsState && first.state !== undefined;
  if (comesBack)
    for (const { sent, by } of [two, three]) if (by === first) expect(sent.body).toContain(first.state ?? "");
}

type Asked = Pick<Conversation, "client" | "form" | "model"> & { readonly by: Provider; readonly mark: string };
type Turn = { readonly said: Said; readonly sent: LogEntry; readonly by: Provider };

async function askOnce(talk: Talk, { by, form, mark, model }: Asked, { gateway, provider }: Bench): Promise<Turn> {
  const { body, headers, path } = talk.request(model, form);
  const response = await gateway.post(path, body, headers);
  const seen = (await provider.log(seenId)).filter((entry) => entry.body.includes(mark));
  seenId = seen.at(-1)?.id ?? seenId;
  const sent = seen.at(-1);
  if (!response.ok || sent === undefined) {
    const tried = seen.map((entry) => `${entry.path} → ${entry.status} ${entry.problem ?? ""}\n${entry.body}`);
    throw new Error(`${response.status} ${await response.text()}\n${tried.slice(-2).join("\n")}`);
  }
  expect(sent.path).toStartWith(`/as/${by.id}/`);
  expect(objections(by, sent)).toEqual([]);
  try {
    return { said: await talk.take(response, form), sent, by };
  } catch (cause) {
    throw new Error(`Cannot read the answer to ${sent.body}`, { cause });
  }
}

/** What the vendor's judge has against a request. */
function objections({ dialect, id, model }: Provider, sent: LogEntry): readonly string[] {
  const vendor = vendors.find((one) => one.id === id && one.dialect === dialect);
  const body: unknown = JSON.parse(sent.body);
  if (vendor === undefined || !isRecord(body)) return [];
  return vendor.rules
    .filter((rule) => fits(rule, model))
    .flatMap(({ name, objects }) => {
      const objection = objects(body, { model, beta: sent.headers["anthropic-beta"] ?? "" });
      return objection === undefined ? [] : [`${name}: ${objection.message}`];
    });
}
