// npm run app -- <name> [arguments]: one of the processes of Millrace, from its source.
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { buildWeb } from './build-web.ts';

const apps = ['deployments', 'orchestrator', 'scheduler', 'agent', 'server'];

const [name = '', ...args] = process.argv.slice(2);
if (!apps.includes(name)) {
  const complaint = name ? `There is no app called ${name}.` : 'Which app?';
  process.stderr.write(`${complaint} Use one of: ${apps.join(', ')}.\n  npm run app -- orchestrator --port 4202\n`);
  process.exit(2);
}

// Meanwhile its pages say so.
if (name === 'server') void buildWeb({ print: (line) => process.stderr.write(`${line}\n`), inBackground: true });

const main = join(import.meta.dirname, '..', 'apps', name, 'src', 'main.ts');
process.argv.splice(1, process.argv.length, main, ...args);
await import(pathToFileURL(main).href);
