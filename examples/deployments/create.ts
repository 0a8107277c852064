// A program that creates its deployment itself, has it run, and waits for that: node create.ts
import { deployment, MillraceClient, runDeployment } from 'millrace';
import { helloWorld } from './hello-flow.ts';

using client = new MillraceClient({ actor: 'create.ts' });
await deployment({ flow: helloWorld, name: 'from code', parameters: { name: 'Zaphod' } }).create(client);
const run = await runDeployment('hello-world/from code', { client });
console.log(`${run.name} ended as ${run.state?.name}`);
