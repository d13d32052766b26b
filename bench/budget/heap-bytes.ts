import { heapStats } from "bun:jsc";

/**
 * Bytes of JavaScriptCore's heap: blocks of cells, and what buffers hold beside them. Between two looks they grow by what was
 * allocated, if nothing is collected in between.
 */
export function heapBytes(): number {
  const { heapCapacity, heapSize } = heapStats();
  return heapCapacity + heapSize;
}
