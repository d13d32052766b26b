import type { Snippet } from "#components/code-block";
import type { ChartSeries } from "#lib/chart-scale";

const hour = 3_600_000;
const end = Math.floor(Date.now() / hour) * hour;

export const chartTimes = Array.from({ length: 48 }, (_, index) => end - (47 - index) * hour);

export const sampleSeries: readonly ChartSeries[] = [
  "anthropic/claude-sonnet-5",
  "openai/gpt-4o",
  "openai/gpt-4o-mini",
  "google/gemini-3-flash",
  "local/my-model",
  "Others",
].map((name, place) => ({
  name,
  values: chartTimes.map(
    (_, index) => (6 - place) * (1.2 + Math.sin(index / 4 + place)) + ((index * 7 + place * 3) % 5),
  ),
  ...(name === "Others" && { colour: "var(--series-rest)" }),
}));

export const snippets: readonly Snippet[] = [
  {
    name: "curl",
    code: `curl http://localhost:8080/v1/chat/completions \\
  -H "Authorization: Bearer hg-…" \\
  -d '{"model": "demo/echo", "messages": [{"role": "user", "content": "Hello"}]}'`,
  },
  {
    name: "Python",
    code: `from openai import OpenAI

client = OpenAI(base_url="http://localhost:8080/v1", api_key="hg-…")`,
  },
  { name: "TypeScript", code: `const client = new OpenAI({ baseURL: "http://localhost:8080/v1", apiKey: "hg-…" });` },
];
