import type { Body } from "#api/call";
import type { Model } from "#api/schema.gen";
import type { ModelPatch } from "./change-model";

/** What is typed of a model; empty where the catalog's word holds. */
export type Typed = {
  readonly provider: string;
  readonly id: string;
  readonly input: string;
  readonly output: string;
  readonly cacheRead: string;
  readonly cacheWrite: string;
  readonly context: string;
  readonly maxOutput: string;
};

type Own = Pick<Body<"POST /api/models">, "price" | "context" | "max_output">;

export function typedOf(model: Model | undefined): Typed {
  const { price, context, max_output } = model?.own ?? {};
  return {
    provider: model?.provider ?? "",
    id: "",
    input: price?.input ?? "",
    output: price?.output ?? "",
    cacheRead: price?.cache_read ?? "",
    cacheWrite: price?.cache_write ?? "",
    context: context === undefined ? "" : String(context),
    maxOutput: max_output === undefined ? "" : String(max_output),
  };
}

/** A price without one of its two main parts is sent as it is: the API says what is missing at its field. */
export function ownOf({ input, output, cacheRead, cacheWrite, context, maxOutput }: Typed): Own {
  const hasPrice = [input, output, cacheRead, cacheWrite].some((amount) => amount !== "");
  return {
    ...(hasPrice && {
      price: {
        input,
        output,
        ...(cacheRead !== "" && { cache_read: cacheRead }),
        ...(cacheWrite !== "" && { cache_write: cacheWrite }),
      },
    }),
    ...(context !== "" && { context: Number(context) }),
    ...(maxOutput !== "" && { max_output: Number(maxOutput) }),
  };
}

export function patchOf(typed: Typed): ModelPatch {
  const { price = null, context = null, max_output = null } = ownOf(typed);
  return { price, context, max_output };
}
