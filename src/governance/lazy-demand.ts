import type { Demand } from "#core/demand";

/** A request's demand, which is read once something depends on it, for that may have to look into the body. */
export type LazyDemand = {
  readonly read: () => Demand;
  /** Undefined while nothing has read it. */
  readonly known: () => Demand | undefined;
};

export class DemandOf<Request> implements LazyDemand {
  private found: Demand | undefined;

  constructor(
    private readonly find: (request: Request) => Demand,
    private readonly request: Request,
  ) {}

  read(): Demand {
    this.found ??= this.find(this.request);
    return this.found;
  }

  known(): Demand | undefined {
    return this.found;
  }
}
