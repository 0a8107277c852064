export { withoutServer } from './calls/without-server.ts';
