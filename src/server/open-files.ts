/** Of the process's descriptors: from here on new requests are refused, so that those that run find what they need. */
const scarceShare = 0.8;
/** From here on connections are closed as they come: what has none left cannot even do that. */
const exhaustedShare = 0.95;
/** Below this share of connections nothing is counted: a request takes one more, for its provider. */
const countedShare = 0.25;

/** How many files and sockets the process may open, and how many it has. */
export type OpenFilesSource = {
  /** The soft limit; infinite where there is none. */
  readonly limit: number;
  /** Throws where none is left to look with. */
  readonly count: () => number;
};

/** Whether this process runs out of descriptors. Looked at once a second, and by the number of connections in between. */
export class OpenFiles {
  isScarce = false;
  isExhausted = false;
  /** What is open besides clients' connections, as last counted. */
  private others = 0;

  constructor(private readonly source: OpenFilesSource) {}

  /** @param connections Of clients, that are open. */
  measure(connections: number): void {
    this.others = connections < this.source.limit * countedShare ? 0 : this.countOthers(connections);
    this.judge(connections);
  }

  /** The number of connections has changed. */
  judge(connections: number): void {
    const share = (this.others + connections) / this.source.limit;
    this.isScarce = share > scarceShare;
    this.isExhausted = share > exhaustedShare;
  }

  private countOthers(connections: number): number {
    try {
      return Math.max(0, this.source.count() - connections);
    } catch {
      return this.source.limit;
    }
  }
}
