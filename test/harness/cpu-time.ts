/** Processor time that a piece of work takes, milliseconds: other processes do not count, however busy they are. */
export function cpuMs(work: () => void): number {
  const before = process.cpuUsage();
  work();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1000;
}
