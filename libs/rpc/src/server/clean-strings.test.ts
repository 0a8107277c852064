import { create, type MessageInitShape } from '@bufbuild/protobuf';
import { ListValueSchema, StructSchema, ValueSchema } from '@bufbuild/protobuf/wkt';
import { ErrorInfoSchema } from '@millrace/contracts/google/rpc/error_details_pb';
import { FlowRunSchema } from '@millrace/contracts/millrace/v1/flow_run_pb';
import { WatchRequestSchema } from '@millrace/contracts/millrace/v1/watch_service_pb';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { cleanString, cleanStrings } from './clean-strings.ts';

const dirty = 'a\0b\ud800';
const clean = 'a\uFFFDb\uFFFD';

test('strings are cleaned wherever they stand', () => {
  const at = (text: string): MessageInitShape<typeof FlowRunSchema> => ({
    name: text,
    deploymentId: text,
    tags: [text, 'ok'],
    priority: 3,
    parameters: { [text]: text, list: [text, { deep: text }], n: 1, none: null, yes: true },
    state: { message: text, data: { encoding: text, blob: new Uint8Array([0, 1]) } },
  });
  const message = create(FlowRunSchema, at(dirty));
  cleanStrings(FlowRunSchema, message);
  expect(message).toEqual(create(FlowRunSchema, at(clean)));
});

test('parameters that look like messages are parameters', () => {
  const at = (text: string) =>
    create(FlowRunSchema, { parameters: { $typeName: 'google.protobuf.Struct', fields: { x: { kind: 3, y: text } } } });
  const message = at(dirty);
  cleanStrings(FlowRunSchema, message);
  expect(message).toEqual(at(clean));
});

test('strings are cleaned in oneofs, and only the one that is set', () => {
  const message = create(WatchRequestSchema, {
    subjects: [{ subject: { case: 'logsOfFlowRunId', value: dirty }, cursor: dirty }, { cursor: 'ok' }],
  });
  cleanStrings(WatchRequestSchema, message);
  expect(message.subjects[0]).toMatchObject({ subject: { case: 'logsOfFlowRunId', value: clean }, cursor: clean });
  expect(message.subjects[1]?.subject.case).toBeUndefined();
});

test('strings are cleaned in maps, keys too', () => {
  const message = create(ErrorInfoSchema, { metadata: { [dirty]: dirty } });
  cleanStrings(ErrorInfoSchema, message);
  expect(message.metadata).toEqual({ [clean]: clean });
});

test('strings are cleaned in types that contain themselves', () => {
  const at = (text: string) =>
    create(StructSchema, {
      fields: {
        [text]: { kind: { case: 'listValue', value: { values: [{ kind: { case: 'stringValue', value: text } }] } } },
      },
    });
  const message = at(dirty);
  cleanStrings(StructSchema, message);
  expect(message).toEqual(at(clean));
  const value = create(ValueSchema, {
    kind: { case: 'structValue', value: { fields: { x: { kind: { case: 'stringValue', value: dirty } } } } },
  });
  const list = create(ListValueSchema, { values: [value] });
  cleanStrings(ListValueSchema, list);
  expect(JSON.stringify(list)).not.toContain('\\u0000');
});

test('a clean string is well-formed, has no U+0000, and is cleaned no further', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (text) => {
      const cleaned = cleanString(text);
      expect(cleaned.isWellFormed() && !cleaned.includes('\0')).toBe(true);
      expect(cleanString(cleaned)).toBe(cleaned);
      expect(cleaned.length).toBe(text.length);
    }),
  );
});
