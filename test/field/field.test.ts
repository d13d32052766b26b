import { expect, test } from "bun:test";
import type { Vendor } from "../judges/rule.ts";
import { vendors } from "../judges/vendors.ts";
import { problemsOf, readKnownFaults, shrinkKnownFaults } from "./known-faults.ts";
import { movedConversations } from "./moved-conversations.ts";
import { renderPart, writtenPart } from "./page.ts";
import { type Outcome, sendShapes } from "./send-shapes.ts";
import { readShapes } from "./shapes.ts";
import { startField } from "./start-field.ts";

const bench = await startField();
const shapes = readShapes();
const moved = await movedConversations(bench);
const outcomes: Outcome[] = [];

for (const vendor of vendors) {
  test(`requests of real clients reach ${vendor.id} as it wants them`, async () => {
    for (const model of vendor.models)
      outcomes.push(...(await sendShapes(bench, [...shapes, ...moved], vendor.id, model)));
    expect(newFaults(vendor)).toEqual([]);
  });
}

test("no request of a real client is refused by the gateway itself", () => {
  const refused = outcomes.flatMap(({ model, refused, shape, vendor }) =>
    refused === undefined ? [] : [`${vendor}/${model} of ${shape}: ${refused}`],
  );
  expect(refused).toEqual([]);
});

test("the list of known faults holds nothing that has been mended (HEADGATE_UPDATE_DOCS=1 shrinks it)", () => {
  if (process.env.HEADGATE_UPDATE_DOCS === "1") shrinkKnownFaults(outcomes);
  const mended = readKnownFaults().filter((fault) => problemsOf(outcomes, fault).length === 0);
  expect(mended).toEqual([]);
});

test("docs/internals/conformance.md tells what is refused by model", () => {
  const part = renderPart(shapes, moved.length, readKnownFaults());
  expect(writtenPart(part)).toBe(part);
});

/** What a vendor refuses more often than is known, a line for each request and the rule's source. */
function newFaults({ id, rules }: Vendor): readonly string[] {
  const names = [...rules.map(({ name }) => name), "form", "answer"];
  return names.flatMap((rule) => {
    const found = problemsOf(outcomes, { vendor: id, rule });
    const known = readKnownFaults().find((fault) => fault.vendor === id && fault.rule === rule);
    const source = rules.find(({ name }) => name === rule)?.source ?? "";
    return found.length > (known?.atMost ?? 0) ? found.map((line) => `${line} (${source})`) : [];
  });
}
