import { expect, test } from 'vitest';
import { RunnerConfigError } from '../src/errors.ts';
import { readSubprocessConfig } from '../src/subprocess-config.ts';

test.each([
  [{ workingDirectory: '/tmp' }, 'unknown option "workingDirectory"; did you mean "working_directory"?'],
  [{ evn: {} }, 'unknown option "evn"; did you mean "env"?'],
  [{ image: 'x' }, 'unknown option "image"; its options are env, working_directory'],
  [{ env: [] }, 'env must be an object'],
  [{ env: { A: {} } }, 'env.A must be a string'],
  [{ env: { 'A=B': 'x' } }, "can't be a variable's name"],
  [{ working_directory: 7 }, 'working_directory must be a path'],
  [{ working_directory: '/no/such/folder' }, 'there is no folder /no/such/folder'],
])('%j is refused', async (config, message) => {
  const refused = readSubprocessConfig('subprocess', config);
  await expect(refused).rejects.toThrow(RunnerConfigError);
  await expect(refused).rejects.toThrow(message);
});

test('nothing given means the agent’s own', async () => {
  expect(await readSubprocessConfig('universal', {})).toEqual({ env: {}, workingDirectory: undefined });
});
