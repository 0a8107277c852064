// The flow is in another file; its name could be left out, since there is only one.
import { deployment, FlowScript } from 'millrace';

deployment({
  flow: new FlowScript({ path: './hello-flow.ts', name: 'hello-world' }),
  name: 'Hello World-separate',
  tags: ['test'],
});
