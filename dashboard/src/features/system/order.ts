import { useCall } from "#api/use-call";
import { useChange } from "#api/use-change";

/** Orders that the supervisor carries out once the answer is out. */
export function useRestart() {
  const call = useCall();
  return useChange(() => call("POST /api/system/restart", {}), {
    invalidates: [],
    done: ({ message }) => `${message}.`,
    quietErrors: true,
  });
}

export function useDrain() {
  const call = useCall();
  return useChange(() => call("POST /api/system/drain", {}), {
    invalidates: [],
    done: ({ message }) => `${message}.`,
    quietErrors: true,
  });
}
