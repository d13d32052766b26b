import { compileGlob } from "#lib/glob";

const named = compileGlob("*nova*");

/** Whether a model is one of Amazon's Nova; an application's inference profile does not say. */
export function isNova(model: string): boolean {
  return named(model.toLowerCase());
}
