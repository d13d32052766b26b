import { type StartTimer, startTimer } from "#lib/timer";
import type { BodyFlow, BodySink, UpstreamResponse } from "#upstream/upstream";

/** No error that says anything is longer. */
export const maxErrorBytes = 64 * 1024;
/** An error's body comes at once: while its rest is waited for, the next target could be asked. */
export const errorBodyMs = 2000;

/**
 * The text of an error answer, "" where not all of it comes in time, is longer than an error can be, or breaks off: its
 * status says enough then. Never rejects.
 */
export function readErrorBody(response: UpstreamResponse, start: StartTimer = startTimer): Promise<string> {
  return new Promise((resolve) => {
    const body = new ErrorBody(resolve);
    body.begin(response.start(body), start);
  });
}

class ErrorBody implements BodySink {
  private readonly pieces: Uint8Array[] = [];
  private length = 0;
  private flow: BodyFlow | undefined;
  private stopTimer: (() => void) | undefined;

  constructor(private readonly resolve: (text: string) => void) {}

  begin(flow: BodyFlow, start: StartTimer): void {
    this.flow = flow;
    this.stopTimer = start(() => this.giveUp(), errorBodyMs);
  }

  data(bytes: Uint8Array): void {
    this.length += bytes.length;
    if (this.length > maxErrorBytes) this.giveUp();
    else this.pieces.push(bytes);
  }

  readEnded(): void {}

  end(): void {
    this.finish(new TextDecoder().decode(Buffer.concat(this.pieces)));
  }

  fail(): void {
    this.finish("");
  }

  private giveUp(): void {
    this.flow?.abandon();
    this.finish("");
  }

  private finish(text: string): void {
    this.stopTimer?.();
    this.resolve(text);
  }
}
