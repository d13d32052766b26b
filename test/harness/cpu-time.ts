/** Processor time of this process so far, milliseconds: other processes do not count, however busy they are. */
export function cpuTimeMs(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}

/** Processor time that a piece of work takes, milliseconds. */
export function cpuMs(work: () => void): number {
  const before = cpuTimeMs();
  work();
  return cpuTimeMs() - before;
}
