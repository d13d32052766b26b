import type { ApiHandler } from "./handler";
import { problemOf } from "./problem";
import { respondProblem } from "./respond";
import { assertOwnHost, readVisit, type VisitRules } from "./visit";

export type FrontParts = {
  readonly api: ApiHandler;
  /** Answers for the dashboard, `/ui` and all below it, and leads to it from elsewhere. */
  readonly page: (request: Request) => Promise<Response>;
  readonly visitRules: () => VisitRules;
};

/** All that the control plane answers over HTTP: the dashboard's files, and the API's table. */
export function createFront({ api, page, visitRules }: FrontParts): ApiHandler {
  return async (request, peer) => {
    const { pathname } = new URL(request.url);
    // Whoever opens the address in a browser wants the dashboard; programs are led to the description.
    const isFirstVisit = pathname === "/" && (request.headers.get("accept") ?? "").includes("text/html");
    if (!isFirstVisit && pathname !== "/ui" && !pathname.startsWith("/ui/")) return api(request, peer);
    const rules = visitRules();
    try {
      if (!peer.trusted) assertOwnHost(readVisit(request, peer, rules), rules.publicUrl);
    } catch (error) {
      const problem = problemOf(error);
      if (problem === undefined) throw error;
      return respondProblem(problem);
    }
    return page(request);
  };
}
