import { useQuery, useQueryClient } from "@tanstack/react-query";
import { type ReactNode, useCallback, useEffect, useMemo, useRef } from "react";
import { createCall } from "#api/call";
import type { CurrentSession } from "#api/schema.gen";
import { readSession, SessionContext, type SessionState } from "#api/session";
import { CallContext } from "#api/use-call";
import { ErrorState } from "#components/error-state";
import { SignIn } from "./sign-in";

const sessionKey = ["session"] as const;
const askAgainMs = 2000;

/**
 * Shows the pages to whoever is signed in, and the sign-in in their place to others: the address stays, so that signing in
 * goes on where one was.
 */
export function SessionGate({ children }: { readonly children: (session: CurrentSession) => ReactNode }) {
  const client = useQueryClient();
  const current = useQuery({
    queryKey: sessionKey,
    queryFn: readSession,
    staleTime: Number.POSITIVE_INFINITY,
    // Nothing else on the page asks yet: where the first answer fails it goes on by itself.
    refetchInterval: ({ state }) => (state.status === "error" && state.data === undefined ? askAgainMs : false),
  });
  const session = current.data ?? undefined;
  const csrf = useRef<string>(undefined);
  useEffect(() => {
    csrf.current = session?.csrf_token;
  }, [session]);
  const forget = useCallback(() => {
    client.removeQueries({ predicate: ({ queryKey }) => queryKey[0] !== sessionKey[0] });
    client.setQueryData(sessionKey, null);
  }, [client]);
  const call = useMemo(() => {
    const renew = async () => {
      const next = await readSession();
      client.setQueryData(sessionKey, next);
      return next?.csrf_token;
    };
    return createCall({ csrf: () => csrf.current, renew, onSignedOut: forget });
  }, [client, forget]);
  const signOut = useCallback<SessionState["signOut"]>(
    async (where) => {
      await call("DELETE /api/sessions/current", { query: where === "everywhere" ? { everywhere: "true" } : {} });
      forget();
    },
    [call, forget],
  );
  const state = useMemo(() => (session === undefined ? undefined : { session, signOut }), [session, signOut]);

  if (current.isPending) return null;
  if (current.data === undefined && current.error !== null) {
    return <ErrorState error={current.error} onRetry={() => current.refetch()} />;
  }
  if (state === undefined) return <SignIn onSignedIn={(next) => client.setQueryData(sessionKey, next)} />;
  return (
    <SessionContext.Provider value={state}>
      <CallContext.Provider value={call}>{children(state.session)}</CallContext.Provider>
    </SessionContext.Provider>
  );
}
