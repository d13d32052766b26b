import type { KeyProfile, LimitForm } from "#core/key-profile";
import type { PeriodRule } from "#core/period";

/** Makes profiles share those parts in which they are alike, for there may be as many profiles as virtual keys. */
export function createPartSharing(): (profile: KeyProfile) => KeyProfile {
  const lists = new Map<string, readonly string[]>();
  const periods = new Map<string, PeriodRule>();
  const list = (words: readonly string[]) => known(lists, words.join("\n"), words);
  const period = (rule: PeriodRule) => (rule.kind === "none" ? prepaid : known(periods, textOf(rule), rule));
  const form = ({ suffix, terms }: LimitForm): LimitForm => {
    const match = isEmpty(terms.match) ? nothing : terms.match;
    return {
      suffix,
      terms: terms.kind === "budget" ? { ...terms, match, period: period(terms.period) } : { ...terms, match },
    };
  };
  return (profile) => ({
    ...profile,
    tags: isEmpty(profile.tags) ? nothing : profile.tags,
    models: list(profile.models),
    blocked: list(profile.blocked),
    endpoints: list(profile.endpoints),
    limits: profile.limits.map(form),
  });
}

const nothing = {};
const prepaid: PeriodRule = { kind: "none" };

function known<V>(pool: Map<string, V>, name: string, value: V): V {
  const found = pool.get(name);
  if (found === undefined) pool.set(name, value);
  return found ?? value;
}

function textOf({ unit, count, align }: Extract<PeriodRule, { kind: "repeating" }>): string {
  return `${count}${unit} ${align.to === "anchor" ? align.anchorMs : align.timeZone}`;
}

function isEmpty(value: object): boolean {
  for (const _ in value) return false;
  return true;
}
