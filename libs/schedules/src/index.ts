export { checkSchedule, nextFires } from './next-fires.ts';
export type { FireWindow, IntervalSpec, Schedule } from './schedule.ts';
export { ScheduleError } from './schedule-error.ts';
