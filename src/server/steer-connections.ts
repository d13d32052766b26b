import { dlopen, FFIType, ptr } from "bun:ffi";

/** Which of the sockets that share a port get the connections that come from now on. */
export type Steering = "any-newer" | "first-newer";

const libraries = ["libc.so.6", "libc.so", "libc.musl-x86_64.so.1", "libc.musl-aarch64.so.1"];

// asm-generic/socket.h, and linux/bpf_common.h and filter.h: codes of classic BPF.
const [solSocket, attachReusePortCbpf] = [1, 51];
const code = { loadWord: 0x20, modulo: 0x94, add: 0x04, returnSum: 0x16, returnConstant: 0x06 };
/** Where a program finds a random number: SKF_AD_OFF + SKF_AD_RANDOM. */
const randomOffset = 0xffff_f000 + 56;

/**
 * Leads new connections past the older listeners of a port that several share (`SO_REUSEPORT`), so that these can accept
 * what waits in their queues before they close: what waits at one that closes is reset, unless the kernel hands it on
 * (`net.ipv4.tcp_migrate_req`). The kernel numbers the sockets of a port in the order in which they were bound; the numbers
 * from `older` on are the newer ones'. `first-newer` stays right while older ones close one by one, for the last socket
 * takes the number of one that closes. A number that there is none of means: as without a program.
 *
 * Linux alone has this (socket(7), since 4.5). Gives whether it was done: without it a restart goes on as before.
 */
export function steerConnections(listener: object, older: number, to: Steering): boolean {
  // Bun's types leave it out.
  const fd: unknown = Reflect.get(listener, "fd");
  if (process.platform !== "linux" || typeof fd !== "number") return false;
  const program = toProgram(
    to === "first-newer"
      ? [[code.returnConstant, older]]
      : [
          [code.loadWord, randomOffset],
          [code.modulo, older],
          [code.add, older],
          [code.returnSum, 0],
        ],
  );
  for (const library of libraries) {
    try {
      const { i32, ptr: pointer } = FFIType;
      const { symbols, close } = dlopen(library, {
        setsockopt: { args: [i32, i32, i32, pointer, i32], returns: i32 },
      });
      const result = symbols.setsockopt(fd, solSocket, attachReusePortCbpf, ptr(program.header), program.header.length);
      close();
      return result === 0;
    } catch {
      // Another C library: the next name.
    }
  }
  return false;
}

/** `struct sock_fprog` and the `struct sock_filter`s that it points to, of little-endian machines with 64 bits. */
function toProgram(steps: readonly (readonly [code: number, k: number])[]) {
  const filters = Buffer.alloc(steps.length * 8);
  for (const [index, [step, k]] of steps.entries()) {
    filters.writeUInt16LE(step, index * 8);
    filters.writeUInt32LE(k, index * 8 + 4);
  }
  const header = Buffer.alloc(16);
  header.writeUInt16LE(steps.length, 0);
  header.writeBigUInt64LE(BigInt(ptr(filters)), 8);
  return { header, filters };
}
