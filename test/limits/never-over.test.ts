import { afterAll, expect, test } from "bun:test";
import { plainPdf } from "../../src/tokens/fixtures/plain-pdf.ts";
import { startGreedyProvider } from "./greedy-provider.ts";
import { startLimitedGateway } from "./limited-gateway.ts";
import { type SeededRandom, seededRandom } from "./seeded-random.ts";

const full = process.env.HEADGATE_TEST_FULL === "1";
const [trials, requestsEach, atOnce] = full ? [1000, 100, 24] : [16, 40, 4];
const provider = startGreedyProvider();
const price = {
  ...{ input: 1.1, output: 3.3, cache_write: 1.7, cache_write_1h: 2.9, reasoning: 4.7 },
  ...{ input_audio: 11, output_audio: 23, input_image: 1.9, cache_read: 0.3 },
  per_search: 0.0007,
};
const paged = { page_tokens: 1600 };
const dear = Object.fromEntries(Object.entries(price).map(([name, rate]) => [name, rate * 8]));
const models = [
  { id: "known", price, context: 200_000, max_output: 64_000, traits: paged },
  { id: "dear", price: dear, context: 200_000, max_output: 64_000, traits: paged },
  { id: "unknown", price },
  { id: "thinker", price, context: 200_000, max_output: 64_000, traits: { reasons_by_default: true } },
];
const one = (dialect: string) => ({
  dialect,
  base_url: `${provider.url}/v1`,
  keys: [{ name: "main", value: "sk-fake-one" }],
  retries: { max: 0 },
  models,
});
const { addKey, api, ask } = await startLimitedGateway({
  workers: 2,
  config: {
    settings: { content_logging: "off", budget_wait_ms: 200 },
    providers: {
      oai: one("openai-chat"),
      ant: one("anthropic-messages"),
      res: one("openai-responses"),
      bed: { ...one("bedrock-converse"), base_url: provider.url },
    },
  },
});
afterAll(() => provider.stop());

const pdfText = "some words on a page";
const pdfOf = (pages: number): Pdf => ({
  pages,
  data: plainPdf(Array.from({ length: pages }, () => pdfText)).toString("base64"),
});
type Pdf = { readonly pages: number; readonly data: string };
const pdfs = [pdfOf(1), pdfOf(3), pdfOf(20)] as const;
const image = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==";

/** A request with any of the fields that cost; what it may be read as at most stands in it. */
function randomRequest(random: SeededRandom): { readonly path: string; readonly body: string } {
  const path = random.oneOf(["/v1/chat/completions", "/v1/messages"]);
  const isChat = path !== "/v1/messages";
  const provided = random.oneOf(["oai", "ant", "res", "bed"]);
  const model = `${provided}/${random.oneOf(["known", "dear", "unknown", "thinker"])}`;
  const media = random.oneOf(["none", "none", "image", "audio", "hour", "pdf"]);
  // Audio is known in chats alone, and an hour's cache to clients of Anthropic's.
  const kind = (media === "audio" && (!isChat || provided !== "oai")) || (media === "hour" && isChat) ? "none" : media;
  const pdf = random.oneOf(pdfs);
  const tools = random.next() < 0.2;
  // Bounded at Anthropic alone, which gets them from its own clients.
  const searches = !isChat && provided === "ant" && random.next() < 0.15 ? random.oneOf([1, 3, 20]) : undefined;
  const named = random.next() < 0.5 || !isChat ? random.oneOf([1, 16, 300, 4000, 30_000]) : undefined;
  const write = (input: string) => {
    const text = { type: "text", text: `[[input:${input}]][[class:${kind}]]${"x".repeat(padding)}` };
    return JSON.stringify({
      model,
      messages: [
        {
          role: "user",
          content: [kind === "hour" ? { ...text, cache_control: hour } : text, ...part(kind, isChat, pdf)],
        },
      ],
      ...(named !== undefined && { [isChat && flag ? "max_completion_tokens" : "max_tokens"]: named }),
      ...((tools || searches !== undefined) && {
        tools: [
          ...(tools ? [isChat ? chatTool : messagesTool] : []),
          ...(searches === undefined ? [] : [{ ...searchTool, max_uses: searches }]),
        ],
      }),
      ...(isChat && provided === "oai" && answers > 1 && { n: answers }),
      ...(isStream && { stream: true }),
    });
  };
  const padding = random.oneOf([0, 10, 1000, 20_000]);
  const flag = random.next() < 0.5;
  const answers = random.oneOf([1, 1, 2, 5]);
  // The provider writes no event streams of Converse.
  const isStream = random.next() < 0.3 && provided !== "bed";
  const packed = kind === "image" ? image.length : kind === "pdf" ? pdf.data.length : 0;
  const beyondText = kind === "image" ? 65_536 : kind === "pdf" ? pdf.pages * (1600 + pdfText.length) : 0;
  const hasTools = tools || searches !== undefined;
  const most = write("0000000").length - packed + 128 + (hasTools ? 1024 : 0) + beyondText;
  return { path, body: write(String(most).padStart(7, "0")) };
}

const hour = { type: "ephemeral", ttl: "1h" };
const chatTool = { type: "function", function: { name: "look", parameters: { type: "object" } } };
const messagesTool = { name: "look", input_schema: { type: "object" } };

const searchTool = { type: "web_search_20250305", name: "web_search" };

function part(kind: string, isChat: boolean, { data }: Pdf): readonly object[] {
  if (kind === "pdf") {
    return isChat
      ? [{ type: "file", file: { filename: "a.pdf", file_data: `data:application/pdf;base64,${data}` } }]
      : [{ type: "document", source: { type: "base64", media_type: "application/pdf", data } }];
  }
  if (kind === "audio") return [{ type: "input_audio", input_audio: { data: "AAAA", format: "wav" } }];
  if (kind !== "image") return [];
  if (isChat) return [{ type: "image_url", image_url: { url: `data:image/png;base64,${image}` } }];
  return [{ type: "image", source: { type: "base64", media_type: "image/png", data: image } }];
}

async function trial(seed: number): Promise<Map<number, number>> {
  const random = seededRandom(seed);
  const isMoney = random.next() < 0.8;
  const limit = isMoney
    ? { limit_usd: random.oneOf([10_000, 50_000, 200_000, 1_000_000, 5_000_000]) / random.oneOf([1e6, 5e5, 1.25e6]) }
    : { limit_tokens: random.whole(2000, 400_000) };
  const { id, secret } = await addKey({
    name: `trial-${seed}`,
    on_tight_budget: random.oneOf(["cap", "cap", "cap-any", "refuse"]),
    budgets: [{ ...limit, period: "1d" }],
  });
  const statuses = new Map<number, number>();
  const client = async () => {
    for (let asked = 0; asked < requestsEach / 8; asked++) {
      const { path, body } = randomRequest(random);
      const response = await ask(secret, path, body);
      await response.text();
      statuses.set(response.status, (statuses.get(response.status) ?? 0) + 1);
    }
  };
  await Promise.all(Array.from({ length: 8 }, client));
  const [state] = (await api("GET", `/api/virtual-keys/${id}`)).budgets;
  const [spent, most] = isMoney ? [state.spent_usd, state.limit_usd] : [state.spent_tokens, state.limit_tokens];
  expect({ seed, over: Number(spent) > Number(most), held: state.held_usd ?? state.held_tokens }).toEqual({
    seed,
    over: false,
    held: isMoney ? "0" : 0,
  });
  return statuses;
}

test(
  `no hard budget is exceeded by requests whose provider uses all that they allow: ${trials} trials`,
  async () => {
    const first = Number(process.env.HEADGATE_TEST_SEED ?? Math.floor(Math.random() * 1e9));
    const seen = new Map<number, number>();
    let [next, done] = [0, 0];
    const runner = async () => {
      while (next < trials) {
        const seed = first + next++;
        for (const [status, count] of await trial(seed)) seen.set(status, (seen.get(status) ?? 0) + count);
        done += 1;
        if (full && done % 50 === 0) tell(`${done} trials of ${trials}`, seen);
      }
    };
    await Promise.all(Array.from({ length: atOnce }, runner));
    tell(`seed ${first}`, seen);
    expect([...seen.keys()].filter((status) => ![200, 402, 429].includes(status))).toEqual([]);
    expect(seen.get(200)).toBeGreaterThan(0);
    expect(seen.get(402)).toBeGreaterThan(0);
  },
  full ? 3_600_000 : 240_000,
);

function tell(what: string, seen: ReadonlyMap<number, number>): void {
  const counts = [...seen].sort().map(([status, count]) => `${status} ${count}`);
  process.stdout.write(`${what}: ${counts.join(", ")}\n`);
}
