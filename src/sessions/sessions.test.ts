import { beforeEach, describe, expect, test } from "bun:test";
import { createIdSource } from "#core/ids";
import type { ConfigStore } from "#store/config/config-store";
import { openStores } from "#store/open-stores";
import { csrfTokenOf } from "./session-secret";
import { createSessions, type NewSession, type Sessions } from "./sessions";
import { createSignInLinks, type SignInLinks } from "./sign-in-link";

const hourMs = 3_600_000;
const minuteMs = 60_000;
let nowMs: number;
let store: ConfigStore;
let sessions: Sessions;
let links: SignInLinks;
/** What sessions are begun with; another one ends them. */
let token: string;

const proof = (secret: string) => `${secret}:${token}`;

function open(): Sessions {
  return createSessions({
    store: store.sessions,
    holds: async (principal, secret) => principal.kind !== "admin" || principal.proof === proof(secret),
    newId: createIdSource(() => nowMs),
    nowMs: () => nowMs,
  });
}

beforeEach(async () => {
  nowMs = 1_800_000_000_000;
  token = "first";
  store = await openStores("memory:").config({ key: "k".repeat(32), origin: "test" });
  sessions = open();
  links = createSignInLinks({ settings: store.settings, proof, nowMs: () => nowMs });
});

const admin = (isSecure: boolean): NewSession => ({
  isSecure,
  principal: (secret) => ({ kind: "admin", proof: proof(secret) }),
  from: { via: "token" },
});

async function begin(isSecure = true) {
  nowMs += 1;
  return sessions.begin(admin(isSecure));
}

describe("createSessions()", () => {
  test("finds a session by its secret, of which only the hash is kept, also after a restart", async () => {
    const { session, secret } = await begin();
    expect(secret).toMatch(/^[\w-]{43}$/);
    expect((await sessions.find(secret))?.id).toBe(session.id);
    expect((await open().find(secret))?.id).toBe(session.id);
    expect(JSON.stringify(await store.sessions.list())).not.toContain(`"${secret}"`);
    for (const other of ["", "x", csrfTokenOf(secret), session.hash, `${secret.slice(0, -1)}_`]) {
      expect(await sessions.find(other)).toBeUndefined();
    }
  });

  test("ends a session after twelve hours without a use, and each use makes it twelve again", async () => {
    const { secret } = await begin();
    for (let use = 0; use < 3; use++) {
      nowMs += 12 * hourMs - 1;
      expect(await sessions.find(secret)).toBeDefined();
    }
    nowMs += 12 * hourMs;
    expect(await sessions.find(secret)).toBeUndefined();
    expect(await store.sessions.list()).toEqual([]);
  });

  test("ends it after seven days over TLS and eight hours over plain HTTP, however much it is used", async () => {
    for (const [isSecure, hours] of [
      [true, 7 * 24],
      [false, 8],
    ] as const) {
      const { secret } = await begin(isSecure);
      for (let hour = 1; hour < hours; hour++) {
        nowMs += hourMs;
        expect(await sessions.find(secret)).toBeDefined();
      }
      nowMs += hourMs;
      expect(await sessions.find(secret)).toBeUndefined();
    }
  });

  test("stores uses once a minute, so that a restart forgets at most one", async () => {
    const { secret } = await begin();
    const stored = async () => (await store.sessions.list())[0]?.seenAtMs ?? 0;
    const beganMs = nowMs;
    nowMs += minuteMs - 1;
    await sessions.find(secret);
    expect(await stored()).toBe(beganMs);
    nowMs += 1;
    await sessions.find(secret);
    expect(await stored()).toBe(nowMs);
    nowMs += 1000;
    await sessions.find(secret);
    expect([await stored(), (await sessions.list())[0]?.seenAtMs]).toEqual([nowMs - 1000, nowMs]);
  });

  test("ends a session whose token is another now, and one that is ended while it is looked up", async () => {
    const { secret } = await begin();
    token = "second";
    expect(await sessions.find(secret)).toBeUndefined();
    const other = await begin();
    await sessions.find(other.secret);
    const finding = sessions.find(other.secret);
    const ending = sessions.end(other.session.id);
    await Promise.all([finding, ending]);
    expect(await sessions.find(other.secret)).toBeUndefined();
  });

  test("end() and endAll() end sessions at once, and the answers that go on for them", async () => {
    const [one, two, three] = [await begin(), await begin(), await begin(false)];
    const signal = sessions.endOf(one.session.id);
    expect([await sessions.end(one.session.id), await sessions.end(one.session.id)]).toEqual([true, false]);
    expect([signal.aborted, await sessions.find(one.secret)]).toEqual([true, undefined]);
    expect(await sessions.find(two.secret)).toBeDefined();
    expect(await sessions.endAll("admin")).toBe(2);
    expect([await sessions.find(two.secret), await sessions.find(three.secret)]).toEqual([undefined, undefined]);
  });

  test("endDue() deletes those whose time is over", async () => {
    const [plain, secure] = [await begin(false), await begin()];
    const signal = sessions.endOf(plain.session.id);
    nowMs += 8 * hourMs;
    expect((await sessions.list()).map(({ id }) => id)).toEqual([secure.session.id]);
    await sessions.endDue();
    expect([signal.aborted, (await store.sessions.list()).length]).toEqual([true, 1]);
  });

  test("keeps a hundred sessions of one principal: the oldest ends when another begins", async () => {
    const first = await begin();
    for (let count = 1; count < 100; count++) await begin();
    expect(await sessions.find(first.secret)).toBeDefined();
    await begin();
    expect([await sessions.find(first.secret), (await sessions.list()).length]).toEqual([undefined, 100]);
  });
});

describe("createSignInLinks()", () => {
  test("takes a code once", async () => {
    const { code } = await links.make();
    expect(JSON.stringify(await store.settings.fact("sign_in_link"))).not.toContain(`"${code}"`);
    expect([await links.take("wrong"), await links.take(code), await links.take(code)]).toEqual([false, true, false]);
  });

  test("has one code at a time, which ends after ten minutes, with another token, or when it is told to", async () => {
    const before = await links.make();
    const { code } = await links.make();
    expect(await links.take(before.code)).toBe(false);
    nowMs += 10 * minuteMs;
    expect(await links.take(code)).toBe(false);
    const other = await links.make();
    token = "second";
    expect(await links.take(other.code)).toBe(false);
    const last = await links.make();
    await links.end();
    expect(await links.take(last.code)).toBe(false);
  });
});
