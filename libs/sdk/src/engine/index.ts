export { enginePath } from './engine-path.ts';
export type {
  EngineAnswer,
  EngineAssignment,
  EngineLogRecord,
  EngineState,
  FromEngine,
  JsonObject,
  ToEngine,
  UnpackedFlow,
} from './ipc.ts';
