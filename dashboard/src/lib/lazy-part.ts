import { type ComponentType, lazy } from "react";

/** Between tries: together longer than the control process takes to be replaced. */
const pausesMs = [200, 400, 800, 1600, 3200];

/** A component whose code is loaded when it is first shown. */
export function lazyPart<Props extends object>(load: () => Promise<ComponentType<Props>>) {
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
