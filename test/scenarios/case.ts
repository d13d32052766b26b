import type { Rule } from "../fake-provider/script.ts";
import type { Dialect, Form, Letter, Scenario, Shape, Upstream } from "./scenario.ts";

/** One scenario played in one shape: with providers, an alias and where needed a virtual key of its own. */
export type Case = {
  readonly name: string;
  readonly scenario: Scenario;
  readonly shape: Shape;
  /** The alias that is asked for. */
  readonly model: string;
  /** The virtual key's secret. */
  readonly secret: string;
  readonly upstreams: readonly CaseUpstream[];
};

export type CaseUpstream = Upstream & {
  readonly letter: Letter;
  readonly provider: string;
  readonly dialect: Dialect;
};

const dialects: readonly Dialect[] = ["openai-chat", "anthropic-messages"];
const letters: readonly Letter[] = ["a", "b", "c"];
const sharedSecret = "hg-scenarios-share-this-virtual-key-0123456789";
export const upstreamPrice = { input: 1, output: 2 };
const models: { readonly [D in Dialect]: string } = { "openai-chat": "fake-gpt", "anthropic-messages": "fake-claude" };
const secrets = ["sk-fake-one", "sk-fake-two", "sk-fake-three"];

/** A scenario in every shape that it has. */
export function casesOf(scenario: Scenario): readonly Case[] {
  const { forms = ["whole", "stream"], targets = dialects } = scenario;
  return dialects.flatMap((client) =>
    targets.flatMap((target) => forms.map((form) => caseOf(scenario, { client, target, form }))),
  );
}

function caseOf(scenario: Scenario, shape: Shape): Case {
  const name = `${scenario.id}.${nameOf(shape)}`;
  const upstreams = scenario.upstreams(shape).flatMap((upstream, index) => {
    const letter = letters[index];
    const dialect = index % 2 === 0 ? shape.target : otherOf(shape.target);
    return letter === undefined ? [] : [{ ...upstream, letter, dialect, provider: `${name}.${letter}` }];
  });
  return {
    name,
    scenario,
    shape,
    upstreams,
    model: `m.${name}`,
    secret: scenario.key === undefined ? sharedSecret : `hg-${name}-0123456789abcdef0123456789`,
  };
}

/** `oa-s`: a client of OpenAI's dialect, a target of Anthropic's, streamed. */
function nameOf({ client, target, form }: Shape): string {
  return `${client.slice(0, 1)}${target.slice(0, 1)}-${form.slice(0, 1)}`;
}

export function describeShape({ client, target, form }: Shape): string {
  return `${client} client, ${target} target, ${form satisfies Form}`;
}

function otherOf(dialect: Dialect): Dialect {
  return dialect === "openai-chat" ? "anthropic-messages" : "openai-chat";
}

/** The configuration of one gateway that serves all cases. */
export function configOf(
  cases: readonly Case[],
  fake: { readonly url: string; readonly port: number },
  deadPort: number,
) {
  const address = ({ at, provider }: CaseUpstream) => {
    if (at === "refused") return `http://127.0.0.1:${deadPort}/v1`;
    if (at === "unknown-host") return "https://no-such-host.invalid/v1";
    return at === "plain-port" ? `https://127.0.0.1:${fake.port}/v1` : `${fake.url}/as/${provider}/v1`;
  };
  const provider = (upstream: CaseUpstream) => ({
    dialect: upstream.dialect,
    base_url: address(upstream),
    keys: secrets.slice(0, upstream.keys ?? 1).map((value, index) => ({ name: `k${index + 1}`, value })),
    timeouts: {
      connect_ms: 2000,
      headers_ms: 4000,
      first_token_ms: 4000,
      idle_ms: 4000,
      total_ms: 20_000,
      ...upstream.timeouts,
    },
    retries: { max: 2, backoff_initial_ms: 20, backoff_max_ms: 200, ...upstream.retries },
    models: [
      {
        id: models[upstream.dialect],
        price: { ...(upstream.price ?? upstreamPrice) },
        ...(upstream.context !== "unknown" && { context: upstream.context ?? 100_000 }),
        max_output: 4096,
      },
    ],
  });
  const upstreams = cases.flatMap((one) => one.upstreams);
  const own = cases.filter(({ scenario }) => scenario.key !== undefined);
  return {
    providers: Object.fromEntries(upstreams.map((upstream) => [upstream.provider, provider(upstream)])),
    routes: cases.map((one) => {
      const [first, ...others] = one.upstreams.map((upstream) => `${upstream.provider}/${models[upstream.dialect]}`);
      return { alias: one.model, targets: [{ model: first }], fallbacks: others };
    }),
    virtual_keys: [
      { name: "scenarios", value: sharedSecret },
      ...own.map(({ name, secret, scenario }) => ({ name, value: secret, ...structuredClone(scenario.key) })),
    ],
  };
}

/** What the fake provider is told for all of them. */
export function rulesOf(cases: readonly Case[]): readonly Rule[] {
  return cases
    .flatMap((one) => one.upstreams)
    .flatMap(({ provider, script = [] }) =>
      script.map(({ answer, times = 1 }) => ({ match: { path: `/as/${provider}/` }, times, answer })),
    );
}
