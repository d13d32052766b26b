import { createContext, useContext } from "react";

/** Who is signed in. */
export type Session = {
  /** `virtual-key` opens the page of that key and nothing else. */
  readonly kind: "admin" | "virtual-key";
  readonly name: string;
  readonly role: string;
  readonly csrfToken: string | undefined;
};

export type SessionState = { readonly session: Session; readonly signOut: () => Promise<void> };

export const SessionContext = createContext<SessionState | undefined>(undefined);

export function useSession(): SessionState {
  const state = useContext(SessionContext);
  if (state === undefined) throw new Error("Cannot tell who is signed in: there is no session above");
  return state;
}

/** What `/api/sessions/current` and `POST /api/sessions` answer with. */
export function sessionFrom(answer: unknown): Session {
  const kind = field(answer, "kind");
  return {
    kind: kind === "virtual-key" || kind === "virtual_key" ? "virtual-key" : "admin",
    name: field(answer, "email") ?? field(answer, "name") ?? "Administrator",
    role: field(answer, "role") ?? "",
    csrfToken: field(answer, "csrf_token"),
  };
}

function field(value: unknown, name: string): string | undefined {
  if (typeof value !== "object" || value === null) return undefined;
  const found: unknown = Reflect.get(value, name);
  return typeof found === "string" ? found : undefined;
}
