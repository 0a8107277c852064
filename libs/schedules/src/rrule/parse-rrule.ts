import { type ExpressionPart, restOf, splitPart } from '../expression-part.ts';
import { ScheduleError } from '../schedule-error.ts';
import { parseRule } from './parse-rule.ts';
import { parseWrittenTime } from './parse-written-time.ts';
import type { Recurrence, Rule, WrittenTime } from './recurrence.ts';

const knownNames = ['DTSTART', 'RRULE', 'EXDATE', 'RDATE'];

/** A line: "EXDATE;VALUE=DATE:20261225". */
interface Property {
  readonly name: string;
  readonly position: number;
  readonly parameters: readonly ExpressionPart[];
  readonly value: ExpressionPart;
}

/**
 * Reads a recurrence as RFC 5545 writes it: a rule alone, or lines of DTSTART, RRULE, EXDATE, RDATE.
 *
 * @param timezone of the schedule; a TZID must be the same
 * @throws {ScheduleError} with the place for what can't be read. In a folded line it is counted as if it were not folded
 */
export function parseRRule(text: string, timezone: string): Recurrence {
  let rule: Rule | undefined;
  let start: WrittenTime | null = null;
  const excluded: WrittenTime[] = [];
  const added: WrittenTime[] = [];
  for (const line of splitLines(text)) {
    const property = readProperty(line);
    if (property.name === 'RRULE') {
      if (rule) throw refused('RRULE comes a second time; make a second schedule for a second rule', property);
      if (property.parameters.length > 0) throw refused('RRULE has parameters; none are accepted', property);
      rule = parseRule(property.value);
      continue;
    }
    const times = readTimes(property, timezone);
    if (property.name !== 'DTSTART') {
      (property.name === 'EXDATE' ? excluded : added).push(...times);
      continue;
    }
    if (start) throw refused('DTSTART comes a second time; one is accepted', property);
    if (times.length > 1) throw refused('DTSTART has several times; one is accepted', property);
    start = times[0] ?? null;
  }
  if (!rule) throw new ScheduleError('rrule', 'has no rule; accepted is one such as "FREQ=DAILY;BYHOUR=9"');
  return { rule, start, excluded, added };
}

function splitLines(text: string): ExpressionPart[] {
  const lines: ExpressionPart[] = [];
  // Properties after a space, and not a newline, are those of who put them in one line.
  const separator = /\r\n|\n|\r|[ \t]+(?=(?:DTSTART|RRULE|EXDATE|RDATE|EXRULE)[:;])/gi;
  let begin = 0;
  const add = (end: number) => {
    const line = text.slice(begin, end);
    const last = lines.at(-1);
    // RFC 5545 folds a long line by a newline and a space.
    if (last && /^[ \t]/.test(line)) lines[lines.length - 1] = { ...last, text: (last.text + line.slice(1)).trimEnd() };
    else if (line.trim() !== '')
      lines.push({ text: line.trim(), position: begin + line.length - line.trimStart().length + 1 });
  };
  for (const match of text.matchAll(separator)) {
    add(match.index);
    begin = match.index + match[0].length;
  }
  add(text.length);
  return lines;
}

function readProperty(line: ExpressionPart): Property {
  const colon = line.text.indexOf(':');
  // A rule alone.
  if (colon < 0 && /^[a-z]+=/i.test(line.text))
    return { name: 'RRULE', position: line.position, parameters: [], value: line };
  const [first, ...parameters] = splitPart({ ...line, text: line.text.slice(0, Math.max(colon, 0)) }, ';');
  const name = (colon < 0 ? line.text : (first?.text ?? '')).toUpperCase();
  const property = { name, position: line.position, parameters, value: restOf(line, colon + 1) };
  if (name === 'EXRULE') throw refused('EXRULE is not accepted: name the days with EXDATE', property);
  if (colon < 0 || !knownNames.includes(name))
    throw refused(`"${name}" is not a line of a rule; accepted are ${knownNames.join(', ')}`, property);
  return property;
}

function readTimes(property: Property, timezone: string): WrittenTime[] {
  const { name, parameters, value } = property;
  let hasZone = false;
  for (const parameter of parameters) {
    const [key = '', setting = ''] = parameter.text.split('=');
    if (/^TZID$/i.test(key)) {
      hasZone = true;
      if (setting.toLowerCase() !== timezone.toLowerCase())
        throw refused(`${name}: TZID is "${setting}"; accepted is the schedule's timezone, "${timezone}"`, parameter);
    } else if (!/^VALUE=(DATE|DATE-TIME)$/i.test(parameter.text)) {
      throw refused(
        `${name}: "${parameter.text}" is unknown; accepted are TZID, VALUE=DATE, VALUE=DATE-TIME`,
        parameter,
      );
    }
  }
  return splitPart(value, ',').map((item) => {
    const time = parseWrittenTime(item, name);
    if (hasZone && time.isUtc) throw refused(`${name}: "${item.text}" is in UTC, and TZID says otherwise`, item);
    return time;
  });
}

function refused(description: string, { position }: { position: number }): ScheduleError {
  return new ScheduleError('rrule', `${description} (character ${position})`, position);
}
