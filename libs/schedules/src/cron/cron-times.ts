import { type BitMask, nextBit, nextIn } from '../bit-mask.ts';
import {
  DAY_MS,
  dateOf,
  dayNumber,
  daysInMonth,
  HOUR_MS,
  latest,
  MINUTE_MS,
  SECOND_MS,
  weekdayOf,
} from '../calendar.ts';
import type { WallTimes } from '../wall-times.ts';
import { farthestOffset } from '../zone.ts';
import { type MonthDays, monthsOfCron } from './month-days.ts';
import type { Cron } from './parse-cron.ts';

/**
 * The wall times at which a cron expression fires.
 *
 * @param dayOr whether either of a day of month and a day of week is enough where both are named
 * @throws {ScheduleError} for one that never fires
 */
export function cronTimes(cron: Cron, dayOr: boolean): WallTimes {
  const monthDays = monthsOfCron(cron, dayOr);
  return {
    from(wall) {
      const clock = new CronClock(cron, monthDays, wall);
      return () => clock.take();
    },
  };
}

/** Stands at a time that matches, and goes on by the smallest field that has a next value. */
class CronClock {
  readonly #second: BitMask;
  readonly #minute: BitMask;
  readonly #hour: BitMask;
  readonly #months: BitMask;
  readonly #monthDays: MonthDays;
  #s = 0;
  #m = 0;
  #h = 0;
  #day = 0;
  #month = 0;
  #year = 0;
  /** The wall time of the day before the month's first. */
  #monthWall = 0;
  /** The days of the month that match, a bit each. */
  #days = 0;
  #isOver = false;

  constructor(cron: Cron, monthDays: MonthDays, wall: number) {
    this.#second = cron.second;
    this.#minute = cron.minute;
    this.#hour = cron.hour;
    this.#months = cron.month;
    this.#monthDays = monthDays;
    this.#standAt(Math.ceil(wall / SECOND_MS) * SECOND_MS);
  }

  /** The time at which it stands; it goes on to the next. */
  take(): number {
    if (this.#isOver) return Number.POSITIVE_INFINITY;
    const wall = this.#monthWall + this.#day * DAY_MS + this.#h * HOUR_MS + this.#m * MINUTE_MS + this.#s * SECOND_MS;
    this.#nextSecond();
    return wall;
  }

  /** Goes to the first time that matches, from a whole second on. */
  #standAt(wall: number): void {
    const days = Math.floor(wall / DAY_MS);
    const ofDay = wall - days * DAY_MS;
    const { year, month, day } = dateOf(days);
    this.#year = year;
    this.#month = month;
    this.#day = day;
    this.#h = Math.floor(ofDay / HOUR_MS);
    this.#m = Math.floor(ofDay / MINUTE_MS) % 60;
    this.#s = Math.floor(ofDay / SECOND_MS) % 60;
    if (nextIn(this.#months, month) !== month) {
      this.#nextMonth();
      return;
    }
    this.#enterMonth();
    if (nextBit(this.#days, day) !== day) this.#nextDay();
    else if (nextIn(this.#hour, this.#h) !== this.#h) this.#nextHour();
    else if (nextIn(this.#minute, this.#m) !== this.#m) this.#nextMinute();
    else if (nextIn(this.#second, this.#s) !== this.#s) this.#nextSecond();
  }

  #nextSecond(): void {
    this.#s = nextIn(this.#second, this.#s + 1);
    if (this.#s < 0) this.#nextMinute();
  }

  #nextMinute(): void {
    this.#s = nextIn(this.#second, 0);
    this.#m = nextIn(this.#minute, this.#m + 1);
    if (this.#m < 0) this.#nextHour();
  }

  #nextHour(): void {
    this.#s = nextIn(this.#second, 0);
    this.#m = nextIn(this.#minute, 0);
    this.#h = nextIn(this.#hour, this.#h + 1);
    if (this.#h < 0) this.#nextDay();
  }

  #nextDay(): void {
    this.#startDay();
    this.#day = nextBit(this.#days, this.#day + 1);
    if (this.#day < 0) this.#nextMonth();
  }

  #nextMonth(): void {
    this.#startDay();
    // It ends: there is a month that matches within forty years, or the end of time.
    do {
      this.#month = nextIn(this.#months, this.#month + 1);
      if (this.#month < 0) {
        this.#year++;
        this.#month = nextIn(this.#months, 1);
      }
      this.#enterMonth();
      this.#isOver = this.#monthWall > latest + farthestOffset;
    } while (this.#days === 0 && !this.#isOver);
    this.#day = nextBit(this.#days, 1);
  }

  #startDay(): void {
    this.#s = nextIn(this.#second, 0);
    this.#m = nextIn(this.#minute, 0);
    this.#h = nextIn(this.#hour, 0);
  }

  #enterMonth(): void {
    const first = dayNumber(this.#year, this.#month, 1);
    this.#monthWall = (first - 1) * DAY_MS;
    this.#days = this.#monthDays(weekdayOf(first), daysInMonth(this.#year, this.#month));
  }
}
