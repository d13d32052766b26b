import { namesOf } from "#lib/names-of";
import type { Strategies } from "./strategy";
import { weighted } from "./weighted";

/** Every strategy; configuration takes their names. */
export const strategies = { weighted } as const satisfies Strategies;

export const strategyNames = namesOf(strategies);

/** Of a route that names none. */
export const defaultStrategy = "weighted" satisfies keyof typeof strategies;
