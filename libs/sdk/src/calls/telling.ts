import process from 'node:process';

/** Says once that the server does not answer, and that the run waits for it. */
export function telling(flowName: string): (error: Error) => void {
  let isTold = false;
  return ({ message }) => {
    if (isTold) return;
    isTold = true;
    process.stderr.write(`millrace: the flow '${flowName}' waits for the server: ${message}\n`);
  };
}
