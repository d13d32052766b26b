import { type KeyboardEvent, type PointerEvent, useState } from "react";

export type Plot = { readonly left: number; readonly top: number; readonly width: number; readonly height: number };
export type Span = { readonly fromMs: number; readonly toMs: number };

type Answers = {
  /** Across these moments was dragged. */
  readonly onZoom: ((fromMs: number, toMs: number) => void) | undefined;
  /** On this bucket was clicked, so high (pixels from the top), or Enter pressed. */
  readonly onPick: ((index: number, y?: number) => void) | undefined;
};

/** Which bucket the pointer or the arrow keys are on, and what is being dragged across, in pixels. */
export function useChartPointer(plot: Plot, span: Span, stepMs: number, count: number, { onZoom, onPick }: Answers) {
  const [index, setIndex] = useState<number>();
  const [dragged, setDragged] = useState<{ readonly start: number; readonly end: number }>();
  const place = ({ clientX, currentTarget }: PointerEvent) => {
    const x = clientX - currentTarget.getBoundingClientRect().left;
    return Math.max(plot.left, Math.min(plot.left + plot.width, x));
  };
  const timeAt = (x: number) => span.fromMs + ((x - plot.left) / plot.width) * (span.toMs - span.fromMs);
  const bucketAt = (x: number) => Math.max(0, Math.min(count - 1, Math.floor((timeAt(x) - span.fromMs) / stepMs)));
  const finish = ({ clientY, currentTarget }: PointerEvent) => {
    setDragged(undefined);
    if (dragged === undefined) return;
    const [from, to] = [Math.min(dragged.start, dragged.end), Math.max(dragged.start, dragged.end)];
    if (to - from <= 4) onPick?.(bucketAt(to), clientY - currentTarget.getBoundingClientRect().top);
    else onZoom?.(span.fromMs + bucketAt(from) * stepMs, span.fromMs + (bucketAt(to) + 1) * stepMs);
  };
  const handlers = {
    onPointerMove: (event: PointerEvent) => {
      const end = place(event);
      setIndex(bucketAt(end));
      setDragged((drag) => drag && { ...drag, end });
    },
    onPointerDown: (event: PointerEvent) => {
      if ((onZoom === undefined && onPick === undefined) || event.button !== 0 || event.pointerType === "touch") return;
      event.currentTarget.setPointerCapture(event.pointerId);
      setDragged({ start: place(event), end: place(event) });
    },
    onPointerUp: finish,
    onPointerCancel: () => setDragged(undefined),
    onPointerLeave: () => setIndex(undefined),
    onBlur: () => setIndex(undefined),
    onKeyDown: (event: KeyboardEvent) => {
      const step = event.key === "ArrowRight" ? 1 : event.key === "ArrowLeft" ? -1 : 0;
      if (event.key === "Escape") setIndex(undefined);
      if (event.key === "Enter" && index !== undefined) onPick?.(index);
      if (step === 0) return;
      event.preventDefault();
      setIndex((now) => Math.max(0, Math.min(count - 1, now === undefined ? 0 : now + step)));
    },
  };
  const drag = dragged && {
    from: Math.min(dragged.start, dragged.end),
    to: Math.max(dragged.start, dragged.end),
  };
  return { index: index !== undefined && index < count ? index : undefined, drag, handlers };
}
