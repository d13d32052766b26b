import type { GatewayError } from "#core/errors";
import { joinBytes } from "#lib/join-bytes";
import type { BodySink } from "./upstream";

/** Gathers a body that comes in several pieces. */
export class WholeBody implements BodySink {
  private readonly pieces: Uint8Array[] = [];
  private length = 0;
  private hasBegun = false;

  /**
   * @param tooLong Called once, at the first piece beyond `maxBytes`: nothing may be given from then on.
   * @param began Called once, at the first piece that is more than white space: some providers send blank lines while they
   *   work, so that they are not taken for dead (https://api-docs.deepseek.com/quick_start/rate_limit).
   */
  constructor(
    private readonly maxBytes: number,
    private readonly done: (bytes: Uint8Array) => void,
    readonly fail: (error: GatewayError) => void,
    private readonly tooLong: () => void,
    private readonly began: () => void,
  ) {}

  data(bytes: Uint8Array): void {
    if (!this.hasBegun && !bytes.every(isBlank)) {
      this.hasBegun = true;
      this.began();
    }
    this.length += bytes.length;
    if (this.length > this.maxBytes) this.tooLong();
    else this.pieces.push(bytes);
  }

  readEnded(): void {}

  end(): void {
    this.done(joinBytes(this.pieces));
  }
}

function isBlank(byte: number): boolean {
  return byte <= 0x20;
}
