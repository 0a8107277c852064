import { create, type MessageInitShape, toJsonString } from '@bufbuild/protobuf';
import { durationFromMs } from '@bufbuild/protobuf/wkt';
import { DeploymentPlanSchema, PlanAction } from '@millrace/contracts/millrace/v1/deployment_service_pb';
import { Overlap, ScheduleSchema } from '@millrace/contracts/millrace/v1/schedule_pb';
import { expect, test } from 'vitest';
import { tellPlan } from './tell-plan.ts';

type ScheduleInit = MessageInitShape<typeof ScheduleSchema>;

const list = (...schedules: ScheduleInit[]) =>
  `[${schedules.map((each) => toJsonString(ScheduleSchema, create(ScheduleSchema, each))).join(',')}]`;
const hourly = { spec: { case: 'interval', value: { interval: durationFromMs(3_600_000) } } } as const;
const rule = (rrule: string) => ({ slug: 'r', spec: { case: 'rrule', value: { rrule } } }) as const;

function told(field: string, before: string, after: string): string[] {
  const lines: string[] = [];
  const base = { flowName: 'f', name: 'd', action: PlanAction.UPDATE, version: 2 };
  const plan = create(DeploymentPlanSchema, { ...base, changes: [{ field, before, after }] });
  tellPlan([plan], { line: (text = '') => void lines.push(text) });
  return lines.slice(1, -1);
}

test('fields are told as JSON', () => {
  expect(told('tags', '["a"]', '["b"]')).toEqual(['    tags', '      - ["a"]', '      + ["b"]']);
});

test('of schedules those that differ are told, in words', () => {
  const kept = { ...hourly, slug: 'kept' };
  const before = list(kept, { ...hourly, slug: 'gone' }, { ...hourly, slug: 'changed' });
  const after = list(
    kept,
    { ...hourly, slug: 'changed', overlap: Overlap.SKIP },
    { ...hourly, slug: 'new', active: false },
  );
  expect(told('schedules', before, after)).toEqual([
    '    schedules',
    '      - gone: every hour',
    '      - changed: every hour',
    '      + changed: every hour; overlap: skip',
    '      + new: every hour (paused)',
  ]);
});

test('where words do not tell the difference it is told as JSON', () => {
  const before = list(rule('DTSTART:20260101T000000Z\nRRULE:FREQ=SECONDLY;INTERVAL=7\nEXDATE:20260101T000007Z'));
  const after = list(rule('DTSTART:20260101T000000Z\nRRULE:FREQ=SECONDLY;INTERVAL=7\nEXDATE:20260101T000014Z'));
  expect(told('schedules', before, after)).toEqual(['    schedules', `      - ${before}`, `      + ${after}`]);
});
