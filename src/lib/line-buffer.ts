/** Puts lines together from chunks that end anywhere. */
export type LineBuffer = {
  /** Returns the lines that the chunk completed, without their "\n". Throws RangeError when a line grows beyond the limit. */
  readonly push: (chunk: Uint8Array) => readonly string[];
};

const newline = 0x0a;

/** Costs one copy a byte, however small the chunks of a long line are. */
export function createLineBuffer(maxLineBytes: number): LineBuffer {
  const decoder = new TextDecoder();
  let pieces: Uint8Array[] = [];
  let length = 0;
  const keep = (piece: Uint8Array) => {
    length += piece.length;
    if (length > maxLineBytes) throw new RangeError(`Cannot read a line: it is longer than ${maxLineBytes} bytes`);
    pieces.push(piece.slice());
  };
  const take = (): string => {
    const only = pieces.length === 1 ? pieces[0] : undefined;
    const line = decoder.decode(only ?? Buffer.concat(pieces, length));
    pieces = [];
    length = 0;
    return line;
  };
  return {
    push: (chunk) => {
      const lines: string[] = [];
      let start = 0;
      for (let end = chunk.indexOf(newline); end >= 0; end = chunk.indexOf(newline, start)) {
        keep(chunk.subarray(start, end));
        lines.push(take());
        start = end + 1;
      }
      if (start < chunk.length) keep(chunk.subarray(start));
      return lines;
    },
  };
}
