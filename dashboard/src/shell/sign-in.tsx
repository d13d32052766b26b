import { type FormEvent, useEffect, useState } from "react";
import type { CurrentSession } from "#api/schema.gen";
import { beginSession } from "#api/session";
import { Button } from "#components/button";
import { ErrorLine } from "#components/error-state";
import { TextField } from "#components/text-field";
import { Wordmark } from "./wordmark";

/** By token, by virtual key, or with one click by the link that was printed at the start. */
export function SignIn({ onSignedIn }: { readonly onSignedIn: (session: CurrentSession) => void }) {
  const [code, setCode] = useState(codeInAddress);
  const [token, setToken] = useState("");
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<Error | null>(null);
  useEffect(() => {
    document.title = "Sign in · Headgate";
  }, []);
  const enter = async (credentials: { readonly token: string } | { readonly code: string }) => {
    setBusy(true);
    setError(null);
    try {
      const session = await beginSession(credentials);
      if (code !== undefined) history.replaceState(history.state, "", location.pathname + location.search);
      onSignedIn(session);
    } catch (cause) {
      setError(cause instanceof Error ? cause : new Error(String(cause)));
      setCode(undefined);
    } finally {
      setBusy(false);
    }
  };
  const submit = (event: FormEvent) => {
    event.preventDefault();
    void enter({ token: token.trim() });
  };
  return (
    <main className="flex h-full justify-center overflow-y-auto px-4 pt-[18dvh] pb-8">
      <div className="flex w-full max-w-xs flex-col gap-5">
        <h1 className="text-lg">
          <Wordmark />
        </h1>
        {code === undefined ? (
          <form onSubmit={submit} className="flex flex-col gap-4">
            <TextField
              label="Token or key"
              help="The admin token, or a virtual key to see its own page."
              type="password"
              autoComplete="current-password"
              value={token}
              onChange={setToken}
              autoFocus
            />
            <ErrorLine error={error} />
            <Button kind="primary" type="submit" busy={busy} disabled={token.trim() === ""}>
              Sign in
            </Button>
            <details className="text-sm text-muted">
              <summary>Where do I find it?</summary>
              <p className="pt-2">
                The first start showed the admin token once, or wrote it to a file that its log names. On the machine
                itself <code className="font-mono text-text">headgate admin link</code> prints a link that signs you in,
                and <code className="font-mono text-text">headgate admin reset-token</code> makes a new token.
              </p>
            </details>
          </form>
        ) : (
          <div className="flex flex-col gap-4">
            <p className="text-muted">This link signs you in once, as administrator, in this browser.</p>
            <ErrorLine error={error} />
            <Button kind="primary" busy={busy} onClick={() => enter({ code })}>
              Sign in
            </Button>
          </div>
        )}
      </div>
    </main>
  );
}

/** The one-time code stands in the fragment, which browsers never send. */
function codeInAddress(): string | undefined {
  const code = new URLSearchParams(location.hash.slice(1)).get("code");
  return code === null || code === "" ? undefined : code;
}
