import { Buffer } from 'node:buffer';
import { format } from 'node:util';
import type { Clock } from '@millrace/clock';
import type { RunLogger } from '../run-context.ts';
import type { EngineLogRecord } from './ipc.ts';

/** Severities on pino's scale. */
export const levels = { trace: 10, debug: 20, info: 30, warn: 40, error: 50, fatal: 60 } as const;

/** Options of a {@link RunLog}. */
export interface RunLogOptions {
  readonly clock: Clock;
  /** Stores a batch; called again only when that is done. */
  readonly send: (records: readonly EngineLogRecord[]) => Promise<void>;
  /** What may wait to be stored; records beyond it are dropped, and counted. Default 16 MiB. */
  readonly capacityBytes?: number;
}

const MAX_MESSAGE_BYTES = 1024 * 1024;
// A batch stays well below what one request may have, also together with those of other runs.
const MAX_BATCH_BYTES = 1024 * 1024;
const MAX_BATCH_RECORDS = 10_000;
// What a record takes besides its text, roughly.
const RECORD_BYTES = 100;

/**
 * The log of a run on its way out. There are no timers: a batch is what gathered while the one before was under way.
 * Writing never throws and never waits.
 */
export class RunLog {
  readonly #clock: Clock;
  readonly #send: RunLogOptions['send'];
  readonly #capacityBytes: number;
  #waiting: EngineLogRecord[] = [];
  #waitingBytes = 0;
  #sequence = 0;
  #stored = 0;
  #dropped = 0;
  /** The batch that is under way, or the wait for the first. */
  #step: Promise<void> = Promise.resolve();
  #draining: Promise<void> | undefined;

  constructor(options: RunLogOptions) {
    this.#clock = options.clock;
    this.#send = options.send;
    this.#capacityBytes = options.capacityBytes ?? 16 * 1024 * 1024;
  }

  write(level: number, logger: string, text: string): void {
    const message = cut(text.toWellFormed());
    if (this.#waitingBytes + sizeOf(message) > this.#capacityBytes) {
      this.#dropped += 1;
      // Its number is used up, so that the gap shows.
      this.#sequence += 1;
      return;
    }
    if (this.#dropped > 0) this.#admitDrops();
    this.#push(level, logger, message);
    this.#draining ??= this.#drainSoon();
  }

  /** Resolves when all that was written before is stored; what is written meanwhile is not waited for. */
  async flush(): Promise<void> {
    const last = this.#sequence;
    while (this.#draining && this.#stored < last) await this.#step;
  }

  /** A logger that writes here. */
  logger(name: string): RunLogger {
    const at =
      (level: number) =>
      (message: string, ...values: unknown[]) => {
        this.write(level, name, values.length > 0 ? format(message, ...values) : String(message));
      };
    return {
      trace: at(levels.trace),
      debug: at(levels.debug),
      info: at(levels.info),
      warn: at(levels.warn),
      error: at(levels.error),
      fatal: at(levels.fatal),
    };
  }

  async #drainSoon(): Promise<void> {
    // The rest of a burst joins the first batch.
    this.#step = new Promise((resolve) => setImmediate(resolve));
    await this.#step;
    while (this.#waiting.length > 0 || this.#dropped > 0) {
      if (this.#waiting.length === 0) this.#admitDrops();
      this.#step = this.#store(this.#nextBatch());
      await this.#step;
    }
    this.#draining = undefined;
  }

  async #store(batch: readonly EngineLogRecord[]): Promise<void> {
    await this.#send(batch);
    for (const { message } of batch) this.#waitingBytes -= sizeOf(message);
    this.#stored = batch.at(-1)?.sequence ?? this.#stored;
  }

  #nextBatch(): EngineLogRecord[] {
    let bytes = 0;
    let count = 0;
    for (const { message } of this.#waiting) {
      bytes += sizeOf(message);
      if (count > 0 && (bytes > MAX_BATCH_BYTES || count >= MAX_BATCH_RECORDS)) break;
      count += 1;
    }
    const batch = this.#waiting.slice(0, count);
    this.#waiting = this.#waiting.slice(count);
    return batch;
  }

  #admitDrops(): void {
    const message = `${this.#dropped} records dropped: more was said than could be stored in time`;
    this.#dropped = 0;
    this.#push(levels.warn, 'engine', message);
  }

  #push(level: number, logger: string, message: string): void {
    this.#waitingBytes += sizeOf(message);
    this.#sequence += 1;
    this.#waiting.push({ level, logger, message, timestamp: this.#clock.now(), sequence: this.#sequence });
  }
}

function sizeOf(message: string): number {
  return Buffer.byteLength(message) + RECORD_BYTES;
}

function cut(text: string): string {
  const message = text.endsWith('\n') ? text.slice(0, -1) : text;
  if (message.length * 3 <= MAX_MESSAGE_BYTES) return message;
  const bytes = Buffer.from(message);
  if (bytes.length <= MAX_MESSAGE_BYTES) return message;
  const note = ` … (cut: it had ${bytes.length} bytes)`;
  const kept = bytes.subarray(0, MAX_MESSAGE_BYTES - Buffer.byteLength(note) - 3);
  // A character that the cut went through becomes a replacement character.
  return kept.toString() + note;
}
