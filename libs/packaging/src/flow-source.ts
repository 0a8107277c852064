import type { JsonObject } from './manifest.ts';

/** A flow to be packaged. */
export interface FlowSource {
  /** Absolute path of the module that defines or exports the flow. */
  readonly file: string;
  /** The flow's name. */
  readonly name: string;
  /** Under which name the module exports it; undefined where it doesn't. */
  readonly exportName?: string | undefined;
  /** JSON Schema (2020-12) of its parameters, where known. */
  readonly parameterSchema?: JsonObject | undefined;
}
