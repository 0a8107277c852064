export { type RunningServer, ServerError, type ServerOptions, startServer } from './start.ts';
