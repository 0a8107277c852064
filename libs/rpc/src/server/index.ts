export type { LoopStatus } from './admin.ts';
export type { Fallback } from './http1.ts';
export { checkAddress, ListenError } from './listen.ts';
export { type CallContext, type Implementation, type MethodImplementation, type Service, service } from './service.ts';
export { type RpcServer, type RpcServerOptions, startRpcServer } from './start.ts';
