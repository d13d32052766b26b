import type { CatalogKeeper } from "./catalog-keeper";

/** How often it is looked at whether the catalog is to be fetched. */
const roundMs = 30_000;
const firstAfterMs = 2000;

/** Fetches the catalog when its time has come. */
export function startCatalogUpkeep(keeper: Pick<CatalogKeeper, "fetchDue">): {
  readonly close: () => Promise<void>;
} {
  let running: Promise<void> = Promise.resolve();
  let isClosed = false;
  const work = async () => {
    await keeper.fetchDue();
    if (!isClosed) timer = setTimeout(start, roundMs);
  };
  const start = () => {
    running = work();
  };
  let timer = setTimeout(start, firstAfterMs);
  return {
    close: async () => {
      isClosed = true;
      clearTimeout(timer);
      await running;
    },
  };
}
