import type { PreparedRoute } from "./plan";
import { isListed } from "./resolve-model";

/** A route weighs some 40 KB in the end, and those of names that a client makes up are used once. */
const placesOfUnlisted = 8;

/**
 * The routes that were prepared in this worker: for all virtual keys that may use the same (`access`, one object for each
 * endpoint of theirs) and each model name, what of the plan is the same for every request. They are made on first use
 * and dropped when another snapshot is there. Health, chance and limits stay with each request.
 */
export class PreparedRoutes {
  private snapshot: object | undefined;
  /** What was used since the generation before was full, and what was used in that. */
  private young: Routes = new Map();
  private old: Routes = new Map();
  private places = 0;

  /** `most`: no more are kept, an eighth of unlisted models; what clients make up pushes out nothing that is in use. */
  constructor(private readonly most = 4096) {}

  find(snapshot: object, access: object, model: string): PreparedRoute | undefined {
    if (this.snapshot !== snapshot) this.forget(snapshot);
    const young = this.young.get(access)?.get(model);
    if (young !== undefined) return young;
    const old = this.old.get(access)?.get(model);
    if (old !== undefined) this.keep(access, model, old);
    return old;
  }

  /** To be called where `find` found none. */
  keep(access: object, model: string, route: PreparedRoute): void {
    if (this.places >= this.most / 2) {
      this.old = this.young;
      this.young = new Map();
      this.places = 0;
    }
    const routes = this.young.get(access) ?? new Map<string, PreparedRoute>();
    this.young.set(access, routes.set(model, route));
    this.places += isListed(route.resolution) ? 1 : placesOfUnlisted;
  }

  private forget(snapshot: object): void {
    this.snapshot = snapshot;
    this.young = new Map();
    this.old = new Map();
    this.places = 0;
  }
}

type Routes = Map<object, Map<string, PreparedRoute>>;
