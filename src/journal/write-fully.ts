/** As `writeSync`: returns how many bytes it wrote, which may be fewer than asked. */
export type Write = (fd: number, bytes: Buffer, offset: number, length: number, position: number) => number;

/** Writes all of `bytes` at `position`; one system call unless the kernel takes less at once. */
export function writeFully(write: Write, fd: number, bytes: Buffer, position: number): void {
  for (let done = 0; done < bytes.length; ) done += write(fd, bytes, done, bytes.length - done, position + done);
}
