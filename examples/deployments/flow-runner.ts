// Where runs are executed: in a process on the agent's machine, with a variable of its own.
import { deployment, FlowScript, SubprocessFlowRunner } from 'millrace';

deployment({
  flow: new FlowScript({ path: './hello-flow.ts' }),
  name: 'Hello World-subprocess',
  flowRunner: new SubprocessFlowRunner({ env: { GREETING_STYLE: 'warm' } }),
  tags: ['foo'],
});
