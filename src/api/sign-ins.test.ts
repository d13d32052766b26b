import { expect, test } from "bun:test";
import { createSignIns } from "./sign-ins";

const hourMs = 3_600_000;

test("seen() notes the first request from an address, the first after twelve idle hours, and that of another token", async () => {
  const clients: (string | undefined)[] = [];
  let nowMs = 0;
  const signIns = createSignIns({ note: async ({ client }) => void clients.push(client) }, () => nowMs, fail);
  const seen = (client: string, token = "t") => signIns.seen({ actor: "admin_token", client }, token);
  await seen("a");
  for (let hour = 0; hour < 24; hour++) {
    nowMs += hourMs;
    await seen("a");
  }
  expect(clients).toEqual(["a"]);
  await seen("b");
  await seen("a", "another token");
  nowMs += 12 * hourMs;
  await seen("a");
  expect(clients).toEqual(["a", "b", "a", "a"]);
});

test("seen() remembers a bounded number of addresses and forgets the one seen the longest ago", async () => {
  const clients: (string | undefined)[] = [];
  const signIns = createSignIns({ note: async ({ client }) => void clients.push(client) }, () => 0, fail);
  for (let address = 0; address < 1000; address++)
    await signIns.seen({ actor: "admin_token", client: `${address}` }, "t");
  await signIns.seen({ actor: "admin_token", client: "0" }, "t");
  await signIns.seen({ actor: "admin_token", client: "new" }, "t");
  await signIns.seen({ actor: "admin_token", client: "0" }, "t");
  expect(clients).toHaveLength(1001);
  await signIns.seen({ actor: "admin_token", client: "1" }, "t");
  expect(clients).toHaveLength(1002);
});

test("seen() lets in whom it cannot note, and tries again a minute later", async () => {
  const errors: unknown[] = [];
  let nowMs = 0;
  let tried = 0;
  const note = async () => {
    tried += 1;
    if (tried === 1) throw new Error("the disk is full");
  };
  const signIns = createSignIns(
    { note },
    () => nowMs,
    (error) => errors.push(error),
  );
  for (nowMs = 0; nowMs < 120_000; nowMs += 10_000) await signIns.seen({ actor: "admin_token", client: "a" }, "t");
  expect([tried, errors.length]).toEqual([2, 1]);
});

function fail(error: unknown): void {
  throw error;
}
