import { useEffect, useState } from "react";
import { copyText } from "#lib/copy-text";
import { Button, IconButton } from "./button";

/** Copies a text, and says so where it stands. */
export function CopyButton({ text, label = "Copy", word = false }: CopyProps) {
  const [copied, setCopied] = useState(false);
  useEffect(() => {
    if (!copied) return;
    const timer = setTimeout(() => setCopied(false), 1500);
    return () => clearTimeout(timer);
  }, [copied]);
  const copy = async () => setCopied(await copyText(text));
  const name = copied ? "Copied" : label;
  const icon = copied ? "check" : "copy";
  if (!word) return <IconButton icon={icon} label={name} onClick={copy} />;
  return (
    <Button icon={icon} onClick={copy} aria-live="polite">
      {name}
    </Button>
  );
}

type CopyProps = {
  readonly text: string;
  readonly label?: string;
  /** Shows its word beside the sign. */
  readonly word?: boolean;
};
