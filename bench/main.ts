/** `npm run bench`: the gateway beside nginx, and with `budgets` what a request may cost. See bench/README.md. */
const [command] = process.argv.slice(2);
if (command === "budgets") await import("./budget/main.ts");
else await import("./gateway/main.ts");

export {};
