import { createContext, useContext } from "react";
import type { Call } from "./call";

export const CallContext = createContext<Call | undefined>(undefined);

/** The API as the session that is signed in may call it. */
export function useCall(): Call {
  const call = useContext(CallContext);
  if (call === undefined) throw new Error("Cannot call the API: there is no session above");
  return call;
}
