/**
 * The names of the tests that failed, each once, from what a runner printed without colours: Bun's `(fail) name [1.00ms]`,
 * the `✖ name (1.0ms)` and `not ok 1 - name` of `node --test`, and pytest's `FAILED file::name - why` and `ERROR file - why`.
 * What fails outside of a test in a file of Bun's is named by the file.
 */
export function failedTests(output) {
  const names = new Set();
  let file = "a file";
  for (const line of output.split(/\r?\n/)) {
    if (/^\S+\.test\.ts:$/.test(line)) file = line.slice(0, -1);
    if (line === "# Unhandled error between tests") names.add(`an error between the tests of ${file}`);
    for (const form of forms) {
      const name = form.exec(line)?.[1];
      if (name !== undefined) names.add(name === "(unnamed)" ? `a hook of ${file}` : name);
    }
  }
  return [...names];
}

const forms = [
  /^\(fail\) (.+?)(?: \[[\d.]+m?s\])?$/,
  /^ *✖ (.+) \([\d.]+m?s\)$/,
  /^ *not ok \d+ - (.+)$/,
  /^(?:FAILED|ERROR) (\S+)(?: - .*)?$/,
];
