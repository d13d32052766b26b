/** `npm run bench`: the gateway beside nginx, and with `budgets` what a request may cost. See bench/README.md. */
// What was started ends with this process, but only when it exits by itself.
for (const signal of ["SIGINT", "SIGTERM"] as const) process.on(signal, () => process.exit(1));
const [command] = process.argv.slice(2);
if (command === "budgets") await import("./budget/main.ts");
else await import("./gateway/main.ts");

export {};
