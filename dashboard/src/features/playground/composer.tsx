import { type ClipboardEvent, type KeyboardEvent, type ReactNode, useRef, useState } from "react";
import { Button, IconButton } from "#components/button";
import { useToast } from "#lib/toasts";
import type { Picture } from "./conversation";
import { PictureStrip, readPictures } from "./picture-strip";

export type Draft = { readonly text: string; readonly pictures: readonly Picture[] };

type Props = {
  readonly draft: Draft;
  readonly onChange: (change: (before: Draft) => Draft) => void;
  readonly running: boolean;
  /** Why nothing can be sent now. */
  readonly hindrance: string | undefined;
  /** What it may cost. */
  readonly bound: ReactNode;
  readonly onSend: () => void;
  readonly onStop: () => void;
};

/** Where the next turn is written. */
export function Composer({ draft, onChange, running, hindrance, bound, onSend, onStop }: Props) {
  const { text, pictures } = draft;
  const [focused, setFocused] = useState(false);
  const isEmpty = text.trim() === "" && pictures.length === 0;
  const canSend = !running && !isEmpty && hindrance === undefined;
  const addFiles = useAddFiles(onChange);
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key === "Escape" && running) onStop();
    if (event.key !== "Enter" || event.shiftKey || event.nativeEvent.isComposing) return;
    event.preventDefault();
    if (canSend) onSend();
  };
  const onPaste = (event: ClipboardEvent) => {
    if (event.clipboardData.files.length === 0) return;
    event.preventDefault();
    void addFiles(event.clipboardData.files);
  };
  return (
    <div className="flex flex-col gap-2 border-t border-line px-4 py-3 md:px-6">
      <PictureStrip
        pictures={pictures}
        onRemove={(picture) =>
          onChange((before) => ({ ...before, pictures: before.pictures.filter((each) => each !== picture) }))
        }
      />
      <textarea
        aria-label="Message"
        rows={Math.min(10, Math.max(2, text.split("\n").length))}
        placeholder="Say something"
        value={text}
        onChange={(event) => onChange((before) => ({ ...before, text: event.target.value }))}
        onKeyDown={onKeyDown}
        onPaste={onPaste}
        onFocus={() => setFocused(true)}
        onBlur={() => setFocused(false)}
        className="control scroll-thin h-auto w-full resize-none py-1.5"
      />
      <div className="flex flex-wrap items-center gap-2">
        <FileButton onFiles={addFiles} />
        <span className="min-w-0 flex-1 text-sm text-muted">{hindrance ?? bound}</span>
        {focused && !running && <span className="hidden text-sm text-faint md:inline">Shift Enter for a new line</span>}
        {running ? (
          <Button icon="stop" onClick={onStop}>
            Stop
          </Button>
        ) : (
          <Button kind="primary" onClick={onSend} disabled={!canSend}>
            Send
          </Button>
        )}
      </div>
    </div>
  );
}

function FileButton({ onFiles }: { readonly onFiles: (files: Iterable<File>) => void }) {
  const input = useRef<HTMLInputElement>(null);
  return (
    <>
      <IconButton icon="image" label="Add images" onClick={() => input.current?.click()} />
      <input
        ref={input}
        type="file"
        accept="image/png,image/jpeg,image/gif,image/webp"
        multiple
        tabIndex={-1}
        aria-label="Images"
        className="sr-only"
        onChange={(event) => {
          onFiles([...(event.target.files ?? [])]);
          event.target.value = "";
        }}
      />
    </>
  );
}

function useAddFiles(onChange: Props["onChange"]) {
  const toast = useToast();
  return async (files: Iterable<File>) => {
    const all = [...files];
    const added = await readPictures(all);
    if (added.length < all.length)
      toast({ text: "Only PNG, JPEG, GIF and WebP images can be sent from here.", tone: "bad" });
    onChange((before) => ({ ...before, pictures: [...before.pictures, ...added] }));
  };
}
