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
  readonly close: () => void;
};
