/** Until disposed of, what a user's module prints while it is loaded goes to stderr: stdout is for the command's result. */
export function consoleToStderr(): Disposable {
  const { log, info, debug } = console;
  Object.assign(console, { log: console.error, info: console.error, debug: console.error });
  return { [Symbol.dispose]: () => void Object.assign(console, { log, info, debug }) };
}
