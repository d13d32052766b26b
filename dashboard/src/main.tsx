import { CSPProvider } from "@base-ui/react/csp-provider";
import { QueryClientProvider } from "@tanstack/react-query";
import { createRoot } from "react-dom/client";
import { createQueryClient } from "#api/query-client";
import { Toaster } from "#components/toaster";
import { KeptSearchProvider } from "#shell/kept-search";
import { loadPageAt } from "#shell/pages";
import { Pages } from "#shell/pages-view";
import { PreferencesProvider } from "#shell/preferences-provider";
import { SessionGate } from "#shell/session-gate";
import { ShortcutProvider } from "#shell/shortcut-provider";

loadPageAt(location.pathname);
const root = document.getElementById("root");
if (root !== null) {
  createRoot(root).render(
    <CSPProvider disableStyleElements>
      <QueryClientProvider client={createQueryClient()}>
        <PreferencesProvider>
          <ShortcutProvider>
            <Toaster>
              <SessionGate>
                {(session) => (
                  <KeptSearchProvider>
                    <Pages kind={session.kind} />
                  </KeptSearchProvider>
                )}
              </SessionGate>
            </Toaster>
          </ShortcutProvider>
        </PreferencesProvider>
      </QueryClientProvider>
    </CSPProvider>,
  );
}
