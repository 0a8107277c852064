// One of several flows of a file, by its name.
import { deployment, FlowScript } from 'millrace';

deployment({ flow: new FlowScript({ path: './several-flows.ts', name: 'foo' }) });
