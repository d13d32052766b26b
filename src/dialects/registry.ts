import { anthropicMessages } from "./anthropic-messages/dialect";
import type { Dialects } from "./dialect";
import { openaiChat } from "./openai-chat/dialect";

/** Every dialect that Headgate speaks, a line each. */
const known = [openaiChat, anthropicMessages] as const;

export type DialectName = (typeof known)[number]["name"];

export const dialectNames: readonly DialectName[] = known.map(({ name }) => name);

/** What look-alikes of any dialect may differ in. */
export type QuirkName = NamesOf<(typeof known)[number]["quirks"]>;

/** Of each member of a union. */
type NamesOf<T> = T extends T ? keyof T : never;

/** Every quirk of every dialect: what a provider that has it does differently. */
export const quirkDescriptions: { readonly [name in QuirkName]: string } = Object.assign(
  {},
  ...known.flatMap(({ quirks }) => Object.entries(quirks).map(([name, { description }]) => ({ [name]: description }))),
);

export const dialects: Dialects = Object.fromEntries(known.map((dialect) => [dialect.name, dialect]));
