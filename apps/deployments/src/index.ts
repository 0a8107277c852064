export { startDeployments } from './start.ts';
