import type { Repositories } from "./repositories";

/**
 * What operators configured through the API and the command line. A call of a repository is one transaction, durable
 * when it resolves, unless it is made inside one.
 */
export type ConfigStore = Repositories & {
  /**
   * Makes one transaction of all calls that `work` makes, also through what it calls and awaits: all are durable when it
   * resolves, none is left when `work` throws. Other calls wait until it is over, and so never see or join half of it.
   * One inside another is part of that.
   */
  readonly transaction: <T>(work: () => Promise<T>) => Promise<T>;
  /**
   * Puts the file back where it was deleted or cut off, with all that is in it. After `restored` and `replaced` the store
   * writes into a file that nobody will find, and is to be opened anew; `damaged`: what is gone of the file is nowhere else.
   * Throws where that cannot be done at the moment. Left out where there is no file.
   */
  readonly lookAfterFile?: () => "in-place" | "restored" | "replaced" | "damaged";
  readonly close: () => void;
};
