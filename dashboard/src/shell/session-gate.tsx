import { useQuery, useQueryClient } from "@tanstack/react-query";
import { type ReactNode, useCallback, useMemo, useRef } from "react";
import { createCall } from "#api/call";
import { ApiProblem, problemFrom, unreachable } from "#api/problem";
import { type Session, SessionContext, sessionFrom } from "#api/session";
import { CallContext } from "#api/use-call";
import { ErrorState } from "#components/error-state";
import { SignIn } from "./sign-in";

const sessionKey = ["session"] as const;

/**
 * Shows the pages to whoever is signed in, and the sign-in in their place to others: the address stays, so that signing in
 * goes on where one was.
 */
export function SessionGate({ children }: { readonly children: (session: Session) => ReactNode }) {
  const client = useQueryClient();
  const current = useQuery({ queryKey: sessionKey, queryFn: readSession, staleTime: Number.POSITIVE_INFINITY });
  const session = current.data ?? undefined;
  const latest = useRef(session);
  latest.current = session;
  const forget = useCallback(() => {
    client.removeQueries({ predicate: ({ queryKey }) => queryKey[0] !== sessionKey[0] });
    client.setQueryData(sessionKey, null);
  }, [client]);
  const call = useMemo(() => createCall(() => latest.current?.csrfToken, forget), [forget]);
  const signOut = useCallback(async () => {
    const csrf = latest.current?.csrfToken;
    await fetch("/api/sessions/current", {
      method: "DELETE",
      headers: csrf === undefined ? {} : { "x-csrf-token": csrf },
    });
    forget();
  }, [forget]);
  const state = useMemo(() => (session === undefined ? undefined : { session, signOut }), [session, signOut]);

  if (current.isPending) return null;
  if (current.error !== null) return <ErrorState error={current.error} onRetry={() => current.refetch()} />;
  if (state === undefined) return <SignIn onSignedIn={(next) => client.setQueryData(sessionKey, next)} />;
  return (
    <SessionContext.Provider value={state}>
      <CallContext.Provider value={call}>{children(state.session)}</CallContext.Provider>
    </SessionContext.Provider>
  );
}

/** Null when nobody is signed in. */
async function readSession(): Promise<Session | null> {
  const response = await fetch("/api/sessions/current", { cache: "no-store" }).catch((error) => {
    throw unreachable(error);
  });
  if (response.status === 401) return null;
  const problem = response.ok ? undefined : await problemFrom(response);
  if (problem instanceof ApiProblem) throw problem;
  return sessionFrom(await response.json());
}
