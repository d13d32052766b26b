// Writes the admin API's OpenAPI document to standard output, without a running instance: bun scripts/openapi.ts > FILE
import { LimitBench } from "#limits/fixtures/limit-bench";

using bench = new LimitBench();
await bench.start();
const { body } = await bench.ask("GET", "/api/openapi.json");
process.stdout.write(`${JSON.stringify(body, undefined, 2)}\n`);
