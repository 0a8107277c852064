import { create } from '@bufbuild/protobuf';
import { LogRecordSchema } from '@millrace/contracts/millrace/v1/log_record_pb';
import { expect, test } from 'vitest';
import type { LiveEvent } from '../../live/live-connection.ts';
import { appendLog, emptyLog, mostLines, type RunLog } from './run-log.ts';

function said(messages: readonly string[], isFirst = false): LiveEvent {
  const records = messages.map((message) => create(LogRecordSchema, { message }));
  return { event: { type: 'logs', subject: 0, cursor: 'c', records }, isFirst };
}

const textOf = ({ lines }: RunLog) => lines.map(({ place, record }) => `${place} ${record.message}`);

test('lines are added in order, over events and calls', () => {
  const log = appendLog(emptyLog, [said(['a', 'b'], true), said(['c'])]);
  expect(textOf(appendLog(log, [said(['d'])]))).toEqual(['0 a', '1 b', '2 c', '3 d']);
});

test('a first event begins the log anew', () => {
  const log = appendLog(emptyLog, [said(['a', 'b'], true)]);
  expect(textOf(appendLog(log, [said(['c']), said(['a'], true), said(['b'])]))).toEqual(['0 a', '1 b']);
});

test('of a long log the end is kept, and what is left out is counted', () => {
  const many = Array.from({ length: mostLines }, (_, at) => `${at}`);
  const full = appendLog(emptyLog, [said(many, true)]);
  expect(full.leftOut).toBe(0);
  const over = appendLog(full, [said(['more', 'and more'])]);
  expect(over.leftOut).toBe(2);
  expect(over.lines).toHaveLength(mostLines);
  expect(textOf(over).slice(-2)).toEqual([`${mostLines} more`, `${mostLines + 1} and more`]);
  expect(appendLog(over, [said(['x'], true)])).toMatchObject({ leftOut: 0, lines: [{ place: 0 }] });
});
