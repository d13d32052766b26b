import type { Limit } from "#core/limit";
import type { CompileTools, SectionRows } from "./sections";
import type { Sources } from "./sources";

/** Compiles every section from what is configured. */
export async function compileContent<E extends { readonly [N in keyof C]: unknown }, C extends object>(
  rows: SectionRows<E, C>,
  from: Sources,
  tools: CompileTools,
): Promise<C> {
  const content: Partial<C> = {};
  for (const name in rows) content[name] = await compileSection(rows, name, from, tools);
  if (hasAll(rows, content)) return content;
  throw new Error("Cannot compile a snapshot: a section is missing");
}

/** Compiles one section, the others stay. */
export async function compileSection<
  E extends { readonly [N in keyof C]: unknown },
  C extends object,
  N extends keyof C,
>(rows: SectionRows<E, C>, name: N, from: Sources, tools: CompileTools): Promise<C[N]> {
  const row = rows[name];
  return row.compile(await row.entries(from), tools);
}

/** The limits that requests of several virtual keys are held against. */
export function sharedLimits<E extends { readonly [N in keyof C]: unknown }, C extends object>(
  rows: SectionRows<E, C>,
  content: C,
): readonly Limit[] {
  const limits: (readonly Limit[])[] = [];
  for (const name in rows) limits.push(rows[name].limitsIn?.(content[name]) ?? []);
  return limits.flat();
}

function hasAll<C extends object>(rows: { readonly [N in keyof C]: unknown }, content: Partial<C>): content is C {
  return Object.keys(rows).every((name) => Object.hasOwn(content, name));
}
