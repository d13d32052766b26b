import type { GatewayError } from "#core/errors";
import { joinBytes } from "#lib/join-bytes";
import type { BodySink } from "./upstream";

/** Gathers a body that comes in several pieces. */
export class WholeBody implements BodySink {
  private readonly pieces: Uint8Array[] = [];
  private length = 0;

  /** @param tooLong Called once, at the first piece beyond `maxBytes`: nothing may be given from then on. */
  constructor(
    private readonly maxBytes: number,
    private readonly done: (bytes: Uint8Array) => void,
    readonly fail: (error: GatewayError) => void,
    private readonly tooLong: () => void,
  ) {}

  data(bytes: Uint8Array): void {
    this.length += bytes.length;
    if (this.length > this.maxBytes) this.tooLong();
    else this.pieces.push(bytes);
  }

  readEnded(): void {}

  end(): void {
    this.done(joinBytes(this.pieces));
  }
}
