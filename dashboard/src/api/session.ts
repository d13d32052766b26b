import { createContext, useContext } from "react";
import { type Call, createCall } from "./call";
import { ApiProblem } from "./problem";
import type { CurrentSession } from "./schema.gen";

export type SessionState = {
  readonly session: CurrentSession;
  /** This browser, or all in which somebody is signed in with the same token. */
  readonly signOut: (where: "here" | "everywhere") => Promise<void>;
};

export const SessionContext = createContext<SessionState | undefined>(undefined);

/** Who is signed in. `virtual_key` opens the page of that key and nothing else. */
export function useSession(): SessionState {
  const state = useContext(SessionContext);
  if (state === undefined) throw new Error("Cannot tell who is signed in: there is no session above");
  return state;
}

/** Where applications call the gateway, without `/v1`. The page itself may be served at another address. */
export function useBaseUrl(): string {
  return useSession().session.base_url;
}

/** Null when nobody is signed in. */
export async function readSession(): Promise<CurrentSession | null> {
  try {
    return await anonymous("GET /api/sessions/current", {});
  } catch (error) {
    if (error instanceof ApiProblem && error.status === 401) return null;
    throw error;
  }
}

/** With the admin token, a virtual key, or the code of a one-time link. */
export function beginSession(
  credentials: { readonly token: string } | { readonly code: string },
): Promise<CurrentSession> {
  return anonymous("POST /api/sessions", { body: credentials });
}

const anonymous: Call = createCall({
  csrf: () => undefined,
  renew: async () => undefined,
  onSignedOut: () => undefined,
});
