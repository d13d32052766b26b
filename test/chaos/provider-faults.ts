import type { Answer } from "../fake-provider/script.ts";
import type { Fault } from "./fault.ts";

const html = "<html><head><title>502 Bad Gateway</title></head><body>nginx</body></html>";

const answers: readonly (readonly [name: string, answer: Answer])[] = [
  ["hangs", { kind: "never" }],
  ["resets", { kind: "reset" }],
  ["closes", { kind: "close" }],
  ["answers HTML with 200", { kind: "text", body: html, contentType: "text/html" }],
  ["answers HTML with 502", { kind: "text", body: html, contentType: "text/html", status: 502 }],
  ["answers 500", { kind: "error", status: 500 }],
  ["answers 429", { kind: "error", status: 429, headers: { "retry-after": "2" } }],
  ["answers 529", { kind: "error", status: 529 }],
  ["cuts its streams", { kind: "default", cutAfter: 3, ending: "close" }],
  ["resets its streams", { kind: "default", cutAfter: 2, ending: "reset" }],
  ["stalls its streams", { kind: "default", cutAfter: 4, ending: "stall" }],
  ["breaks its chunks", { kind: "default", cutAfter: 2, ending: "malformed-chunk" }],
  [
    "sends an error after 200",
    { kind: "sse", events: [{ event: "error", data: { error: { message: "overloaded" } } }] },
  ],
  ["drips", { kind: "trickle", bytesPerWrite: 3, delayMs: 40 }],
  ["says too much", { kind: "huge", bytes: 3_000_000 }],
  ["speaks no HTTP", { kind: "raw", text: "220 mail.example ESMTP\r\n", ending: "stall" }],
  ["is late", { kind: "default", headersDelayMs: 3500 }],
  ["answers what is no answer", { kind: "json", body: { choices: [] } }],
];

/** Providers that have a bad day: each for some requests. */
export const providerFaults: readonly Fault[] = answers.map(([name, answer]) => ({
  name: `the provider ${name}`,
  weight: 0.7,
  act: async ({ provider }, { dice }) => {
    const times = 2 + Math.floor(dice[0] * 40);
    await provider.script({ match: { path: dice[1] < 0.5 ? "/v1/chat/completions" : "/v1/messages" }, times, answer });
  },
}));
