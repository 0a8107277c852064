export { type CompiledSchedule, compileSchedule } from './compile-schedule.ts';
export { jitterOf } from './jitter.ts';
export { checkSchedule, nextFires } from './next-fires.ts';
export { type FirePreview, previewFires } from './preview-fires.ts';
export type {
  CronSpec,
  DstFold,
  DstGap,
  FireWindow,
  IntervalSpec,
  RRuleSpec,
  Schedule,
  ScheduleSpec,
} from './schedule.ts';
export { ScheduleError } from './schedule-error.ts';
export type { Cursor } from './wall-times.ts';
export { openZones, type Stretch, type Zone, type Zones } from './zone.ts';
