export { enginePath } from './engine-path.ts';
export type {
  EngineAnswer,
  EngineAssignment,
  EngineLogRecord,
  EngineState,
  FromEngine,
  JsonObject,
  LoadableFlow,
  ToEngine,
} from './ipc.ts';
