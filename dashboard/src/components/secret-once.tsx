import type { ReactNode } from "react";
import { CopyButton } from "./copy-button";
import { Icon } from "./icon";

/** A secret that was just made. It is shown this once and cannot be read again. */
export function SecretOnce({
  secret,
  label,
  note,
}: {
  readonly secret: string;
  readonly label: string;
  readonly note?: ReactNode;
}) {
  return (
    <div className="flex min-w-0 flex-col gap-2">
      <div className="flex min-w-0 items-center gap-2 rounded-md border border-line-strong bg-subtle p-1 pl-3">
        <output aria-label={label} className="min-w-0 flex-1 font-mono text-sm break-all select-all">
          {secret}
        </output>
        <CopyButton text={secret} label={`Copy ${label}`} />
      </div>
      <p className="flex items-start gap-2 text-sm text-muted">
        <Icon name="info" />
        <span>{note ?? "Copy it now. It is kept as a hash only, so nobody can show it again."}</span>
      </p>
    </div>
  );
}
