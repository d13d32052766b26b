import { useQuery } from "@tanstack/react-query";
import { useNavigate, useRouterState } from "@tanstack/react-router";
import { useEffect, useRef } from "react";
import { useCall } from "#api/use-call";
import { usePreferences } from "#lib/preferences";

/** Opens the first steps in place of an overview of nothing: once, until they are put away. */
export function OpenFirstVisit() {
  const path = useRouterState({ select: ({ location }) => location.pathname });
  const { startDismissed } = usePreferences();
  const navigate = useNavigate();
  const opened = useRef(false);
  const isAsked = path === "/" && !startDismissed && !opened.current;
  const { data: isNew = false } = useIsNew(isAsked);
  useEffect(() => {
    if (!isNew || !isAsked) return;
    opened.current = true;
    void navigate({ to: "/start", replace: true });
  }, [isNew, isAsked, navigate]);
  return null;
}

/** Whether no provider beside the demo is there, or no request was made yet. */
function useIsNew(enabled: boolean) {
  const call = useCall();
  return useQuery({
    queryKey: ["providers", "first-visit"],
    enabled,
    queryFn: async ({ signal }) => {
      const [providers, logs] = await Promise.all([
        call("GET /api/providers", { query: { limit: 2 }, signal }),
        call("GET /api/logs", { query: { limit: 1 }, signal }),
      ]);
      return logs.data.length === 0 || providers.data.every(({ id }) => id === "demo");
    },
  });
}
