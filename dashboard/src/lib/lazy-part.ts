import { type ComponentType, lazy } from "react";

/** Between tries: together longer than the control process takes to be replaced. */
const pausesMs = [200, 400, 800, 1600, 3200];

/** After the start of the program, by when the first page has what it needs. */
const idleMs = 2000;

/**
 * A component whose code is no part of the first load. It comes when it is first shown or a moment after the start, whichever is
 * sooner: what somebody types into it as soon as he opened it would else be lost.
 */
export function lazyPart<Props extends object>(load: () => Promise<ComponentType<Props>>) {
  setTimeout(() => void load().catch(() => undefined), idleMs);
  return lazy(async () => ({ default: await loadAgain(load) }));
}

/** Loads code; again for a while where it does not come: what serves it may just be replaced. */
export async function loadAgain<Code>(load: () => Promise<Code>): Promise<Code> {
  for (const pauseMs of pausesMs) {
    try {
      return await load();
    } catch {
      await new Promise((resolve) => setTimeout(resolve, pauseMs));
    }
  }
  return await load();
}
