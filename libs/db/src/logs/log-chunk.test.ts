import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type LogBatchToWrite, packChunks } from './log-chunk.ts';
import { readLines } from './log-line.ts';

const flowRunId = '019b0000-0000-7000-8000-000000000001';
const always = { earliest: Number.NEGATIVE_INFINITY, latest: Number.POSITIVE_INFINITY };

const line = fc.record({
  sequence: fc.nat(),
  timestamp: fc.integer({ min: -2e12, max: 2e12 }).map((micros) => micros / 1000),
  level: fc.integer({ min: -2e9, max: 2e9 }),
  logger: fc.string({ unit: 'grapheme' }),
  // Now and then one that fills a chunk by itself.
  message: fc.oneof(
    { weight: 9, arbitrary: fc.string({ unit: 'binary' }) },
    { weight: 1, arbitrary: fc.constant('x'.repeat(200_000)) },
  ),
  taskRunId: fc.option(fc.uuid()),
});
const batch = fc.record({
  flowRunId: fc.constant(flowRunId),
  epoch: fc.integer({ min: 0, max: 2 }),
  batchId: fc.nat(),
  lines: fc.array(line, { minLength: 1, maxLength: 5 }),
});

test('chunks hold all records, in order, each under its own epoch', () => {
  fc.assert(
    fc.property(fc.array(batch, { maxLength: 8 }), (batches) => {
      const chunks = packChunks(batches, always);
      const stored = chunks.flatMap(({ epoch, body }) => readLines(body).map((record) => ({ epoch, record })));
      expect(stored).toEqual(batches.flatMap(({ epoch, lines }) => lines.map((record) => ({ epoch, record }))));
      for (const chunk of chunks) {
        const records = readLines(chunk.body);
        expect(chunk.recordCount).toBe(records.length);
        expect(chunk.firstSequence).toBe(records[0]?.sequence);
        expect(chunk.firstTimestamp).toBe(Math.min(...records.map(({ timestamp }) => timestamp)));
        expect(chunk.lastTimestamp).toBe(Math.max(...records.map(({ timestamp }) => timestamp)));
        const highest = Math.max(...records.map(({ level }) => level));
        expect(chunk.maxLevel).toBe(Math.max(-32_767, Math.min(32_767, highest)));
      }
    }),
  );
});

const lines = (count: number, length: number) =>
  Array.from({ length: count }, (_, index) => ({
    sequence: index + 1,
    timestamp: 1_000 + index,
    level: 30,
    logger: 'flow',
    message: 'm'.repeat(length),
    taskRunId: null,
  }));
const of = (epoch: number, batchId: number, ...records: LogBatchToWrite['lines'][]): LogBatchToWrite => ({
  flowRunId,
  epoch,
  batchId,
  lines: records.flat(),
});

test.for<[string, LogBatchToWrite[], { epoch: number; batchId: number; recordCount: number }[]]>([
  [
    'small batches share a chunk',
    [of(1, 1, lines(2, 9)), of(1, 2, lines(3, 9))],
    [{ epoch: 1, batchId: 2, recordCount: 5 }],
  ],
  [
    'epochs do not',
    [of(1, 7, lines(1, 9)), of(2, 1, lines(1, 9)), of(1, 8, lines(1, 9))],
    [
      { epoch: 1, batchId: 7, recordCount: 1 },
      { epoch: 2, batchId: 1, recordCount: 1 },
      { epoch: 1, batchId: 8, recordCount: 1 },
    ],
  ],
  [
    'a long batch is cut, and both parts say whose they are',
    [of(1, 4, lines(3, 100_000))],
    [
      { epoch: 1, batchId: 4, recordCount: 2 },
      { epoch: 1, batchId: 4, recordCount: 1 },
    ],
  ],
])('%s', ([, batches, expected]) => {
  expect(packChunks(batches, always)).toMatchObject(expected);
});

test('times are cut to what can be', () => {
  const [chunk] = packChunks(
    [
      of(
        1,
        1,
        [900, 1_500, 9_000, Number.NaN].map(
          (timestamp) => ({ ...lines(1, 1)[0], timestamp }) as LogBatchToWrite['lines'][number],
        ),
      ),
    ],
    {
      earliest: 1_000,
      latest: 2_000,
    },
  );
  expect(readLines(chunk?.body ?? Buffer.alloc(0)).map(({ timestamp }) => timestamp)).toEqual([
    1_000, 1_500, 2_000, 2_000,
  ]);
});
