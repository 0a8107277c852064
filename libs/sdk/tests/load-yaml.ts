import { LoadError, loadDeployments } from '../src/index.ts';
import { temporaryFiles } from './temporary-files.ts';

const sdk = JSON.stringify(new URL('../src/index.ts', import.meta.url).href);
const flows = {
  'flows/hello.ts': `import { flow, deployment } from ${sdk};
export const hello = flow('hello-world', () => {}); deployment({ flow: hello, name: 'not this' });`,
  'flows/two.ts': `import { flow } from ${sdk}; export const a = flow('a', () => {}); export const b = flow('b', () => {});`,
};

/** Loads a YAML file beside a few flows; problems without the name of the file. */
export async function loadYaml(text: string) {
  await using files = await temporaryFiles({ ...flows, 'deployments.yaml': text });
  const loaded = await loadDeployments(files.in('deployments.yaml')).catch((error: unknown) => error);
  if (!(loaded instanceof LoadError)) return { loaded: loaded as Awaited<ReturnType<typeof loadDeployments>> };
  return { problems: loaded.message.replaceAll(`${files.in('deployments.yaml')}:`, '').split('\n'), loaded: [] };
}

/** What every deployment in YAML needs. */
export const good = 'flow: { path: flows/hello.ts }\n';
