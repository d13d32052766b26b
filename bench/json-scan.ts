import { readFields, scanTopLevel } from "#lib/json-scan";
import { spliceTopLevel } from "#lib/json-splice";

const bodies = {
  "1 KB chat": chat(1, 800),
  "20 KB chat, 40 turns": chat(40, 400),
  "10 MB base64 image": chat(1, 10 * 1024 * 1024),
};

// biome-ignore lint/suspicious/noConsole: a bench prints its table
console.table(
  Object.entries(bodies).map(([body, bytes]) => ({
    body,
    bytes: bytes.length,
    "scan µs": time(bytes, () => scanTopLevel(bytes)),
    "scan + read + splice µs": time(bytes, () => {
      const scan = scanTopLevel(bytes);
      readFields(scan, ["model", "stream", "max_tokens", "n"]);
      return spliceTopLevel(scan, { model: "gpt-4o-mini-2024-07-18" });
    }),
    "JSON.parse µs": time(bytes, () => JSON.parse(new TextDecoder().decode(bytes))),
  })),
);

function chat(turns: number, length: number): Uint8Array {
  const content = "Lorem ipsum dolor sit amet. ".repeat(Math.ceil(length / 28)).slice(0, length);
  const messages = Array.from({ length: turns }, (_, i) => ({ role: i % 2 === 0 ? "user" : "assistant", content }));
  return new TextEncoder().encode(
    JSON.stringify({ model: "openai/gpt-4o-mini", max_tokens: 256, temperature: 0.7, stream: true, messages }),
  );
}

/** Median of ten rounds, in microseconds a call. */
function time(bytes: Uint8Array, call: () => unknown): number {
  const calls = Math.max(3, Math.floor(2e6 / bytes.length));
  const rounds = Array.from({ length: 10 }, () => {
    const start = performance.now();
    for (let i = 0; i < calls; i++) call();
    return ((performance.now() - start) * 1000) / calls;
  });
  return Number(rounds.sort((a, b) => a - b)[5]?.toFixed(2));
}
