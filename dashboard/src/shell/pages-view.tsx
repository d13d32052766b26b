import { RouterProvider } from "@tanstack/react-router";
import { useState } from "react";
import { createPageRouter } from "./router";

/** The pages that somebody of this kind may see. */
export function Pages({ kind }: { readonly kind: "admin" | "virtual_key" }) {
  const [router] = useState(() => createPageRouter(kind));
  return <RouterProvider router={router} />;
}
