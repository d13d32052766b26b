import type { ApiHandler } from "./handler";
import type { InferenceForward } from "./inference-forward";
import { assertFromOwnPage } from "./own-pages";
import { problemOf } from "./problem";
import { respondProblem } from "./respond";
import { assertOwnHost, readVisit, type VisitRules } from "./visit";

export type FrontParts = {
  readonly api: ApiHandler;
  /** Answers for the dashboard, `/ui` and all below it, and leads to it from elsewhere. */
  readonly page: (request: Request) => Promise<Response>;
  readonly visitRules: () => VisitRules;
  /** Where the dashboard has a port of its own. */
  readonly forward: InferenceForward | undefined;
};

/** All that the control plane answers over HTTP: the dashboard's files, and the API's table. */
export function createFront({ api, page, visitRules, forward }: FrontParts): ApiHandler {
  return async (request, peer) => {
    const { pathname } = new URL(request.url);
    // Whoever opens the address in a browser wants the dashboard; programs are led to the description.
    const isFirstVisit = pathname === "/" && (request.headers.get("accept") ?? "").includes("text/html");
    const isOfPage = isFirstVisit || pathname === "/ui" || pathname.startsWith("/ui/");
    if (!isOfPage && (peer.trusted || forward?.takes(request) !== true)) return api(request, peer);
    const rules = visitRules();
    try {
      const visit = readVisit(request, peer, rules);
      if (!peer.trusted) assertOwnHost(visit, rules.publicUrl);
      if (isOfPage || forward === undefined) return page(request);
      assertFromOwnPage(request, visit, rules.publicUrl);
      return await forward.send(request, peer);
    } catch (error) {
      const problem = problemOf(error);
      if (problem === undefined) throw error;
      return respondProblem(problem);
    }
  };
}
