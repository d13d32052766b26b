import type { FakeProvider } from "../fake-provider/start-fake-provider.ts";
import type { Headgate } from "../harness/start-headgate.ts";
import { waitUntil } from "../harness/wait-until.ts";
import { type Call, call, type Got } from "./call.ts";
import type { Case } from "./case.ts";

/** What the client of one case got. */
export type Played = {
  readonly got: Got;
  /** Of the calls before and after that were not answered as they must be. */
  readonly problems: readonly string[];
};

/** Marks the call after, so that the provider's log can tell it apart. */
export const afterMark = "[[after:1]]";

export async function play(one: Case, gateway: Headgate, provider: FakeProvider): Promise<Played> {
  const { ask = {} } = one.scenario;
  const main: Call = {
    url: gateway.url,
    secret: one.secret,
    dialect: one.shape.client,
    form: one.shape.form,
    model: one.model,
    content: ask.content ?? "hello there",
    maxTokens: ask.maxTokens ?? 100,
    requestId: one.name,
  };
  const problems: string[] = [];
  const mustBeAnswered = async (what: string, given: Call) => {
    const { status, complete, raw } = await call(given);
    if (status !== 200 || !complete) problems.push(`the call ${what}: status ${status}, ${raw.slice(-300)}`);
  };

  for (let count = 0; count < (ask.callsBefore ?? 0); count++) {
    await mustBeAnswered("before", { ...main, requestId: `${one.name}/before` });
  }
  const end = new AbortController();
  const meanwhile = Array.from({ length: ask.callsMeanwhile ?? 0 }, () =>
    call({ ...main, requestId: `${one.name}/meanwhile`, signal: end.signal }),
  );
  if (meanwhile.length > 0) {
    const arrived = async () =>
      (await provider.log()).filter(({ path }) => path.includes(`/as/${one.name}.a/`)).length >= meanwhile.length;
    await waitUntil(`the calls meanwhile of ${one.name}`, arrived, 5000, 100);
  }
  const leave = { leaveAfterMs: ask.leaveAfterMs, leaveAfterEvents: ask.leaveAfterEvents };
  const got = await call({ ...main, ...defined(leave) });
  end.abort();
  await Promise.all(meanwhile);
  if (ask.callAfter) {
    await mustBeAnswered("after", {
      ...main,
      content: `${afterMark} hello there`,
      requestId: `${one.name}/after`,
    });
  }
  return { got, problems };
}

function defined<T extends object>(fields: T): { readonly [K in keyof T]: Exclude<T[K], undefined> } | object {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined));
}
