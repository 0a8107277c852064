import type { EngineLogRecord, EngineState, FromEngine } from 'millrace/engine';

/**
 * What came over an engine's channel, if it is something that an engine says. The process runs foreign code, and whatever
 * that code sends over the channel comes here as well.
 */
export function readMessage(message: unknown): FromEngine | undefined {
  return isMessage(message) ? message : undefined;
}

type Fields = Readonly<Record<string, unknown>>;

// By type, so that a new state can't be forgotten here.
const stateTypes: Readonly<Record<EngineState['type'], true>> = {
  RUNNING: true,
  COMPLETED: true,
  FAILED: true,
  CANCELLED: true,
  CRASHED: true,
};

function isMessage(value: unknown): value is FromEngine {
  if (!isObject(value)) return false;
  switch (value.type) {
    case 'ready':
    case 'loaded':
      return true;
    case 'transition':
      return isText(value.requestId) && isState(value.state) && isAbsentOr(value.infrastructure, isInfrastructure);
    case 'logs':
      return Number.isSafeInteger(value.batchId) && Array.isArray(value.records) && value.records.every(isRecord);
    default:
      return false;
  }
}

function isState(value: unknown): value is EngineState {
  return (
    isObject(value) &&
    isText(value.type) &&
    Object.hasOwn(stateTypes, value.type) &&
    isTime(value.timestamp) &&
    isAbsentOr(value.name, isText) &&
    isAbsentOr(value.message, isText) &&
    isAbsentOr(value.data, isData) &&
    isAbsentOr(value.endsProcess, (ends) => ends === true)
  );
}

function isData(value: unknown): boolean {
  return isObject(value) && isText(value.encoding) && value.blob instanceof Uint8Array;
}

function isInfrastructure(value: unknown): boolean {
  return isObject(value) && Number.isSafeInteger(value.pid) && isText(value.host);
}

function isRecord(value: unknown): value is EngineLogRecord {
  return (
    isObject(value) &&
    Number.isSafeInteger(value.level) &&
    isText(value.logger) &&
    isText(value.message) &&
    isTime(value.timestamp) &&
    Number.isSafeInteger(value.sequence)
  );
}

function isObject(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null;
}

function isText(value: unknown): value is string {
  return typeof value === 'string';
}

// What a Date can be; beyond it the contract's timestamps can't either.
function isTime(value: unknown): boolean {
  return typeof value === 'number' && Math.abs(value) <= 8.64e15;
}

function isAbsentOr(value: unknown, is: (value: unknown) => boolean): boolean {
  return value === undefined || is(value);
}
