export type Body = { readonly [key: string]: unknown };

/** What a provider says against a request; the rest of the error's body is the vendor's own form. */
export type Objection = {
  readonly message: string;
  readonly param?: string;
  readonly code?: string | number;
  readonly type?: string;
  /** Where the vendor's rules answer with more than one status. */
  readonly status?: number;
  /** Where in the body, for those who say it apart. */
  readonly at?: readonly (string | number)[];
};

/** One thing that a provider, or some of its models, refuse. */
export type Rule = {
  /** Unique among its vendor's. */
  readonly name: string;
  /** Patterns over model names, with `*` for any characters; left out: all models. */
  readonly models?: readonly string[];
  /** A public page, thread or source file that tells of it. */
  readonly source: string;
  /** The first that is refused in the request, in the provider's words; undefined when nothing is. */
  readonly objects: (body: Body, request: { readonly model: string; readonly beta: string }) => Objection | undefined;
};

/** A provider as strict as the real one. */
export type Vendor = {
  readonly id: string;
  readonly dialect: "openai-chat" | "anthropic-messages";
  /** One model for each generation whose rules differ. */
  readonly models: readonly string[];
  readonly rules: readonly Rule[];
  /** Status and body of a refusal, as this provider words them. */
  readonly refusal: (objection: Objection) => { readonly status: number; readonly body: unknown };
};

export function fits(rule: Rule, model: string): boolean {
  return rule.models === undefined || rule.models.some((pattern) => matches(pattern, model));
}

function matches(pattern: string, model: string): boolean {
  const expression = pattern.split("*").map(RegExp.escape).join(".*");
  return new RegExp(`^${expression}$`).test(model);
}
