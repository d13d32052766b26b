/** What each end of the channel says of itself. */
export type Release = {
  /** Of the product, for people. */
  readonly version: string;
  /** Of the channel: snapshots are exchanged only between equal ones. */
  readonly protocol: number;
};

/**
 * To be raised with every change of what a snapshot means that its form does not show. A change of form needs no more:
 * the other end finds it and refuses.
 */
export const channelProtocol = 1;

/** Of an end that says nothing of itself: what was released before there were versions. */
export const unversioned: Release = { version: "unknown", protocol: 0 };
