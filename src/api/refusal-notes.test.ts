import { expect, test } from "bun:test";
import type { AuditNote, AuditTrail } from "#audit/audit-trail";
import type { Origin } from "#audit/origin";
import { createRefusalNotes } from "./refusal-notes";

function noted() {
  const events: { readonly origin: Origin; readonly event: AuditNote }[] = [];
  const audit: Pick<AuditTrail, "note"> = {
    note: async (origin, event) => void events.push({ origin, event }),
  };
  let nowMs = 0;
  const notes = createRefusalNotes(audit, () => nowMs);
  const refused = (client: string, path = "/api/settings") =>
    notes.refused({ actor: "anonymous", client }, { method: "GET", path, status: 401 });
  return { events, notes, refused, pass: (ms: number) => (nowMs += ms) };
}

test("refused() writes the first of an address at once and counts the rest of its minute into one event", async () => {
  const { events, notes, refused, pass } = noted();
  for (let time = 0; time < 1000; time++) await refused("a");
  await refused("b");
  expect(events.map(({ origin }) => origin.client)).toEqual(["a", "b"]);
  await notes.flush();
  expect(events).toHaveLength(2);
  pass(60_000);
  await notes.flush();
  expect(events).toHaveLength(3);
  expect(events[2]).toMatchObject({
    origin: { client: "a" },
    event: { action: "admin.refused", changes: { status: 401, repeated: 999, since: "1970-01-01T00:00:00.000Z" } },
  });
  await refused("a");
  await notes.flush("all");
  expect(events).toHaveLength(4);
});

test("refused() writes a bounded number of events whatever the number of addresses", async () => {
  const { events, notes, refused, pass } = noted();
  for (let minute = 0; minute < 3; minute++) {
    for (let address = 0; address < 5000; address++) await refused(`2001:db8::${address}`);
    pass(60_000);
  }
  await notes.flush();
  expect(events.length).toBeLessThanOrEqual(3 * 32);
  const counted = events.map(({ event }) => Number(event.changes?.repeated ?? 1));
  expect(counted.reduce((sum, count) => sum + count, 0)).toBe(15_000);
});

test("refused() shortens long paths and masks what looks like a secret in them", async () => {
  const { events, refused } = noted();
  await refused("a", `/api/hg-0123456789abcdef/${"x".repeat(5000)}`);
  expect(events[0]?.event.resource.id).toStartWith("/api/***/xxx");
  expect(events[0]?.event.resource.id.length).toBe(200);
});
